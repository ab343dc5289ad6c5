from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.access import may_give_rights, may_manage_account
from surveys.admin.office import OfficeAdmin
from surveys.models import User
from surveys.own_account import keep_confirmed, sign_in_again, tell_former_address
from surveys.roles import GIVEN_BY_OFFICE, let_in
from surveys.second_factor import forget_second_factor

RIGHTS = ["is_staff", "is_superuser", "groups", "user_permissions"]


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return gettext(obj.name)


@admin.register(User)
class UserAdmin(OfficeAdmin, DjangoUserAdmin):
    """The office manages the accounts of agencies and gives them their roles, no other right."""

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
        (None, {"fields": ["username", "email", "agency", "groups"]}),
        (_("Password"), {"fields": ["usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    actions = ["remove_second_factor"]

    @admin.action(
        description=_("Remove the second step of signing in, where app and passkey are lost"),
        permissions=["change"],
    )
    def remove_second_factor(
        self, request: HttpRequest, accounts: QuerySet[User]
    ) -> HttpResponse | None:
        if again := sign_in_again(request):
            return again
        for account in accounts:
            if not may_manage_account(request.user, "change", account):
                raise PermissionDenied
            forget_second_factor(request, account)
        return None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        readonly = [str(name) for name in super().get_readonly_fields(request, obj)]
        if may_give_rights(request.user):
            return readonly
        fixed = [name for name in RIGHTS if name != "groups" or not _by_office(obj)]
        return [*readonly, *fixed]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["form_class"] = RolesField
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field:
            offered = Group.objects.filter(name__in=GIVEN_BY_OFFICE)
            if not may_give_rights(request.user):
                field.queryset = offered
            field.initial = offered.filter(name="Agency viewer")
        return field

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """With accounts one gets in anywhere: a session left open must not do."""
        may_alter = self.has_change_permission(request) or self.has_add_permission(request)
        again = sign_in_again(request) if may_alter else None
        return again or super().changeform_view(request, *args, **kwargs)

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return sign_in_again(request) or super().user_change_password(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            keep_confirmed(obj)
            if change and (former := form.initial.get("email")):
                tell_former_address(obj, former)

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        super().save_related(request, form, *args)
        let_in(form.instance)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_manage_account(request.user, "change", obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_manage_account(request.user, "delete", obj))


def _by_office(account: User | None) -> bool:
    """Whether the office itself gave all the roles of an account."""
    return account is None or not account.groups.exclude(name__in=GIVEN_BY_OFFICE).exists()
