"""The weeks of an agency over its comparable waves, and their control chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics.counting.weeks import Week, weeks_of
from analytics.domain import Level
from analytics.estimation.control_chart import FEWEST_WEEKS, Chart, control_chart
from analytics.models import Score, WeekCount
from analytics.scoring.changes import FORBIDDING, breaks_between, earlier_waves
from surveys.models import Agency, Wave

WATCHED = 52
"""The weeks at the end that are held against those before."""
WHOLE = (Level.AGENCY, Level.MINISTRY)


@dataclass(frozen=True)
class Series:
    """weeks   of one agency, the oldest first
    size    effective size of one answer, by the design of the wave
    counts  of the wave that is looked at, as they were recorded
    """

    agency: Agency
    wave: Wave
    weeks: Sequence[Week]
    size: float
    counts: Sequence[WeekCount]

    @property
    def baseline(self) -> int:
        return max(FEWEST_WEEKS, len(self.weeks) - WATCHED)

    @property
    def usual(self) -> Sequence[Week]:
        return self.weeks[: self.baseline]

    @property
    def watched(self) -> Sequence[Week]:
        return self.weeks[self.baseline :]

    @cached_property
    def chart(self) -> Chart | None:
        """None until enough weeks say what is usual."""
        if not self.watched:
            return None
        sizes = [week.rated * self.size for week in self.weeks]
        return control_chart([week.share for week in self.weeks], sizes, self.baseline)


def comparable(wave: Wave) -> list[Wave]:
    """The wave and those before it that asked the same, the oldest first."""
    found = [wave]
    for earlier in earlier_waves(wave):
        if FORBIDDING & breaks_between(earlier, wave):
            break
        found.append(earlier)
    return found[::-1]


def series_of(wave: Wave, agency: Agency | None = None) -> Iterator[Series]:
    """Of each agency that has counts in the wave, or of one. A wave in which the agency's figure is
    suppressed, or came about in another way, gives no weeks."""
    waves = comparable(wave)
    rows = WeekCount.objects.filter(wave__in=waves)
    if agency:
        rows = rows.filter(agency=agency)
    by_agency: dict[Agency, dict[int, list[WeekCount]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.select_related("wave", "agency"):
        by_agency[row.agency][row.wave_id].append(row)
    scores = _shown(waves, agency)
    for each, of_wave in by_agency.items():
        now = scores.get((wave.pk, each.pk))
        weeks = [
            week
            for past in waves
            if _alike(scores.get((past.pk, each.pk)), now)
            for week in weeks_of(of_wave.get(past.pk, []))
        ]
        yield Series(each, wave, weeks, _size_of_one(now), of_wave.get(wave.pk, []))


def _shown(waves: Sequence[Wave], agency: Agency | None) -> dict[tuple[int, int], Score]:
    scores = Score.objects.filter(
        wave__in=waves,
        level__in=WHOLE,
        is_overall=True,
        measure=Score.Measure.TOP_TWO_BOX,
        withheld=False,
    )
    if agency:
        scores = scores.filter(agency=agency)
    return {(s.wave_id, s.agency_id): s for s in scores if s.agency_id}


def _alike(score: Score | None, now: Score | None) -> bool:
    return score is not None and now is not None and score.evidence == now.evidence


def _size_of_one(score: Score | None) -> float:
    """Effective size over answers, at most 1."""
    if score is None or not score.n or not score.size:
        return 1.0
    return min(score.size / score.n, 1.0)
