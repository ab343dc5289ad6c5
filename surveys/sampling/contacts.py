"""Where a citizen can be asked: one address by e-mail, telephone or LINE."""

from __future__ import annotations

import re
from typing import NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from surveys.languages import OWN, THAI
from surveys.speaking import known
from surveys.thai_text import ascii_digits, normalise

REGION = "TH"
_LINE_USER = re.compile(r"U[0-9a-f]{32}")


class Contact(NamedTuple):
    kind: str
    address: str
    language: str


class ContactError(Exception):
    """An address that cannot be one: its field, and what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def contact_from(*, email: str, telephone: str, line: str, language: str) -> Contact | None:
    """The contact of an encounter: the first of e-mail, telephone and LINE that is given, all of
    which must be right; None where none is. Raise ContactError."""
    language = language or THAI
    if language not in (languages := [*OWN, *known()]):
        message = _("The language is one of these: %(languages)s.")
        raise ContactError("language", message % {"languages": ", ".join(languages)})
    given = [
        Contact(kind, read(normalise(text)), language)
        for kind, text, read in (
            ("email", email, _email),
            ("telephone", telephone, _telephone),
            ("line", line, _line),
        )
        if normalise(text)
    ]
    return given[0] if given else None


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ContactError("email", _unusable(_("This is not an e-mail address."))) from None
    if len(text) > 254:
        raise ContactError("email", _unusable(_("This e-mail address is too long.")))
    local, _at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _telephone(text: str) -> str:
    """In the international form, +66812345678."""
    try:
        number = phonenumbers.parse(ascii_digits(text), REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ContactError("telephone", _unusable(_("This is not a telephone number.")))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _line(text: str) -> str:
    if not _LINE_USER.fullmatch(text):
        raise ContactError(
            "line", _unusable(_("A LINE user id is U and 32 characters of 0–9 and a–f."))
        )
    return text


def _unusable(what: str) -> str:
    return what + " " + _("Correct it, or leave it out: the encounter then counts all the same.")
