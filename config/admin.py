from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    site_title = _("Survey office")
    site_header = _("Survey office")
    index_title = _("Registry, questionnaires and waves")
    enable_nav_sidebar = False
