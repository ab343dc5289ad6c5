"""What an agency's screening has read is kept for the next one, which reads only what has come or
changed since.

Kept are parts (reading.py) of the agency's responses in the order of their keys, while the wave is
open. A response that is erased leaves its part when screening next looks at the wave, which it does
every few minutes, whether its agency is due or not. With the wave's end the parts go: the last
screening reads every response anew.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from django.db import transaction
from django.db.models import F, QuerySet

from responses.models import AgencyScreening, KeptPart, Unscreened
from responses.screening.columns import Columns, Flags
from responses.screening.reading import (
    Part,
    Reader,
    columns_of,
    divided,
    light,
    packed,
    together,
    unpacked,
    without,
)
from surveys.models import Service, Wave


@dataclass(frozen=True, eq=False)
class Reading:
    """The answers of an agency, and what of them is to be kept once they are screened."""

    screening: AgencyScreening
    answers: Columns
    basis: str
    parts: dict[int, Part | None]
    """By their first key; none where it is as it is stored."""
    gone: set[int]
    """First keys of stored parts that are none any more."""
    noticed: list[int]
    """What had been noticed when this was read."""

    def keep(self, screened: Flags, flagged: Flags) -> None:
        """For the next time, with what screening found. In the transaction that stores it."""
        Unscreened.objects.filter(pk__in=self.noticed).delete()
        by_key = np.argsort(self.answers.pk)
        pk, screened, flagged = self.answers.pk[by_key], screened[by_key], flagged[by_key]
        moved = (screened != self.answers.screened[by_key]) | (
            flagged != self.answers.flagged[by_key]
        )
        firsts = sorted(self.parts)
        begins = np.searchsorted(pk, firsts)
        begins[:1] = 0  # below the first part, to it
        new = []
        stored = _parts(self.screening)
        for first, begin, end in zip(firsts, begins, [*begins[1:], len(pk)], strict=False):
            rows, part = slice(begin, end), self.parts[first]
            if moved[rows].any():
                part = unpacked(part or bytes(stored.get(first=first).data)) | {
                    "screened": screened[rows],
                    "flagged": flagged[rows],
                }
            if part:
                new.append((first, part if isinstance(part, bytes) else packed(part)))
        stored.filter(first__in=[*self.gone, *(first for first, _part in new)]).delete()
        of = {"wave_id": self.screening.wave_id, "agency_id": self.screening.agency_id}
        KeptPart.objects.bulk_create(KeptPart(first=first, data=part, **of) for first, part in new)

    def give_up(self) -> None:
        """Keep nothing: this was the last time."""
        _parts(self.screening).delete()
        _noticed(self.screening).delete()


def read(wave: Wave, screening: AgencyScreening, *, anew: bool = False) -> Reading:
    """The answers of the agency that count or are set aside. `anew`: whatever is kept is not
    trusted."""
    services = Service.objects.filter(agency=screening.agency_id).values_list("pk", flat=True)
    reader = Reader(wave, services)
    noticed = dict(_noticed(screening).values_list("pk", "response_ids"))
    stored = _parts(screening)
    parts: dict[int, Part] = {}
    if not anew and screening.basis == reader.basis:
        parts |= {first: bytes(data) for first, data in stored.values_list("first", "data")}
    if parts:
        changed, gone = _replace(parts, reader, set(chain.from_iterable(noticed.values())))
    else:
        parts |= {int(each["pk"][0]): light(each) for each in reader.all()}
        changed, gone = set(parts), set(stored.values_list("first", flat=True))
    answers = columns_of(wave, [parts[first] for first in sorted(parts)] or [reader.some([])])
    to_store = {first: part if first in changed else None for first, part in parts.items()}
    return Reading(screening, answers, reader.basis, to_store, gone, list(noticed))


def forget_erased(screening: AgencyScreening) -> None:
    """Give up what is kept of answers that citizens have erased since."""
    with transaction.atomic():
        Wave.objects.select_for_update(no_key=True).get(pk=screening.wave_id)
        noticed = _noticed(screening).filter(erased=True)
        keys = set(chain.from_iterable(noticed.values_list("response_ids", flat=True)))
        noticed.update(erased=False)
        # Whoever screens now has read them, and would keep them.
        AgencyScreening.objects.filter(pk=screening.pk).update(run=F("run") + 1)
        firsts = sorted(_parts(screening).values_list("first", flat=True))
        for first, of_part in _by_part(firsts, keys).items():
            part = _parts(screening).get(first=first)
            part.data = packed(without(unpacked(bytes(part.data)), of_part))
            part.save()


def _replace(parts: dict[int, Part], reader: Reader, keys: set[int]) -> tuple[set[int], set[int]]:
    """Read these responses again into their parts. Returns the first keys of the parts that
    changed, and of those that are none any more."""
    changed: set[int] = set()
    gone: set[int] = set()
    for first, of_part in _by_part(sorted(parts), keys).items():
        kept = without(unpacked(parts.pop(first)), of_part)
        gone.add(first)
        for arrays in divided(together(kept, reader.some(of_part))):
            begins = int(arrays["pk"][0])
            parts[begins] = light(arrays)
            changed.add(begins)
    return changed, gone - changed


def _by_part(firsts: Sequence[int], keys: Iterable[int]) -> dict[int, list[int]]:
    """These keys by the part that they belong to; below the first part, to it."""
    found: dict[int, list[int]] = {}
    if firsts:
        for key in sorted(keys):
            found.setdefault(firsts[max(bisect_right(firsts, key) - 1, 0)], []).append(key)
    return found


def _parts(screening: AgencyScreening) -> QuerySet[KeptPart]:
    return KeptPart.objects.filter(wave=screening.wave_id, agency=screening.agency_id)


def _noticed(screening: AgencyScreening) -> QuerySet[Unscreened]:
    return Unscreened.objects.filter(wave=screening.wave_id, agency=screening.agency_id)
