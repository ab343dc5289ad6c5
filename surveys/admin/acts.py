"""What was done to waves, and by whom: to read, for OPDC's staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.admin.office import OfficeAdmin
from surveys.models import Act


@admin.register(Act)
class ActAdmin(OfficeAdmin):
    list_display = ["at", "what", "about", "actor"]
    list_select_related = ["by"]
    list_filter = ["what"]
    search_fields = ["about", "by__username"]

    @admin.display(description=_("account"), ordering="by__username")
    def actor(self, act: Act) -> str:
        return str(act.by or _("command line"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
