from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from tree_queries.admin import TreeChangeList
from tree_queries.query import TreeQuerySet

from surveys.admin.office import OfficeAdmin
from surveys.models import Agency, Channel, Service, ServicePoint


@admin.register(Agency)
class AgencyAdmin(OfficeAdmin):
    list_display = ["indented", "code", "kind"]
    list_display_links = ["indented"]
    list_filter = ["kind"]
    search_fields = ["code", "name_th", "name_en"]
    autocomplete_fields = ["parent"]
    fields = ["code", "kind", "parent", "name_th", "name_en"]
    list_per_page = 200

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return cast(TreeQuerySet, super().get_queryset(request)).with_tree_fields()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        return TreeChangeList

    @admin.display(description=_("agency"))
    def indented(self, agency: Agency) -> str:
        return format_html('<span class="depth-{}">{}</span>', agency.tree_depth, agency)


@admin.register(Channel)
class ChannelAdmin(OfficeAdmin):
    list_display = ["__str__", "code", "family", "portal", "position"]
    list_filter = ["family", "portal"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(Service)
class ServiceAdmin(OfficeAdmin):
    list_display = ["__str__", "code", "agency"]
    list_select_related = ["agency"]
    search_fields = ["code", "name_th", "name_en", "agency__name_th", "agency__name_en"]
    autocomplete_fields = ["agency"]


@admin.register(ServicePoint)
class ServicePointAdmin(OfficeAdmin):
    list_display = ["__str__", "code", "agency"]
    list_select_related = ["agency"]
    search_fields = ["code", "name_th", "name_en", "agency__name_th", "agency__name_en"]
    autocomplete_fields = ["agency"]
