from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.access import may_enter_office


class AdminSite(admin.AdminSite):
    site_title = _("Survey office")
    site_header = _("Survey office")
    index_title = _("Registry, questionnaires and waves")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter_office(request.user)
