"""The roles of the people who sign in. Each is a group of permissions, made by a migration
and kept by every `migrate`.

An account may have several. Roles say what it may do, its agency for whom (`surveys.access`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_noop as _

from surveys.models.user import User

APPS = ("surveys", "responses", "analytics")


@dataclass(frozen=True)
class Role:
    """`name` is stored, translated where it is shown; `permissions` are patterns."""

    name: str
    permissions: tuple[str, ...]
    in_office: bool = False  # has pages of the survey office to work on
    given_by_office: bool = False  # else by a superuser alone
    given_by_agency: bool = False  # by whoever invites people of an agency


ROLES = [
    Role(
        _("Survey office"),
        tuple(f"{app}.*" for app in APPS),
        in_office=True,
    ),
    Role(
        _("Approver"),
        (*(f"{app}.view_*" for app in APPS), "surveys.approve_*", "analytics.approve_*"),
        in_office=True,
    ),
    Role(
        _("Agency manager"),
        ("surveys.view_own_agency", "surveys.act_for_agency", "surveys.invite_people"),
        given_by_office=True,
    ),
    Role(
        _("Agency analyst"),
        ("surveys.view_own_agency", "surveys.act_for_agency", "surveys.enter_registers"),
        given_by_office=True,
        given_by_agency=True,
    ),
    Role(
        _("Agency viewer"),
        ("surveys.view_own_agency",),
        given_by_office=True,
        given_by_agency=True,
    ),
    Role(_("Add-on author"), ("surveys.author_add_ons",), in_office=True),
    Role(_("Telephone agent"), ("responses.take_calls",)),
    Role(_("Auditor"), tuple(f"{app}.view_*" for app in APPS), in_office=True),
    Role(_("Researcher"), ("analytics.ask_for_microdata",)),
]
BY_NAME = {role.name: role for role in ROLES}
IN_OFFICE = [role.name for role in ROLES if role.in_office]
GIVEN_BY_OFFICE = [role.name for role in ROLES if role.given_by_office]
GIVEN_BY_AGENCY = [role.name for role in ROLES if role.given_by_agency]


def permissions_of(role: Role) -> list[Permission]:
    every = Permission.objects.filter(content_type__app_label__in=APPS)
    return [
        permission
        for permission in every.select_related("content_type")
        if any(fnmatchcase(_named(permission), pattern) for pattern in role.permissions)
    ]


def _named(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def keep_groups(apps: Any = apps, **_signal: Any) -> None:
    """After every `migrate` or `flush`: the groups are what the roles say, also of what is new."""
    if "auth" in apps.all_models:
        make_groups()


def make_groups(*_migration: Any) -> None:
    """Make the group of every role, and give it what it lacks. A migration calls this too, before
    Django itself has made the permissions."""
    for app in APPS:
        create_permissions(apps.get_app_config(app), verbosity=0)
    for role in ROLES:
        group_of(role.name).permissions.add(*permissions_of(role))


def group_of(name: str) -> Group:
    role = BY_NAME[name]
    group, made = Group.objects.get_or_create(name=name)
    if made:
        group.permissions.set(permissions_of(role))
    return group


def place(user: User, *names: str) -> None:
    """Give an account these roles."""
    user.groups.add(*map(group_of, names))
    let_in(user)


def let_in(user: User) -> None:
    """Whoever has a role in the survey office can enter it. Nobody is shut out."""
    if not user.is_staff and user.groups.filter(name__in=IN_OFFICE).exists():
        user.is_staff = True
        user.save(update_fields=["is_staff"])
