"""Addresses of pages that lie in the rooms above: here alone does surveys/ know their names.

A path begins with "/"; a whole address with PUBLIC_URL, for paper and for messages.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from surveys.languages import THAI


def whole(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def form_path(slug: str) -> str:
    """Where the citizen answers who follows the link or QR code `slug`."""
    return reverse("responses:ask", args=[slug])


def qr_path(slug: str) -> str:
    """The picture of the QR code."""
    return reverse("responses:qr", args=[slug])


def poster_path(slug: str) -> str:
    """The poster as a PDF."""
    return reverse("analytics:poster", args=[slug])


def embed_script() -> str:
    """The whole address of the script that shows the form within another website."""
    return whole(reverse("responses:embed-script"))


def privacy_notice() -> str:
    return whole(reverse("responses:privacy"))


def invitation(token: str, language: str) -> str:
    """The whole address at which a drawn citizen answers, in the language of the invitation."""
    query = "" if language == THAI else f"?lang={language}"
    return whole(reverse("responses:invited", args=[token])) + query


def stop(stop_code: str, signed_hash: str) -> str:
    """The whole address at which a citizen refuses further messages."""
    return whole(reverse("responses:stop", args=[stop_code, signed_hash]))
