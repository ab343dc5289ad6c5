"""What the privacy notice says that the program knows: who answers questions, what is kept how
long, which version of the notice this is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from responses.privacy.retention import RULES
from responses.redaction import Kind
from surveys.thai_dates import format_thai_date

VERSION = 2
"""Counted up, with the day, whenever the notice says something else."""
VALID_FROM = date(2026, 11, 26)


def notice() -> dict[str, Any]:
    """In the language of the page."""
    language = get_language()
    day = (
        f"{VALID_FROM.day} {VALID_FROM:%B %Y}" if language == "en" else format_thai_date(VALID_FROM)
    )
    contact = settings.PRIVACY_CONTACT
    return {
        "version": VERSION,
        "valid_from": day,
        "contact": contact,
        "contact_is_mail": "@" in contact and " " not in contact,
        "kept": [(rule.what, rule.how_long()) for rule in RULES if rule.about_citizens],
        "replaced": [kind.word(language) for kind in Kind],
    }
