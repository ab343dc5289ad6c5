"""What an invitation says, in the citizen's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys import addresses
from surveys.languages import ENGLISH, OWN, THAI
from surveys.models import Ballot, Contact, Wave
from surveys.phrases import INVITING
from surveys.sampling.ballots import stop_code_of
from surveys.sampling.opt_out import stop_link
from surveys.speaking import known, speak, spoken_in, worded_in
from surveys.thai_dates import format_thai_date

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_ESCAPED = set("^{}\\[~]|€\f")
EXAMPLE_TOKEN = "t" * 27
LONG_DAY = date(2026, 12, 31)


@dataclass(frozen=True)
class Message:
    """A message ready to be sent. `id` is the same whenever the same message is tried again, so
    that a gateway can tell a repeat; it says nothing of the citizen or the link."""

    id: str
    kind: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    link: str
    stop: str


def compose(contact: Contact, sent_to: dict[str, Any], ballot: Ballot) -> Message:
    """`sent_to` is the opened content of the contact."""
    number = contact.reminders if contact.invitation.sent_on is None else contact.reminders + 1
    wave = ballot.cell.draw.wave
    asked, language = language_of_form(wave, sent_to["language"]), sent_to["language"]
    if language not in (*OWN, *writable()) or asked != language:
        language = THAI
    with writing_in(language):
        words = {
            "service": ballot.cell.service,
            "agency": ballot.cell.service.agency,
            "channel": ballot.cell.channel,
            "until": day_text(ballot.expires_on),
            "wave": wave,
            "reminder": number > 0,
            "link": addresses.invitation(sent_to["token"], asked),
            "stop": stop_link(stop_code_of(sent_to["token"]), sent_to["kind"], sent_to["address"]),
            "privacy": addresses.privacy_notice(),
            "language": language,
            "right_to_left": language in known() and known()[language].right_to_left,
        }
        subject = text = html = ""
        if sent_to["kind"] == "email":
            subject = render_to_string("surveys/invitation_subject.txt", words).strip()
            text = render_to_string("surveys/invitation.txt", words)
            html = render_to_string("surveys/invitation.html", words)
        else:
            text = short_text(words["until"], words["link"], reminder=number > 0)
    about = f"{contact.pk}:{number}"
    return Message(
        id=salted_hmac("surveys.message", about, algorithm="sha256").hexdigest()[:32],
        kind=sent_to["kind"],
        address=sent_to["address"],
        language=language,
        subject=subject,
        text=text,
        html=html,
        link=words["link"],
        stop=words["stop"],
    )


def writable() -> list[str]:
    """The further languages that have all the words of a message: none is half in English."""
    return [language.code for language in worded_in(INVITING)]


def language_of_form(wave: Wave, language: str) -> str:
    """In which a citizen is asked whose list names this one."""
    further = [each.code for each in spoken_in(wave)]
    return language if language in (*OWN, *further) else THAI


@contextmanager
def writing_in(language: str) -> Iterator[None]:
    with translation.override(language if language in OWN else ENGLISH):
        if language not in OWN:
            speak(language)
        yield


def short_text(until: str, link: str, *, reminder: bool = False) -> str:
    """For SMS and LINE, in the active language. How to be asked no more stands behind the link."""
    if reminder:
        return _("Reminder: how was the service? Answer by %(day)s %(link)s -OPDC") % {
            "day": until,
            "link": link,
        }
    return _("How was the government service you used? Answer by %(day)s %(link)s -OPDC") % {
        "day": until,
        "link": link,
    }


def day_text(day: date) -> str:
    """A day in few letters, in the active language."""
    if translation.get_language() == THAI:
        return format_thai_date(day, abbreviated=True)
    return date_format(day, "j M Y")


def sms_parts(text: str) -> int:
    """How many messages a network makes of a text: 160 characters of its own alphabet, or 70 of
    any other, in one; 153 or 67 a part in several [3GPP TS 23.038, 23.040]."""
    if set(text) <= GSM_7 | GSM_7_ESCAPED:
        length = len(text) + sum(character in GSM_7_ESCAPED for character in text)
        single, each = 160, 153
    else:
        length, single, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= single else -(-length // each)


def parts_by_language() -> dict[str, int]:
    """How many parts an SMS takes in each language, with links as long as they are here."""
    parts = {}
    for language in (*OWN, *writable()):
        with writing_in(language):
            text = short_text(day_text(LONG_DAY), addresses.invitation(EXAMPLE_TOKEN, language))
        parts[language] = sms_parts(text)
    return parts
