from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.admin.office import OfficeAdmin
from surveys.models import User

RIGHTS = ["is_staff", "is_superuser", "groups", "user_permissions"]


@admin.register(User)
class UserAdmin(OfficeAdmin, DjangoUserAdmin):
    """Whoever is not a superuser manages the accounts of agencies, and hands out no rights."""

    list_display = ["username", "email", "agency", "is_staff", "is_active", "last_login"]
    list_select_related = ["agency"]
    list_filter = ["is_staff", "is_active"]
    autocomplete_fields = ["agency"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "agency"]}),
        (_("Rights"), {"fields": ["is_active", *RIGHTS]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "agency"]}),
        (_("Password"), {"fields": ["usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        readonly = [str(name) for name in super().get_readonly_fields(request, obj)]
        return readonly if request.user.is_superuser else [*readonly, *RIGHTS]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._in_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._in_reach(request, obj)

    def _in_reach(self, request: HttpRequest, account: Any) -> bool:
        if account is None or request.user.is_superuser:
            return True
        return not (account.is_staff or account.is_superuser)
