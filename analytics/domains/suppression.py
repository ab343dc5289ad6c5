"""Which domains the public does not see: small ones, and those that would give them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.domain import Domain, Level
from analytics.domains.least import Least
from analytics.domains.sums import (
    Counts,
    Parents,
    Split,
    Sum,
    counted,
    node,
    splits_of,
    sums_of,
    totals_of,
)
from analytics.estimation.official import Edition
from analytics.models import Score

SMALLEST_PUBLISHED = 10

Sizes = Mapping[Domain, int]
Kinds = Mapping[Domain, Sequence[int]]
"""Of each domain its answers by kind: satisfied, not satisfied."""
CROSSED = {Level.MINISTRY_CHANNEL, Level.AGENCY_CHANNEL, Level.SERVICE_CHANNEL}


def suppress(sizes: Sizes, parents: Parents, *, edition: Edition) -> set[Domain]:
    """The domains with 1 to 9 answers, and what gives them away; `sizes` are all that are counted.

    Edition 1 looks for sums of which a single member is suppressed. From edition 2 on every sum
    leaves 0 or at least ten answers suppressed, and an audit finds no suppressed size within
    narrow bounds (`least.py`, `audit.py`).
    """
    if edition is Edition.FIRST:
        return _greedy(sizes, parents)
    return protect({domain: [size] for domain, size in sizes.items()}, parents)


def protect(kinds: Kinds, parents: Parents) -> set[Domain]:
    """As edition 2 of `suppress`, and no kind of answer of a suppressed domain lies within narrow
    bounds either: that everybody there was satisfied never follows. Domains without answers are
    not suppressed: that nobody answered tells nothing of anybody's answer."""
    domains = [domain for domain, counts in kinds.items() if sum(counts)]
    if not domains:
        return set()
    counts = np.array([kinds[domain] for domain in domains], dtype=np.int64)
    return _hidden(domains, counts, sums_of(domains, counts, parents))


def _hidden(domains: Sequence[Domain], counts: Counts, sums: Sequence[Sum]) -> set[Domain]:
    rows = Least(counts, sums, SMALLEST_PUBLISHED).hidden()
    return {domain for domain, row in zip(domains, rows, strict=True) if row}


def _greedy(sizes: Sizes, parents: Parents) -> set[Domain]:
    """The answers of a total are the sum of those of its parts: where all members of such a sum
    but one are public, the last follows by subtraction. Then the smallest public part is suppressed
    with it (secondary suppression), until no sum has a single member suppressed."""
    hidden = {domain for domain, size in sizes.items() if size < SMALLEST_PUBLISHED}
    sums = _sums(sizes, parents)
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            changed |= _cover(total, parts, sizes, hidden)
    return hidden


def mark_suppressed(scores: Iterable[Score], parents: Parents, *, edition: Edition) -> None:
    """Say on each score whether the public sees it. Each question is protected by itself.

    From edition 2 on a distribution is kept only where it tells nothing of a suppressed part:
    neither of a crossing nor of a domain in a sum with a suppressed member.
    """
    by_question: dict[str, dict[Domain, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        by_question[score.question][score.domain].append(score)
    splits: dict[tuple[Domain, ...], list[Split]] = {}  # most questions have the same domains
    for figures in by_question.values():
        if edition is Edition.FIRST:
            sizes = {domain: same[0].n for domain, same in figures.items()}
            hidden, without = suppress(sizes, parents, edition=edition), set[Domain]()
        else:
            domains = tuple(figures)
            if domains not in splits:
                splits[domains] = splits_of(domains, parents)
            counts = _by_kind([same[0] for same in figures.values()])
            sums = counted(splits[domains], counts)
            hidden = _hidden(domains, counts, sums)
            without = _beside_suppressed(domains, sums, hidden)
        for domain, same in figures.items():
            withheld, untold = domain in hidden, domain in without
            for score in same:
                score.withheld = withheld
                if untold:
                    score.distribution = []


def _by_kind(scores: Sequence[Score]) -> Counts:
    """(scores, kinds) how many were satisfied and how many were not."""
    satisfied = np.array([score.distribution for score in scores])[:, 3:].sum(axis=1)
    return np.stack([satisfied, np.array([score.n for score in scores]) - satisfied], axis=1)


def _beside_suppressed(
    domains: Sequence[Domain], sums: Iterable[Sum], hidden: set[Domain]
) -> set[Domain]:
    """The domains whose distribution is not given."""
    without = {domain for domain in domains if domain.level in CROSSED}
    for each in sums if hidden else ():
        members = {domains[row] for row in each.members}
        if members & hidden:
            without |= members - hidden
    return without


@dataclass
class _Sum:
    """A total, and its parts by their level."""

    total: Domain | None = None
    parts: dict[Level, list[Domain]] = field(default_factory=lambda: defaultdict(list))


def _sums(sizes: Sizes, parents: Parents) -> list[tuple[Domain | None, list[Domain]]]:
    """Each total with its parts of one level; None where the total itself is not counted."""
    sums: dict[Domain, _Sum] = defaultdict(_Sum)
    for domain in sizes:
        sums[node(domain)].total = domain
        for total, _split in totals_of(node(domain), parents):
            sums[total].parts[node(domain).level].append(domain)
    return [(each.total, parts) for each in sums.values() for parts in each.parts.values()]


def _cover(total: Domain | None, parts: list[Domain], sizes: Sizes, hidden: set[Domain]) -> bool:
    """Suppress a second member of the sum where only one is suppressed. True if it did."""
    members = [*parts, *([total] if total else [])]
    if sum(member in hidden for member in members) != 1:
        return False
    shown = [part for part in parts if part not in hidden] or [
        member for member in members if member not in hidden
    ]
    if not shown:
        return False
    hidden.add(min(shown, key=lambda part: (sizes[part], part.agency or 0, part.service or 0)))
    return True
