"""Which domains the public does not see: small ones, and those that would give them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from analytics.domain import Domain, Level
from analytics.estimation.official import Edition
from analytics.models import Score

SMALLEST_PUBLISHED = 10

Sizes = Mapping[Domain, int]
Parents = Mapping[int, int | None]
"""The agency above each agency."""


def suppress(sizes: Sizes, parents: Parents, *, edition: Edition) -> set[Domain]:
    """The domains with 1 to 9 answers, and what gives them away; `sizes` are all that are counted.

    The answers of a total are the sum of those of its parts: where all members of such a sum but
    one are public, the last follows by subtraction. Then the smallest public part is suppressed
    with it (secondary suppression), until no sum has a single member suppressed.
    """
    hidden = {domain for domain, size in sizes.items() if size < SMALLEST_PUBLISHED}
    sums = _sums(sizes, parents)
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            changed |= _cover(total, parts, sizes, hidden)
    return hidden


def mark_suppressed(scores: Iterable[Score], parents: Parents, *, edition: Edition) -> None:
    """Say on each score whether the public sees it. Each question is protected by itself."""
    by_figure: dict[tuple[str, str], dict[Domain, Score]] = defaultdict(dict)
    for score in scores:
        by_figure[score.question, score.measure][score.domain] = score
    for figures in by_figure.values():
        sizes = {domain: score.n for domain, score in figures.items()}
        hidden = suppress(sizes, parents, edition=edition)
        for domain, score in figures.items():
            score.withheld = domain in hidden


@dataclass
class _Sum:
    """A total and the ways in which it is split into parts."""

    total: Domain | None = None
    parts: dict[str, list[Domain]] = field(default_factory=lambda: defaultdict(list))


def _sums(sizes: Sizes, parents: Parents) -> list[tuple[Domain | None, list[Domain]]]:
    """Each total with its parts by one split; None where the total itself is not counted."""
    sums: dict[Domain, _Sum] = defaultdict(_Sum)
    for domain in sizes:
        sums[_node(domain)].total = domain
        for total, split in _totals(_node(domain), parents):
            sums[total].parts[split].append(domain)
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


def _node(domain: Domain) -> Domain:
    """The domain with ministries and agencies alike: nodes of one tree."""
    level = {
        Level.MINISTRY: Level.AGENCY,
        Level.MINISTRY_CHANNEL: Level.AGENCY_CHANNEL,
    }.get(domain.level, domain.level)
    return replace(domain, level=level)


def _totals(part: Domain, parents: Parents) -> list[tuple[Domain, str]]:
    """The totals that a domain is a part of, and by what each of them is split."""
    agency, service, channel = part.agency, part.service, part.channel
    above = parents.get(agency) if agency else None
    nation = Domain(Level.NATION)
    match part.level:
        case Level.AGENCY:
            return [(Domain(Level.AGENCY, above) if above else nation, "agencies")]
        case Level.SERVICE:
            return [(Domain(Level.AGENCY, agency), "services")]
        case Level.CHANNEL:
            return [(nation, "channels")]
        case Level.AGENCY_CHANNEL:
            over = (
                Domain(Level.AGENCY_CHANNEL, above, channel=channel)
                if above
                else Domain(Level.CHANNEL, channel=channel)
            )
            return [(over, "agencies"), (Domain(Level.AGENCY, agency), "channels")]
        case Level.SERVICE_CHANNEL:
            return [
                (Domain(Level.SERVICE, agency, service), "channels"),
                (Domain(Level.AGENCY_CHANNEL, agency, channel=channel), "services"),
            ]
        case _:
            return []
