"""On whose behalf a command is given, for the record of acts."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from surveys.models import User


def add_by(parser: ArgumentParser) -> None:
    parser.add_argument("--by", metavar="USER", help="put on record who has this done")


def actor(options: dict[str, Any]) -> User | None:
    """The account named, None where none was. Raise CommandError where there is no such account."""
    if not (name := options["by"]):
        return None
    account = User.objects.filter(username=name, is_active=True).first()
    if account is None:
        raise CommandError(_("There is no active account %(name)s.") % {"name": name})
    return account
