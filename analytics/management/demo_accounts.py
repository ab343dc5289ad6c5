"""The demonstration: a simulated wave, its scores and PDFs, and accounts to look around with."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from surveys.models import Agency, User
from surveys.roles import place

ACCOUNTS: dict[str, tuple[str | None, str]] = {
    # user name: agency that they are there for, role
    "opdc": (None, "Survey office"),
    "approver": (None, "Approver"),  # approves what the other enters
    "dlt": ("DLT", "Agency analyst"),
    "dopa": ("DOPA", "Agency analyst"),
    "viewer": ("DLT", "Agency viewer"),
    "author": ("DLT", "Add-on author"),
    "agent": (None, "Telephone agent"),
    "auditor": (None, "Auditor"),
    "researcher": (None, "Researcher"),
}


def demo_accounts() -> dict[str, str]:
    """User names and passwords, each made once and kept beside the database."""
    path: Path = settings.DATA_DIR / "demo_accounts.json"
    passwords: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if missing := ACCOUNTS.keys() - passwords.keys():
        passwords |= {name: secrets.token_urlsafe(9) for name in ACCOUNTS if name in missing}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(passwords, file)
    for name, (agency, role) in ACCOUNTS.items():
        _account(name, passwords[name], agency, role)
    return passwords


@transaction.atomic
def _account(name: str, password: str, agency: str | None, role: str) -> None:
    user, created = User.objects.get_or_create(
        username=name,
        defaults={
            "email": f"{name}@localhost",
            "agency": Agency.objects.get(code=agency) if agency else None,
        },
    )
    if created:
        user.set_password(password)
        user.save()
        place(user, role)
