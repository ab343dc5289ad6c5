"""From the bytes of a request to values that are known to be well formed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Meta

from responses.api.problems import Problem
from surveys.moments import in_common_era, parse_moment

SINGLE_LIMIT = 64 * 1024
BATCH_LIMIT = 2 * 1024 * 1024
BATCH_SIZE = 1_000
KEY_PATTERN = r"^[!-~]{1,200}\Z"

Code = Annotated[str, Meta(max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z")]

Address = Annotated[str, Meta(max_length=254)]


class Item(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A response as it is sent."""

    service: Code
    channel: Code
    answers: dict[str, Any]
    wave: Code | None = None
    service_point: Code | None = None
    answered_at: Annotated[datetime, Meta(tz=True)] | None = None
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")] | None = None

    def __post_init__(self) -> None:
        if self.answered_at:
            self.answered_at = in_common_era(self.answered_at)


class KeyedItem(Item, forbid_unknown_fields=True, kw_only=True):
    """A response of a batch, with the key that names it."""

    key: Annotated[str, Meta(pattern=KEY_PATTERN)]


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    responses: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=BATCH_SIZE)]


class EncounterItem(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An encounter as it is reported."""

    encounter: Annotated[str, Meta(min_length=1, max_length=200)]
    service: Code
    channel: Code
    time: Annotated[datetime, Meta(tz=True)]
    service_point: Code | None = None
    email: Address | None = None
    telephone: Address | None = None
    line: Address | None = None
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")] | None = None

    def __post_init__(self) -> None:
        self.time = in_common_era(self.time)


class EncounterBatch(msgspec.Struct, forbid_unknown_fields=True):
    wave: Code
    encounters: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=BATCH_SIZE)]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The place whose questions a client asks for."""

    service: Code
    channel: Code
    wave: Code | None = None


WANTED: Mapping[str, Any] = {
    "service": gettext_lazy("The code of a service."),
    "channel": gettext_lazy("The code of a channel."),
    "answers": gettext_lazy("An object with the answers by the codes of their questions."),
    "wave": gettext_lazy("The code of a wave."),
    "service_point": gettext_lazy("The code of a service point."),
    "answered_at": gettext_lazy("A time with its offset, such as 2027-01-31T09:30:00+07:00."),
    "language": gettext_lazy("A language by its two letters, such as th."),
    "key": gettext_lazy("A key of 1 to 200 letters, digits and signs without spaces."),
    "responses": gettext_lazy("A list of 1 to 1,000 responses."),
    "encounters": gettext_lazy("A list of 1 to 1,000 encounters."),
    "encounter": gettext_lazy("Your own number of the encounter, 1 to 200 characters."),
    "time": gettext_lazy("A time with its offset, such as 2027-01-31T09:30:00+07:00."),
    "email": gettext_lazy("An address of at most 254 characters."),
    "telephone": gettext_lazy("An address of at most 254 characters."),
    "line": gettext_lazy("An address of at most 254 characters."),
}

TIMES = ("answered_at", "time")

# Rows of a batch are looked at one by one, later.
_LOOSELY: Mapping[str, Any] = {
    rows: Annotated[list[Any], Meta(min_length=1, max_length=BATCH_SIZE)]
    for rows in ("responses", "encounters")
}

Shape = TypeVar("Shape", bound=msgspec.Struct)


class MalformedError(Exception):
    """Not of the shape asked for: what is wrong by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


_decoder = cache(msgspec.json.Decoder[Any])


def decode(body: bytes | msgspec.Raw, shape: type[Shape]) -> Shape:
    """Raise MalformedError."""
    try:
        return _decoder(shape).decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _decode_slowly(body, shape)


def _decode_slowly(body: bytes | msgspec.Raw, shape: type[Shape]) -> Shape:
    """Read times that are not as ISO writes them, and find every fault by its field."""
    try:
        sent = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError({"": _("This is not JSON: %(why)s.") % {"why": error}}) from None
    if not isinstance(sent, dict):
        raise MalformedError({"": _("An object is expected.")})
    try:
        return msgspec.convert(sent | _times(sent), shape)
    except (msgspec.MsgspecError, RecursionError):
        raise MalformedError(_faults(sent | _times(sent), shape)) from None


def _times(sent: dict[str, Any]) -> dict[str, datetime]:
    times: dict[str, datetime] = {}
    for name in TIMES:
        with suppress(ValueError):
            if isinstance(text := sent.get(name), str):
                times[name] = parse_moment(text, with_offset=True)
    return times


def _faults(sent: dict[str, Any], shape: type[msgspec.Struct]) -> dict[str, str]:
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    faults = {name[:60]: _("There is no such field.") for name in sent if name not in fields}
    for name, field in fields.items():
        if name not in sent:
            if field.required:
                faults[name] = _("This field is missing.")
            continue
        if name in TIMES and isinstance(sent[name], str):  # else it would have been read
            faults[name] = str(WANTED[name])
            continue
        try:
            msgspec.convert(sent[name], _LOOSELY.get(name, field.type))
        except msgspec.ValidationError:
            faults[name] = str(WANTED[name])
    return faults


def body_of(request: HttpRequest, limit: int) -> bytes:
    """The body, of JSON as it is: never compressed, never larger than `limit`. Raise Problem."""
    if request.content_type != "application/json" or (
        (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8"
    ):
        raise Problem(415, "media-type", _("Send application/json in UTF-8."))
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Problem(415, "compressed", _("Send the body uncompressed."))
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise Problem(
            413,
            "too-large",
            _("At most %(limit)d KB are accepted at once.") % {"limit": limit // 1024},
        )
    return request.body


def idempotency_key(request: HttpRequest) -> str:
    """The key of the header, with or without the quotes of a structured field. Raise Problem."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not re.match(KEY_PATTERN, key):
        detail = _("The header Idempotency-Key names each response, so that it is stored once.")
        raise Problem(400, "invalid", detail, errors={"Idempotency-Key": str(WANTED["key"])})
    return key
