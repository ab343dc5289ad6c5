"""The answers of one agency as columns of numbers: what the rules look at, in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from responses.models import TRACELESS, Response
from responses.screening.texts import SIGNATURE, signature
from surveys.kinds import kind_of
from surveys.kinds.base import Chooses
from surveys.models import Channel, Wave

RESPONSES_PER_READ = 5_000
SCREENABLE = [Response.Disposition.COUNTED, Response.Disposition.SCREENED]
UNKNOWN = -1
WAYS = [source.value for source in Response.Source]
IN_THAILAND = 7 * 3600

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Columns:
    """One row an answer, ordered by when it was answered.

    channel    as its key
    cell       service and channel      place    service, channel, service point and link
    moment     seconds since 1970       day      the day in Thailand, as its ordinal
    minute     of that day; UNKNOWN where only the day is known
    overall    1 to 5, 0 for none       items    (n, questions) 0 where not rated
    others     (n, questions) which choice of single-choice questions, 0 for none
    device     a number for the hash, 0 for none
    seconds    from the first page to the answer; UNKNOWN where it was not taken
    signature  (n, SIGNATURE) of the free text; all 0 where there is none
    arrived    when the platform had it, as `moment`
    sender     a number for the program, the kiosk or the agent that sent it, 0 for none
    way        position in WAYS of how it came
    own        sent by the judged agency itself: in no official figure
    """

    pk: Ints
    channel: Ints
    cell: Ints
    place: Ints
    moment: Ints
    day: Ints
    minute: Ints
    overall: NDArray[np.int8]
    items: NDArray[np.int8]
    others: NDArray[np.int8]
    device: Ints
    seconds: Ints
    length: Ints
    signature: NDArray[np.uint32]
    in_person: Flags
    kiosk: Flags
    drawn: Flags
    screened: Flags
    revision: Ints
    arrived: Ints
    sender: Ints
    way: Ints
    own: Flags
    ends_on: int = date.max.toordinal()

    def __len__(self) -> int:
        return len(self.pk)

    @property
    def open(self) -> Flags:
        """Came by an open link: whoever had the link could answer as often as they liked."""
        return ~self.drawn

    @property
    def arrival_day(self) -> Ints:
        return np.asarray((self.arrived + IN_THAILAND) // 86_400, dtype=np.int64)

    def in_order(self) -> Columns:
        return self.take(np.lexsort((self.pk, self.moment)))

    def take(self, rows: Ints) -> Columns:
        taken: dict[str, Any] = {name: getattr(self, name)[rows] for name in ARRAYS}
        return replace(self, **taken)

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS
        }
        return replace(parts[0], **joined)


ARRAYS = [each.name for each in fields(Columns) if each.name != "ends_on"]

_READ = (
    "pk",
    "service_id",
    "channel_id",
    "service_point_id",
    "entry_point_id",
    "answered_at",
    "overall",
    "answers",
    "device",
    "seconds",
    "source",
    "selection",
    "disposition",
    "revision",
    "received_at",
    "submission_key",
)


def read(wave: Wave, services: Iterable[int]) -> Columns:
    """The counted and the doubted answers of these services."""
    reader = _Reader(wave)
    rows = (
        Response.objects.filter(wave=wave, service__in=services, disposition__in=SCREENABLE)
        .order_by("pk")
        .values_list(*_READ)
        .iterator(chunk_size=RESPONSES_PER_READ)
    )
    parts = [reader.columns([])]
    while chunk := list(islice(rows, RESPONSES_PER_READ)):
        parts.append(reader.columns(chunk))
    return Columns.joined(parts).in_order()


class _Reader:
    """Numbers what it meets, the same throughout one agency."""

    def __init__(self, wave: Wave) -> None:
        self.ends_on = wave.ends_on.toordinal()
        questions = list(wave.questionnaire.questions.order_by("position", "code"))
        self.items = [q.code for q in questions if kind_of(q).scored and not q.is_overall]
        self.texts = [q.code for q in questions if kind_of(q).free_text]
        self.singles = [
            (q.code, {str(choice["code"]): k for k, choice in enumerate(q.choices, 1)})
            for q in questions
            if kind_of(q).chooses is Chooses.ONE and len(q.choices) < 100
        ]
        self.in_person = set(
            Channel.objects.filter(family=Channel.Family.IN_PERSON).values_list("pk", flat=True)
        )
        self.places: dict[Any, int] = {}
        self.cells: dict[Any, int] = {}
        self.devices: dict[str, int] = {"": 0}
        self.senders: dict[str, int] = {"": 0}

    def columns(self, rows: Sequence[Any]) -> Columns:
        n = len(rows)
        unpacked: list[Any] = list(zip(*rows, strict=True)) if rows else [() for _name in _READ]
        column = dict(zip(_READ, unpacked, strict=True))
        moments = [timezone.localtime(moment) for moment in column["answered_at"]]
        answers = column["answers"]
        texts = [" ".join(filter(None, map(each.get, self.texts))) for each in answers]
        place = zip(
            column["service_id"],
            column["channel_id"],
            column["service_point_id"],
            column["entry_point_id"],
            strict=True,
        )
        return Columns(
            pk=_ints(column["pk"]),
            channel=_ints(column["channel_id"]),
            cell=_ints(
                self.cells.setdefault(key, len(self.cells))
                for key in zip(column["service_id"], column["channel_id"], strict=True)
            ),
            place=_ints(self.places.setdefault(key, len(self.places)) for key in place),
            moment=_ints(int(moment.timestamp()) for moment in moments),
            day=_ints(moment.toordinal() for moment in moments),
            minute=_ints(map(_minute, moments)),
            overall=np.array([rating or 0 for rating in column["overall"]], dtype=np.int8),
            items=_matrix(
                [[each.get(code, 0) for code in self.items] for each in answers], len(self.items)
            ),
            others=_matrix(
                [
                    [codes.get(each.get(code, ""), 0) for code, codes in self.singles]
                    for each in answers
                ],
                len(self.singles),
            ),
            device=_ints(
                self.devices.setdefault(device, len(self.devices)) for device in column["device"]
            ),
            seconds=_ints(UNKNOWN if s is None else s for s in column["seconds"]),
            length=_ints(map(len, texts)),
            signature=np.array([signature(text) for text in texts], dtype=np.uint32).reshape(
                n, SIGNATURE
            ),
            in_person=np.array([c in self.in_person for c in column["channel_id"]], dtype=bool),
            kiosk=np.array([s == Response.Source.KIOSK for s in column["source"]], dtype=bool),
            drawn=np.array([s in TRACELESS for s in column["selection"]], dtype=bool),
            screened=np.array(
                [d == Response.Disposition.SCREENED for d in column["disposition"]], dtype=bool
            ),
            revision=_ints(column["revision"]),
            arrived=_ints(int(moment.timestamp()) for moment in column["received_at"]),
            sender=_ints(
                self.senders.setdefault(_sender(*sent), len(self.senders))
                for sent in zip(
                    column["source"], column["submission_key"], column["device"], strict=True
                )
            ),
            way=_ints(map(WAYS.index, column["source"])),
            own=np.array([s == Response.Selection.OWN for s in column["selection"]], dtype=bool),
            ends_on=self.ends_on,
        )


def _sender(source: str, key: str, device: str) -> str:
    """The program or agent, as the key begins with it, or the kiosk; empty for whoever answered
    on a page of their own."""
    if source in (Response.Source.API, Response.Source.OPENROSA, Response.Source.AGENT):
        return key.rpartition(":")[0]
    return f"kiosk:{device}" if source == Response.Source.KIOSK and device else ""


def _minute(moment: datetime) -> int:
    """Midnight to the second is what a file says that gives days alone."""
    if moment.hour == moment.minute == moment.second == 0:
        return UNKNOWN
    return 60 * moment.hour + moment.minute


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _matrix(rows: list[list[int]], width: int) -> NDArray[np.int8]:
    return np.array(rows, dtype=np.int8).reshape(len(rows), width)


def groups_of(*keys: NDArray[Any]) -> tuple[Ints, int]:
    """A number from 0 for each combination of the keys, and how many there are."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64), 0
    number = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        _values, inverse = np.unique(key, return_inverse=True)
        inverse = inverse.reshape(-1).astype(np.int64)
        number = number * (int(inverse.max()) + 1) + inverse
        _values, number = np.unique(number, return_inverse=True)
        number = number.reshape(-1).astype(np.int64)
    return number, int(number.max()) + 1


def rows_by_group(group: Ints, wanted: Iterable[int]) -> Iterator[tuple[int, Ints]]:
    """The rows of each wanted group, in their order."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    for each in wanted:
        start, stop = np.searchsorted(ordered, [each, each + 1])
        yield int(each), order[start:stop]
