"""Who sends: OpenRosa clients speak HTTP Basic, with the key of a collecting system as password."""

from __future__ import annotations

from base64 import b64decode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from responses.api.access import seconds_to_wait
from responses.models.collecting_system import Sender, note_use, sender_with
from responses.openrosa.refusals import Refusal


def sender_of(request: HttpRequest, key_in_address: str) -> Sender:
    """The system whose key is shown, and that may make a request now. Raise Refusal."""
    if key_in_address and settings.HTTPS:
        # Addresses are logged; passwords are not.
        message = _("Give the key as the password, not in the address: this server speaks HTTPS.")
        raise Refusal(403, message)
    sender = sender_with(key_in_address or _password(request))
    if sender is None:
        message = _("The user name or the password is not valid: the password is the whole key.")
        raise Refusal(401, message)
    if seconds := seconds_to_wait(sender):
        message = _("Too many requests. Go on in %(seconds)d seconds.")
        raise Refusal(429, message % {"seconds": seconds}, retry_after=seconds)
    note_use(sender.pk)
    return sender


def _password(request: HttpRequest) -> str:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        _name, _colon, password = b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return ""
    return password.strip()
