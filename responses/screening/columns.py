"""The answers of one agency as columns of numbers: what the rules look at, in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from responses.models import Response

SCREENABLE = [Response.Disposition.COUNTED, Response.Disposition.SCREENED]
UNKNOWN = -1
WAYS = [source.value for source in Response.Source]
IN_THAILAND = 7 * 3600

Ints = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Columns:
    """One row an answer, ordered by when it was answered. Each column is as narrow as what it
    holds allows (TYPES): who multiplies a column makes it wider first.

    channel    as its key
    cell       service and channel      place    service, channel, service point and link
    moment     seconds since 1970       day      the day in Thailand, as its ordinal
    minute     of that day; UNKNOWN where only the day is known
    overall    1 to 5, 0 for none       items    (n, questions) 0 where not rated
    others     (n, questions) which choice of single-choice questions, 0 for none
    device     a number for the hash, 0 for none
    seconds    from the first page to the answer; UNKNOWN where it was not taken
    text       row of `signatures` for the free text, 0 for none; `length` in characters
    arrived    when the platform had it, as `moment`
    sender     a number for the program, the kiosk or the agent that sent it, 0 for none
    way        position in WAYS of how it came
    own        sent by the judged agency itself: in no official figure
    screened   set aside by the screening before
    flagged    has a flag stored, be it withdrawn
    signatures (texts + 1, SIGNATURE) of the free texts, the first row of none
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
    text: Ints
    in_person: Flags
    kiosk: Flags
    drawn: Flags
    screened: Flags
    flagged: Flags
    arrived: Ints
    sender: Ints
    way: Ints
    own: Flags
    signatures: NDArray[np.uint32]
    ends_on: int = date.max.toordinal()

    def __post_init__(self) -> None:
        for name, kind in TYPES.items():
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))

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
        taken: dict[str, Any] = {name: getattr(self, name)[rows] for name in TYPES}
        return replace(self, **taken)

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in TYPES
        }
        before = np.cumsum([0, *(len(part.signatures) - 1 for part in parts)])
        joined["text"] = np.concatenate(
            [
                np.where(part.text > 0, part.text + first, 0)
                for part, first in zip(parts, before, strict=False)
            ]
        )
        tables = [parts[0].signatures, *(part.signatures[1:] for part in parts[1:])]
        return replace(parts[0], signatures=np.concatenate(tables), **joined)


TYPES: dict[str, type[np.generic]] = {
    each.name: {"pk": np.int64, "moment": np.int64, "arrived": np.int64}.get(each.name, np.int32)
    for each in fields(Columns)
    if each.name not in ("signatures", "ends_on")
} | {
    "minute": np.int16,
    **dict.fromkeys(("overall", "items", "others", "way"), np.int8),
    **dict.fromkeys(("in_person", "kiosk", "drawn", "screened", "flagged", "own"), np.bool_),
}


def only_written(signatures: NDArray[np.uint32]) -> tuple[Ints, NDArray[np.uint32]]:
    """Which row of the second result each signature is: few write anything."""
    written = signatures.any(axis=1)
    text = np.where(written, np.cumsum(written), 0)
    none = np.zeros((1, signatures.shape[1]), dtype=np.uint32)
    return text, np.concatenate([none, signatures[written]])


def groups_of(*keys: NDArray[Any]) -> tuple[Ints, int]:
    """A number from 0 for each combination of the keys, in their order, and how many there are."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64), 0
    number, span = _within(keys[0])
    for key in keys[1:]:
        more, width = _within(key)
        if span * width >= 2**62:
            number, span = _numbered(number, span)
        number, span = number * width + more, span * width
    return _numbered(number, span)


def _within(key: NDArray[Any]) -> tuple[Ints, int]:
    """In the order of the key, from 0 on and below the second result."""
    if key.dtype.kind != "u":
        least = int(key.min())
        width = int(key.max()) - least + 1
        if width < 2**31:
            return key.astype(np.int64) - least, width
    values, number = np.unique(key, return_inverse=True)
    return number.reshape(-1).astype(np.int64), len(values)


def _numbered(number: Ints, span: int) -> tuple[Ints, int]:
    """Without gaps: by counting where the numbers are dense, else by sorting."""
    if span > 4 * len(number):
        values, dense = np.unique(number, return_inverse=True)
        return dense.reshape(-1).astype(np.int64), len(values)
    there = np.zeros(span, dtype=np.bool_)
    there[number] = True
    return (np.cumsum(there) - 1)[number], int(there.sum())


def rows_by_group(group: Ints, wanted: Iterable[int]) -> Iterator[tuple[int, Ints]]:
    """The rows of each wanted group, in their order."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    for each in wanted:
        start, stop = np.searchsorted(ordered, [each, each + 1])
        yield int(each), order[start:stop]
