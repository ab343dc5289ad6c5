"""Stored responses become parts, and parts become columns.

A part is a file of arrays (NumPy's npz), one row a response, ordered by key: places by their keys,
devices and senders by hashes, texts by their signatures. So parts that were read at different
times fit together, and what the rules see does not tell when each was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import blake2b, sha256
from io import BytesIO
from itertools import islice
from operator import attrgetter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray

from responses.models import TRACELESS, Flag, Response
from responses.screening.columns import (
    IN_THAILAND,
    SCREENABLE,
    UNKNOWN,
    WAYS,
    Columns,
    groups_of,
)
from responses.screening.texts import SIGNATURE, signature
from surveys.kinds import kind_of
from surveys.kinds.base import Chooses
from surveys.models import Channel, Wave

ROWS = 16_384
"""Of a part, before it is divided: what is written again where one answer has changed."""
AT_ONCE = 4_096
"""Responses that are asked for by key."""
FORM = 1
"""Of parts: another number has all of them read anew."""
UNIX = 719_163
"""The ordinal of 1 January 1970."""

Arrays = dict[str, NDArray[Any]]
Part = bytes | Arrays
"""Packed, or as it was read."""

_READ = (
    "pk",
    "service_id",
    "channel_id",
    "service_point_id",
    "entry_point_id",
    "answered_at",
    "received_at",
    "overall",
    "answers",
    "device",
    "seconds",
    "source",
    "selection",
    "disposition",
    "submission_key",
    "flagged",
)


class Reader:
    """Reads the responses of some services in one wave."""

    def __init__(self, wave: Wave, services: Iterable[int]) -> None:
        asked = wave.questionnaire.questions.all()
        questions = sorted(asked, key=attrgetter("position", "code"))
        self.items = [q.code for q in questions if kind_of(q).scored and not q.is_overall]
        self.texts = [q.code for q in questions if kind_of(q).free_text]
        self.singles = [
            (q.code, {str(choice["code"]): k for k, choice in enumerate(q.choices, 1)})
            for q in questions
            if kind_of(q).chooses is Chooses.ONE and len(q.choices) < 100
        ]
        self.wave, self.services = wave, sorted(services)

    @property
    def basis(self) -> str:
        """Another one reads the same responses into other parts."""
        read_by = (FORM, self.items, self.texts, self.singles, self.services)
        return sha256(repr(read_by).encode()).hexdigest()

    def all(self) -> Iterator[Arrays]:
        """All that count or are set aside, a part at a time."""
        rows = self._stored().order_by("pk").values_list(*_READ).iterator(chunk_size=ROWS)
        while some := list(islice(rows, ROWS)):
            yield self._arrays(some)

    def some(self, keys: Iterable[int]) -> Arrays:
        """Those of these that count or are set aside, ordered by key."""
        wanted = sorted(keys)
        stored = self._stored().order_by("pk").values_list(*_READ)
        found = [
            self._arrays(list(stored.filter(pk__in=wanted[start : start + AT_ONCE])))
            for start in range(0, max(len(wanted), 1), AT_ONCE)
        ]
        return {name: np.concatenate([each[name] for each in found]) for name in found[0]}

    def _stored(self) -> QuerySet[Response]:
        return Response.objects.filter(
            wave=self.wave, service__in=self.services, disposition__in=SCREENABLE
        ).annotate(flagged=Exists(Flag.objects.filter(response=OuterRef("pk"))))

    def _arrays(self, rows: Sequence[Any]) -> Arrays:
        unpacked: list[Any] = list(zip(*rows, strict=True)) if rows else [() for _name in _READ]
        column = dict(zip(_READ, unpacked, strict=True))
        answers = column["answers"]
        texts = [" ".join(filter(None, map(each.get, self.texts))) for each in answers]
        sent = zip(column["source"], column["submission_key"], column["device"], strict=True)
        return {
            "pk": _array(column["pk"], np.int64),
            "service": _array(column["service_id"], np.int64),
            "channel": _array(column["channel_id"], np.int64),
            "point": _array((key or 0 for key in column["service_point_id"]), np.int64),
            "entry": _array((key or 0 for key in column["entry_point_id"]), np.int64),
            "moment": _array((int(at.timestamp()) for at in column["answered_at"]), np.int64),
            "arrived": _array((int(at.timestamp()) for at in column["received_at"]), np.int64),
            "overall": _array((rating or 0 for rating in column["overall"]), np.int8),
            "items": _matrix(
                [[each.get(code, 0) for code in self.items] for each in answers],
                (len(rows), len(self.items)),
                np.int8,
            ),
            "others": _matrix(
                [
                    [codes.get(each.get(code, ""), 0) for code, codes in self.singles]
                    for each in answers
                ],
                (len(rows), len(self.singles)),
                np.int8,
            ),
            "device": _array(map(_hash, column["device"]), np.uint64),
            "sender": _array((_hash(_sender(*each)) for each in sent), np.uint64),
            "seconds": _array((UNKNOWN if s is None else s for s in column["seconds"]), np.int32),
            "length": _array(map(len, texts), np.int32),
            "signature": _matrix(
                [signature(text) for text in texts], (len(rows), SIGNATURE), np.uint32
            ),
            "way": _array(map(WAYS.index, column["source"]), np.int8),
            "drawn": _array((s in TRACELESS for s in column["selection"]), np.bool_),
            "own": _array((s == Response.Selection.OWN for s in column["selection"]), np.bool_),
            "screened": _array(
                (d == Response.Disposition.SCREENED for d in column["disposition"]), np.bool_
            ),
            "flagged": _array(column["flagged"], np.bool_),
        }


def _sender(source: str, key: str, device: str) -> str:
    """The program or agent, as the key begins with it, or the kiosk; empty for whoever answered
    on a page of their own."""
    if source in (Response.Source.API, Response.Source.OPENROSA, Response.Source.AGENT):
        return key.rpartition(":")[0]
    return f"kiosk:{device}" if source == Response.Source.KIOSK and device else ""


def _hash(name: str) -> int:
    """64 bits: of a million names two are the same once in forty million times. 0 for none."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) if name else 0


