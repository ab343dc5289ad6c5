"""Acts that Django carries out: signing in and out, rights, the tables of the office."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import m2m_changed, post_save, pre_save

from surveys import at_hand
from surveys.acts import record
from surveys.models import Act, User

WATCHED = ("username", "email", "agency_id", "is_active", "is_staff", "is_superuser", "password")
"""Of an account. The record names what was changed, not to what."""
RIGHTS: dict[Any, tuple[str, str]] = {
    User.groups.through: ("groups", "name"),
    User.user_permissions.through: ("user_permissions", "codename"),
}
GIVEN_OR_TAKEN = {
    "post_add": Act.What.GRANT,
    "post_remove": Act.What.REVOKE,
    "pre_clear": Act.What.REVOKE,
}
OF_THE_OFFICE = {ADDITION: Act.What.MAKE, DELETION: Act.What.DELETE}


def connect() -> None:
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    for through in RIGHTS:
        m2m_changed.connect(_rights_changed, sender=through)
    m2m_changed.connect(_role_changed, sender=Group.permissions.through)
    social_account_added.connect(_identity_linked)
    social_account_removed.connect(_identity_unlinked)
    for signal in (authenticator_added, authenticator_removed, authenticator_reset):
        signal.connect(_second_factor_changed)
    pre_save.connect(_account_changed, sender=User)
    post_save.connect(_account_made, sender=User)
    post_save.connect(_table_changed, sender=LogEntry)


def _signed_in(user: User, request: Any = None, **_signal: Any) -> None:
    """With the ways that the session was opened by, as "password", "mfa", "thaid"."""
    ways = request.session.get("account_authentication_methods", []) if request else []
    record(Act.What.SIGN_IN, user, user, ways=[way.get("provider", way["method"]) for way in ways])


def _signed_out(user: User | None, **_signal: Any) -> None:
    if user is not None:
        record(Act.What.SIGN_OUT, user, user)


def _rights_changed(sender: Any, action: str, instance: Any, pk_set: Any, **_signal: Any) -> None:
    """Roles and single rights: the signal comes from the account, or from the other side."""
    if action not in GIVEN_OR_TAKEN:
        return
    field, name = RIGHTS[sender]
    of_account = isinstance(instance, User)
    if action == "pre_clear":
        ends = getattr(instance, field if of_account else "user_set")
        pk_set = set(ends.values_list("pk", flat=True))
    if not of_account:
        for user in User.objects.filter(pk__in=pk_set):
            record(GIVEN_OR_TAKEN[action], user, rights=[getattr(instance, name)])
    elif pk_set:
        ends = type(instance)._meta.get_field(field).related_model.objects.filter(pk__in=pk_set)
        rights = list(ends.order_by(name).values_list(name, flat=True))
        record(GIVEN_OR_TAKEN[action], instance, rights=rights)


def _role_changed(action: str, instance: Any, pk_set: Any, **_signal: Any) -> None:
    """What a role may do. `migrate` gives roles what the code says, and has nobody at hand."""
    if action not in GIVEN_OR_TAKEN or at_hand.account() is None:
        return
    if not isinstance(instance, Group):
        for group in Group.objects.filter(pk__in=pk_set or []):
            record(GIVEN_OR_TAKEN[action], ("group", group.name), rights=[instance.codename])
        return
    taken = instance.permissions.all() if action == "pre_clear" else None
    rights = Permission.objects.filter(pk__in=pk_set or []) if taken is None else taken
    if names := list(rights.order_by("codename").values_list("codename", flat=True)):
        record(GIVEN_OR_TAKEN[action], ("group", instance.name), rights=names)


def _identity_linked(request: Any, sociallogin: Any, **_signal: Any) -> None:
    record(Act.What.MAKE, sociallogin.user, identity=sociallogin.account.provider)


def _identity_unlinked(socialaccount: Any, **_signal: Any) -> None:
    record(Act.What.DELETE, socialaccount.user, identity=socialaccount.provider)


def _second_factor_changed(signal: Any, user: User, authenticator: Any, **_signal: Any) -> None:
    what = Act.What.DELETE if signal is authenticator_removed else Act.What.MAKE
    record(what, user, second_factor=str(authenticator.type))


def _account_changed(instance: User, raw: bool = False, **signal: Any) -> None:
    if raw or not instance.pk:
        return
    fields = [name for name in WATCHED if name in (signal.get("update_fields") or WATCHED)]
    stored = User.objects.filter(pk=instance.pk).values(*fields).first() if fields else None
    changed = [name for name in fields if stored and stored[name] != getattr(instance, name)]
    if changed:
        record(Act.What.CHANGE, instance, fields=changed)


def _account_made(instance: User, created: bool, raw: bool = False, **_signal: Any) -> None:
    if created and not raw:
        record(Act.What.MAKE, instance)


def _table_changed(instance: LogEntry, created: bool, **_signal: Any) -> None:
    """What is done in the tables of the office. Accounts have told already what was changed."""
    about = instance.content_type.model if instance.content_type else ""
    if not created or (about == "user" and instance.action_flag != DELETION):
        return
    what = OF_THE_OFFICE.get(instance.action_flag, Act.What.CHANGE)
    record(
        what,
        (about, str(instance.object_id)),
        instance.user,
        name=instance.object_repr,
        fields=_fields(instance),
    )


def _fields(entry: LogEntry) -> list[str]:
    """The names of the fields that were changed, with those of parts; a word where the page says
    one itself."""
    try:
        parts = json.loads(entry.change_message or "[]")
    except ValueError:
        return [entry.change_message]
    return [name for part in parts for told in part.values() for name in told.get("fields", [])]
