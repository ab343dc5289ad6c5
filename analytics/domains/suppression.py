"""Which domains the public does not see: small ones, and those that would give them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from analytics.models import Score

SMALLEST_PUBLISHED = 10

Level = Score.Level


def withhold(scores: Iterable[Score], parent_of: dict[int, int | None]) -> None:
    """Mark `withheld` on each score of a domain with 1 to 9 answers, and on what gives it away.

    The answers of a total are the sum of those of its parts: where all members of such a sum but
    one are public, the last follows by subtraction. Then the smallest public part is withheld with
    it (complementary suppression), until no sum has a single member withheld. `parent_of` gives
    the agency above each agency.
    """
    sums: dict[Hashable, _Sum] = defaultdict(_Sum)
    for score in scores:
        score.withheld = score.n < SMALLEST_PUBLISHED
        about = (score.question, score.measure)
        sums[*about, *_place(score)].total = score
        for total, split in _totals(score, parent_of):
            sums[*about, *total].parts[split].append(score)
    changed = True
    while changed:
        changed = False
        for members in sums.values():
            for parts in members.parts.values():
                changed |= _cover(members.total, parts)


@dataclass
class _Sum:
    """A total and the ways in which it is split into parts."""

    total: Score | None = None
    parts: dict[str, list[Score]] = field(default_factory=lambda: defaultdict(list))


def _cover(total: Score | None, parts: list[Score]) -> bool:
    """Withhold a second member of the sum where only one is withheld. True if it did."""
    members = [*parts, *([total] if total else [])]
    if sum(member.withheld for member in members) != 1:
        return False
    shown = [part for part in parts if not part.withheld] or [
        member for member in members if not member.withheld
    ]
    if not shown:
        return False
    min(shown, key=lambda part: (part.n, part.agency_id or 0, part.service_id or 0)).withheld = True
    return True


Place = tuple[str, int | None, int | None, int | None]


def _place(score: Score) -> Place:
    """The domain of a score; ministries and agencies alike are nodes of one tree."""
    level = {
        Level.MINISTRY: Level.AGENCY,
        Level.MINISTRY_CHANNEL: Level.AGENCY_CHANNEL,
    }.get(Level(score.level), Level(score.level))
    return (level, score.agency_id, score.service_id, score.channel_id)


def _totals(score: Score, parent_of: dict[int, int | None]) -> list[tuple[Place, str]]:
    """The totals that this score is a part of, and by what each of them is split."""
    agency, service, channel = score.agency_id, score.service_id, score.channel_id
    above = parent_of.get(agency) if agency else None
    nation: Place = (Level.NATION, None, None, None)
    match _place(score)[0]:
        case Level.AGENCY:
            return [((Level.AGENCY, above, None, None) if above else nation, "agencies")]
        case Level.SERVICE:
            return [((Level.AGENCY, agency, None, None), "services")]
        case Level.CHANNEL:
            return [(nation, "channels")]
        case Level.AGENCY_CHANNEL:
            over: Place = (
                (Level.AGENCY_CHANNEL, above, None, channel)
                if above
                else (Level.CHANNEL, None, None, channel)
            )
            return [(over, "agencies"), ((Level.AGENCY, agency, None, None), "channels")]
        case Level.SERVICE_CHANNEL:
            return [
                ((Level.SERVICE, agency, service, None), "channels"),
                ((Level.AGENCY_CHANNEL, agency, None, channel), "services"),
            ]
        case _:
            return []
