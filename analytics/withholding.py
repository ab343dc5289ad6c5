"""Which domains the public does not see: small ones, and those that would give them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from analytics.models import Score

SMALLEST_PUBLISHED = 10

Level = Score.Level


def withhold(scores: Iterable[Score], parent_of: dict[int, int | None]) -> None:
    """Mark `withheld` on each score of a domain with 1 to 9 answers.

    Where a total is published and only one part of it is withheld, the part follows by
    subtraction; then the next smallest part is withheld with it (complementary suppression).
    `parent_of` gives the agency above each agency.
    """
    scores = list(scores)
    groups: dict[Hashable, list[Score]] = defaultdict(list)
    for score in scores:
        score.withheld = score.n < SMALLEST_PUBLISHED
        for total in _totals(score, parent_of):
            groups[(score.question, score.measure, score.level, *total)].append(score)
    changed = True
    while changed:
        changed = False
        for parts in groups.values():
            hidden = [part for part in parts if part.withheld]
            shown = [part for part in parts if not part.withheld]
            if len(hidden) == 1 and shown:
                min(shown, key=lambda part: (part.n, part.agency_id or 0)).withheld = True
                changed = True


def _totals(score: Score, parent_of: dict[int, int | None]) -> list[tuple[Hashable, ...]]:
    """The published totals that this score is a part of."""
    match score.level:
        case Level.MINISTRY | Level.CHANNEL:
            return [("nation",)]
        case Level.AGENCY:
            return [("agency", parent_of.get(score.agency_id or 0))]
        case Level.SERVICE:
            return [("agency", score.agency_id)]
        case Level.MINISTRY_CHANNEL:
            return [("channel", score.channel_id), ("agency", score.agency_id)]
        case Level.AGENCY_CHANNEL:
            parent = parent_of.get(score.agency_id or 0)
            return [("channels of", score.agency_id), ("channel of", parent, score.channel_id)]
        case Level.SERVICE_CHANNEL:
            return [
                ("channels of service", score.service_id),
                ("services of", score.agency_id, score.channel_id),
            ]
        case _:
            return []
