"""Responses read leanly and many at once, to confirm what the log holds of them.

It only ever says yes: then the text that was committed to is the one that follows from what is
stored. Whatever it does not confirm is held against the log by its own rules (commitments.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
from django.db.models import F, Func, QuerySet, TextField
from django.db.models.functions import Cast

from responses.ledger.commitments import DOMAIN
from responses.models import Response, Revision
from surveys.models import Channel, Service, ServicePoint, Wave

Key = tuple[str, int]
"""A receipt and a revision."""
Logged = tuple[int, str, int, str, bytes]
"""A leaf: position, receipt, revision, disposition, commitment."""
Row = tuple[Any, ...]
"""A response, in the order of `READ`."""


class _Said(msgspec.Struct, gc=False):
    """What is committed to, in the order in which its JSON has it."""

    answered_at: str
    answers: dict[str, Any]
    base_weight: str
    channel: str | None
    disposition: str
    receipt: str
    respondent: str
    revision: int
    selection: str
    service: str | None
    service_point: str | None
    source: str
    wave: str


class _Before(msgspec.Struct, forbid_unknown_fields=True):
    """What a response was before a change; with a salt of its own it is not for here."""

    answers: dict[str, Any]
    disposition: str


class _TenDecimals(Func):
    template = "(%(expressions)s)::text"  # PostgreSQL stores ten

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "printf('%%%%.10f', %(expressions)s)"
        return self.as_sql(compiler, connection, template=template, **context)


READ = {
    "pk": F("pk"),
    "receipt": F("receipt"),
    "revision": F("revision"),
    "disposition": F("disposition"),
    "said": Cast("answers", TextField()),
    "overall": F("overall"),
    "salt": F("salt"),
    "moment": Cast("answered_at", TextField()),
    "weight": _TenDecimals("base_weight", output_field=TextField()),
    "service_id": F("service_id"),
    "channel_id": F("channel_id"),
    "service_point_id": F("service_point_id"),
    "selection": F("selection"),
    "respondent": F("respondent"),
    "source": F("source"),
}
_OWN = {name: read for name, read in READ.items() if not isinstance(read, F)}

_encode = msgspec.json.Encoder(order="deterministic").encode
_answers = msgspec.json.Decoder(dict[str, Any]).decode
_before = msgspec.json.Decoder(_Before).decode


class Confirming:
    """Of one wave."""

    def __init__(self, wave: Wave, overall: str | None) -> None:
        self.wave, self.overall = wave, overall
        self.services = dict(Service.objects.values_list("pk", "code"))
        self.channels = dict(Channel.objects.values_list("pk", "code"))
        self.points = dict(ServicePoint.objects.values_list("pk", "code"))

    def read(self, **which: Any) -> QuerySet[Response, Any]:
        """Responses of the wave as `confirm` takes them."""
        return Response.objects.filter(wave=self.wave, **which).annotate(**_OWN).values_list(*READ)

    def confirm(self, rows: Sequence[Row], leaves: dict[Key, Logged]) -> list[tuple[int, Key]]:
        """Take away the leaves that follow from these responses. Returns the keys of the responses
        of whose present revision none of the leaves is."""
        changes = _changes_of(rows)
        others = []
        for row in rows:
            pk, receipt, revision, disposition, answers, overall, *_rest = row
            leaf = leaves.get((receipt, revision))
            if leaf is None:
                others.append((pk, (receipt, revision)))
            elif disposition != Response.Disposition.ERASED and leaf[3] == disposition:
                said = _read(_answers, answers)
                if (
                    said is not None
                    and said.get(self.overall) == overall
                    and self._commits(row, revision, said, disposition) == leaf[4]
                ):
                    del leaves[receipt, revision]
            if (pk, revision) in changes and disposition != Response.Disposition.ERASED:
                self._confirm_earlier(row, changes, leaves)
        return others

    def _confirm_earlier(
        self, row: Row, changes: dict[tuple[int, int], _Before], leaves: dict[Key, Logged]
    ) -> None:
        pk, receipt, revision, *_rest = row
        for earlier in range(1, revision):
            leaf, was = leaves.get((receipt, earlier)), changes.get((pk, earlier + 1))
            if leaf is None or was is None or was.disposition == Response.Disposition.ERASED:
                continue
            commitment = self._commits(row, earlier, was.answers, was.disposition)
            if (was.disposition, commitment) == leaf[3:]:
                del leaves[receipt, earlier]

    def _commits(self, row: Row, revision: int, answers: dict[str, Any], disposition: str) -> bytes:
        (_pk, receipt, _revision, _disposition, _answers, _overall, salt, moment, weight,
         service, channel, point, selection, respondent, source) = row  # fmt: skip
        said = _Said(
            _in_full(moment),
            answers,
            weight,
            self.channels.get(channel),
            disposition,
            receipt,
            respondent,
            revision,
            selection,
            self.services.get(service),
            self.points.get(point),
            source,
            self.wave.code,
        )
        return sha256(f"{DOMAIN}\n{salt}\n".encode() + _encode(said)).digest()


def _in_full(moment: str) -> str:
    """A moment as `isoformat` writes it to the microsecond, from how a database does in UTC."""
    time, _point, fraction = moment.removesuffix("+00").replace(" ", "T", 1).partition(".")
    return f"{time}.{fraction:0<6}+00:00"


def _changes_of(rows: Sequence[Row]) -> dict[tuple[int, int], _Before]:
    """What these responses were before each change, by response and number."""
    changed = [row[0] for row in rows if row[2] > 1]
    if not changed:
        return {}
    changes = Revision.objects.filter(response_id__in=changed)
    found = changes.values_list("response_id", "number", Cast("before", TextField()))
    read = ((pk, number, _read(_before, before)) for pk, number, before in found)
    return {(pk, number): before for pk, number, before in read if before is not None}


def _read(decode: Any, text: str) -> Any:
    try:
        return decode(text)
    except msgspec.DecodeError:
        return None
