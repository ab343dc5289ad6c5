"""How the answers of domains add up: each total with what it is made of, as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analytics.domain import Domain, Level

Parents = Mapping[int, int | None]
"""The agency above each agency."""
Counts = NDArray[np.int64]
Split = tuple[int, tuple[int, ...], int]
"""The row of a total, the rows of its parts, and the block of their sum."""
TOP = 0
"""The block of sums over agencies; the others are named by their agency's key."""


@dataclass(frozen=True)
class Sum:
    """A total and its parts, as rows of a table; `rest` is what no listed part holds, by kind of
    answer. Sums of one block are protected together."""

    total: int
    parts: tuple[int, ...]
    rest: tuple[int, ...]
    block: int

    @property
    def members(self) -> tuple[int, ...]:
        return (self.total, *self.parts)


def sums_of(domains: Sequence[Domain], counts: Counts, parents: Parents) -> list[Sum]:
    """Every total among the domains that is split into others among them.

    counts  (domains, kinds of answer)
    """
    return counted(splits_of(domains, parents), counts)


def counted(splits: Iterable[Split], counts: Counts) -> list[Sum]:
    """The sums of a table whose rows are split so."""
    splits = list(splits)
    if not splits:
        return []
    totals, parts, _blocks = zip(*splits, strict=True)
    first = np.cumsum([0, *map(len, parts[:-1])])
    held = np.add.reduceat(counts[list(chain.from_iterable(parts))], first)
    rests = (counts[list(totals)] - held).clip(0).tolist()
    return [
        Sum(total, parts, tuple(rest), block)
        for (total, parts, block), rest in zip(splits, rests, strict=True)
    ]


def splits_of(domains: Sequence[Domain], parents: Parents) -> list[Split]:
    """Every total among the domains that is split into others among them, without counts."""
    row = {node(domain): number for number, domain in enumerate(domains)}
    parts: dict[tuple[Domain, str], list[int]] = defaultdict(list)
    for domain, number in row.items():
        for total, split in totals_of(domain, parents):
            if total in row:
                parts[total, split].append(number)
    return [
        (row[total], tuple(numbers), _block(total, split, [domains[k] for k in numbers]))
        for (total, split), numbers in parts.items()
    ]


def _block(total: Domain, split: str, parts: Sequence[Domain]) -> int:
    within = split == "channels" or any(part.service for part in parts)
    return total.agency if total.agency and within else TOP


_ALIKE = {Level.MINISTRY: Level.AGENCY, Level.MINISTRY_CHANNEL: Level.AGENCY_CHANNEL}


def node(domain: Domain) -> Domain:
    """The domain with ministries and agencies alike: nodes of one tree."""
    level = _ALIKE.get(domain.level)
    return domain._replace(level=level) if level else domain


def totals_of(part: Domain, parents: Parents) -> list[tuple[Domain, str]]:
    """The totals of which a domain is a part, and by what each is split: an agency into those
    under it and its own services ("below"), by channel, or by service point."""
    agency, channel = part.agency, part.channel
    above = parents.get(agency) if agency else None
    match part.level:
        case Level.AGENCY:
            return [(Domain(Level.AGENCY, above) if above else Domain(Level.NATION), "below")]
        case Level.SERVICE:
            return [(Domain(Level.AGENCY, agency), "below")]
        case Level.CHANNEL:
            return [(Domain(Level.NATION), "channels")]
        case Level.AGENCY_CHANNEL:
            over = Domain(Level.CHANNEL, channel=channel)
            if above:
                over = Domain(Level.AGENCY_CHANNEL, above, channel=channel)
            return [(over, "below"), (Domain(Level.AGENCY, agency), "channels")]
        case Level.SERVICE_CHANNEL:
            return [
                (Domain(Level.SERVICE, agency, part.service), "channels"),
                (Domain(Level.AGENCY_CHANNEL, agency, channel=channel), "below"),
            ]
        case Level.SERVICE_POINT:
            return [(Domain(Level.SERVICE_CHANNEL, agency, part.service, channel), "points")]
        case _:
            return []
