"""The demonstration: a simulated wave, its scores and PDFs, and accounts to look around with."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import transaction

from surveys.models import Agency, User

ACCOUNTS: dict[str, tuple[str | None, bool]] = {
    # user name: agency whose figures they see (None: all), works in the survey office
    "opdc": (None, True),
    "dlt": ("DLT", False),
    "dopa": ("DOPA", False),
}


def demo_accounts() -> dict[str, str]:
    """User names and passwords, made on the first run and kept beside the database."""
    path: Path = settings.DATA_DIR / "demo_accounts.json"
    if path.exists():
        passwords: dict[str, str] = json.loads(path.read_text())
    else:
        passwords = {name: secrets.token_urlsafe(9) for name in ACCOUNTS}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(passwords, file)
    for name, (agency, office) in ACCOUNTS.items():
        _account(name, passwords[name], agency, survey_office=office)
    return passwords


@transaction.atomic
def _account(name: str, password: str, agency: str | None, *, survey_office: bool) -> None:
    user, created = User.objects.get_or_create(
        username=name,
        defaults={
            "email": f"{name}@localhost",
            "is_staff": survey_office,
            "agency": Agency.objects.get(code=agency) if agency else None,
        },
    )
    if created:
        user.set_password(password)
        user.save()
        if survey_office:
            user.user_permissions.set(
                Permission.objects.filter(
                    content_type__app_label__in=["surveys", "responses", "analytics"]
                )
            )
