"""What changed since the survey before: the whole, and each part whose change is no chance."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.estimation.change import Direction
from analytics.models import Score
from analytics.scoring.changes import DomainChange, changes, earlier_waves
from analytics.wording.charts import domain_name
from analytics.wording.slope import Slope, slope
from surveys.models import Agency, Wave

Level = Score.Level
MOST = 9
"""So many slopes are drawn."""
COMPARED = {
    None: (Level.AGENCY, Level.CHANNEL),
    "agency": (Level.SERVICE, Level.AGENCY_CHANNEL, Level.MINISTRY_CHANNEL, Level.SERVICE_CHANNEL),
}
SHOWN = (Direction.IMPROVED, Direction.WORSE)


@dataclass(frozen=True)
class Changed:
    """One part whose change chance does not explain."""

    name: str
    change: DomainChange
    slope: Slope | None


@dataclass(frozen=True)
class History:
    """`same`: the parts without evidence of a change. `broken`: those that cannot be compared."""

    earlier: Wave
    whole: DomainChange | None
    series: Slope | None
    changed: list[Changed]
    more: int
    same: list[Changed]
    broken: list[str]


def history(main: Score) -> History | None:
    """Of the scope that `main` speaks of; None for the first survey, and while one is open."""
    wave, agency = main.wave, main.agency
    earlier = earlier_waves(wave).first()
    if earlier is None or wave.state == Wave.State.OPEN:
        return None
    found = changes(earlier, wave, agency)
    whole = next((each for each in found if each.domain == main.domain), None)
    levels = COMPARED["agency" if agency else None]
    parts = [each for each in found if each.domain.level in levels]
    changed = [each for each in parts if each.direction_in_list in SHOWN]
    changed.sort(key=lambda each: -abs(each.difference.value))
    target = wave.declared_method().target
    return History(
        earlier=earlier,
        whole=whole,
        series=slope(_series(wave, agency, main), target),
        changed=[_drawn(each, target) for each in changed[:MOST]],
        more=max(len(changed) - MOST, 0),
        same=[
            Changed(domain_name(each.after), each, None)
            for each in parts
            if each.direction_in_list == Direction.NO_EVIDENCE
        ],
        broken=[
            domain_name(each.after)
            for each in parts
            if each.direction_in_list == Direction.NOT_COMPARABLE
        ],
    )


def _drawn(found: DomainChange, target: float) -> Changed:
    return Changed(domain_name(found.after), found, slope([found.before, found.after], target))


def _series(wave: Wave, agency: Agency | None, main: Score) -> list[Score]:
    """The scope's score in each published survey until this one, the oldest first."""
    before = Score.objects.filter(
        wave__in=earlier_waves(wave),
        agency=agency,
        level=main.level,
        is_overall=True,
        measure=main.measure,
    )
    return [*before.select_related("wave").order_by("wave__ends_on"), main]
