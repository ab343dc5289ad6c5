"""Accounts for the people of OPDC and of agencies: invited by mail, closed again."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction

from surveys.acts import record
from surveys.models import Act, Agency, User
from surveys.roles import place


@transaction.atomic
def invite(email: str, agency: Agency | None, role: str, by: User, *, name: str = "") -> User:
    """Make an account that nobody can sign in to until its owner follows the link in the mail and
    chooses a password."""
    user = User(username=email.lower(), email=email.lower(), agency=agency, first_name=name)
    user.set_unusable_password()
    user.save()
    place(user, role)
    record(Act.What.INVITE, user, by, agency=agency.code if agency else "", role=role)
    transaction.on_commit(lambda: send_invitation(user, by))
    return user


def send_invitation(user: User, by: User) -> None:
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    adapter = get_adapter()
    context = {
        "user": user,
        "invited_by": by.get_full_name() or by.get_username(),
        "url": adapter.get_reset_password_from_key_url(key),
    }
    adapter.send_mail("people/email/invited", user.email, context)


@transaction.atomic
def close(account: User) -> None:
    """Its sessions end with the next request; what it did stays on record."""
    account.is_active = False
    account.save(update_fields=["is_active"])
