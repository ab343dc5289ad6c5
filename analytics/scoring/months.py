"""What is kept of an agency's months: their counts, where they add up to what its score rests on.

A month is no domain of the score. Its share is that of its answers as they came: weighted by
service and channel it would tell, to all its digits, how many came in which. So it has no outcome.
"""

from __future__ import annotations

from collections.abc import Iterable

from analytics.counting.months import months_of
from analytics.counting.weeks import rows_of
from analytics.domains.partitions import Registry
from analytics.estimation.official import Edition
from analytics.models import Score, WeekCount
from surveys.models import Wave

Kept = list[tuple[str, int | None, int | None]]
"""The first day of each month, its answers and the satisfied among them: 0 where there are none,
None where there are too few."""


def months_to_keep(
    wave: Wave, scores: Iterable[Score], registry: Registry
) -> dict[str, Kept] | None:
    """By the agency's code. Nothing of an agency that is suppressed, nor where other answers count
    in its score than were noted by week; None unless the wave is closed."""
    method = wave.declared_method()
    if wave.state != Wave.State.CLOSED or method.edition == Edition.FIRST:
        return None
    weeks = rows_of(wave)
    kept: dict[str, Kept] = {}
    for score in (each for each in scores if each.is_overall and _is_whole(each)):
        rows = weeks.get(score.agency_id or 0, [])
        if _all_count(score, rows, doubted=method.screened == "count"):
            months = [(m.first.isoformat(), m.rated, m.satisfied) for m in months_of(rows)]
            kept |= {registry.agencies[score.agency_id or 0].code: months} if months else {}
    return kept


def _is_whole(score: Score) -> bool:
    share = score.measure == Score.Measure.TOP_TWO_BOX
    return share and score.level == Score.Level.AGENCY and not score.withheld


def _all_count(score: Score, rows: list[WeekCount], *, doubted: bool) -> bool:
    """What counts in a score is part of what is noted: as many are the same answers. Not where
    doubted answers count too, which are noted apart."""
    return bool(rows) and score.n == rows[-1].rated and not (doubted and rows[-1].flagged)
