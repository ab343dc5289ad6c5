"""The months of an agency in a wave that is over, as they were kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from analytics.domains.access import domains_for
from analytics.estimation.official import Edition, Rule
from analytics.models import Score
from analytics.scoring.months import Kept
from analytics.wording.charts import computation_of
from analytics.wording.months import Month
from surveys.access import Visitor, may_see_every_agency
from surveys.models import Wave


def months_for(user: Visitor, score: Score | None) -> list[Month] | None:
    """The months of an agency's own score, an empty list where it cannot be shown by month. None
    where nothing is said of months: of a wave that is not over, or was over before months were
    kept; of a suppressed agency; beside a score that is no share. Of a wave that is not published
    the survey office alone sees them."""
    if score is None or score.withheld or score.measure != Score.Measure.TOP_TWO_BOX:
        return None
    wave = score.wave
    if wave.state != Wave.State.PUBLISHED and not may_see_every_agency(user):
        return None
    computation = computation_of(wave)
    if computation is None or computation.months is None or score.agency is None:
        return None
    return as_months(computation.months.get(score.agency.code, []), score)


def months_in(user: Visitor, wave: Wave) -> Iterator[tuple[Score, list[Month]]]:
    """Each agency's own score with its months, as far as `user` may see them."""
    whole = domains_for(user, wave).filter(
        level=Score.Level.AGENCY, is_overall=True, measure=wave.declared_method().measure
    )
    for score in whole.order_by("agency__code"):
        if months := months_for(user, score):
            yield score, months


def as_months(kept: Kept, score: Score) -> list[Month]:
    """Their intervals are as wide as the design of the wave makes that of the whole."""
    method = score.wave.declared_method()
    size_of_one = min((score.size or score.n) / score.n, 1.0)
    rule = Rule(Edition(method.edition), method.level)
    return [
        Month(date.fromisoformat(first), n, satisfied, size_of_one, rule)
        for first, n, satisfied in kept
    ]