def _array(values: Iterable[Any], kind: type[np.generic]) -> NDArray[Any]:
    return np.array(list(values), dtype=kind)


def _matrix(
    rows: Sequence[Sequence[int]], shape: tuple[int, int], kind: type[np.generic]
) -> NDArray[Any]:
    return np.array(rows, dtype=kind).reshape(shape)


# Parts


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """As np.savez_compressed, in a third of its time."""
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return into.getvalue()


def light(arrays: Arrays) -> Part:
    """What waits to be looked at: packed, for there may be hundreds, unless it is short, as one
    part of an agency may be."""
    return arrays if len(arrays["pk"]) < ROWS // 2 else packed(arrays)


def unpacked(part: Part) -> Arrays:
    if not isinstance(part, bytes):
        return part
    with np.load(BytesIO(part), allow_pickle=False) as stored:
        return dict(stored)


def without(arrays: Arrays, keys: Iterable[int]) -> Arrays:
    kept = ~np.isin(arrays["pk"], np.array(list(keys), dtype=np.int64))
    return {name: array[kept] for name, array in arrays.items()}


def together(one: Arrays, other: Arrays) -> Arrays:
    """Both, ordered by key."""
    joined = {name: np.concatenate([one[name], other[name]]) for name in one}
    order = np.argsort(joined["pk"])
    return {name: array[order] for name, array in joined.items()}


def divided(arrays: Arrays) -> Iterator[Arrays]:
    """As it is, or in parts of ROWS where it has become twice as long; nothing where it is
    empty."""
    rows = len(arrays["pk"])
    step = ROWS if rows > 2 * ROWS else max(rows, 1)
    for start in range(0, rows, step):
        yield {name: array[start : start + step] for name, array in arrays.items()}


# Columns


Opened = Sequence[Mapping[str, NDArray[Any]]]
"""Parts whose arrays are unpacked when they are asked for."""


def columns_of(wave: Wave, parts: Sequence[Part]) -> Columns:
    """What the rules look at. One array is unpacked at a time. `parts` is not empty."""
    with ExitStack() as stack:

        def opened(part: Part) -> Mapping[str, NDArray[Any]]:
            if not isinstance(part, bytes):
                return part
            return stack.enter_context(np.load(BytesIO(part), allow_pickle=False))

        return _columns(wave, [opened(part) for part in parts])


def _columns(wave: Wave, parts: Opened) -> Columns:
    order = np.lexsort((_all(parts, "pk"), _all(parts, "moment")))

    def column(name: str) -> NDArray[Any]:
        return np.asarray(_all(parts, name)[order])

    moment, way, channel = column("moment"), column("way"), column("channel")
    since = moment + IN_THAILAND
    seconds_of_day = since % 86_400
    in_person = Channel.objects.filter(family=Channel.Family.IN_PERSON)
    text, signatures = _texts(parts)
    return Columns(
        pk=column("pk"),
        channel=channel,
        cell=groups_of(column("service"), channel)[0],
        place=groups_of(column("service"), channel, column("point"), column("entry"))[0],
        moment=moment,
        day=since // 86_400 + UNIX,
        # Midnight to the second is what a file says that gives days alone.
        minute=np.where(seconds_of_day == 0, UNKNOWN, seconds_of_day // 60),
        overall=column("overall"),
        items=column("items"),
        others=column("others"),
        device=_numbered(column("device")),
        seconds=column("seconds"),
        length=column("length"),
        text=text[order],
        in_person=np.isin(channel, list(in_person.values_list("pk", flat=True))),
        kiosk=way == WAYS.index(Response.Source.KIOSK),
        drawn=column("drawn"),
        screened=column("screened"),
        flagged=column("flagged"),
        arrived=column("arrived"),
        sender=_numbered(column("sender")),
        way=way,
        own=column("own"),
        signatures=signatures,
        ends_on=wave.ends_on.toordinal(),
    )


def _all(parts: Opened, name: str) -> NDArray[Any]:
    return np.concatenate([part[name] for part in parts])


def _numbered(hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
    """From 1 for each that there is; 0 stays 0."""
    there, number = np.unique(hashes, return_inverse=True)
    known = len(there) > 0 and there[0] == 0
    return np.asarray(number.reshape(-1) + (0 if known else 1), dtype=np.int32)


def _texts(parts: Opened) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Where each text's signature stands, and the signatures."""
    numbers, tables, before = [], [np.zeros((1, SIGNATURE), dtype=np.uint32)], 0
    for part in parts:
        found = part["signature"]
        written = found.any(axis=1)
        numbers.append(np.where(written, np.cumsum(written) + before, 0).astype(np.int32))
        tables.append(found[written])
        before += len(tables[-1])
    return np.concatenate(numbers), np.concatenate(tables)
