"""What to fix first: an agency's questions beside those of all agencies."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg

from analytics.dashboards.pages import AgencyScores, declared_scores
from analytics.models import Importance, Score
from analytics.wording.quadrant import Quadrant, quadrant
from surveys.access import may_see_every_agency
from surveys.models import Wave


@dataclass(frozen=True)
class Means:
    """Over all agencies whose figure is shown, each counting once: of all questions together, and
    of each by its code."""

    together: float
    of: dict[str, float]


def means(scores: AgencyScores) -> Means | None:
    """None while only the agency's own figures are for the visitor to see."""
    if scores.wave.state != Wave.State.PUBLISHED and not may_see_every_agency(scores.user):
        return None
    items = declared_scores(scores.user, scores.wave).filter(
        level=Score.Level.AGENCY, is_overall=False, withheld=False
    )
    of = dict(items.order_by().values_list("question").annotate(Avg("estimate")))
    return Means(sum(of.values()) / len(of), of) if of else None


def below_mean(items: list[Score], found: Means | None) -> list[Score]:
    """The questions below the mean of all agencies, the furthest first; where that is not known
    the lowest first."""
    shown = [item for item in items if not item.withheld]
    if found is None:
        return shown
    return [item for item in shown if item.estimate < found.together]


def quadrant_of(scores: AgencyScores, found: Means | None) -> Quadrant | None:
    """Importance against performance; None before the survey has been published."""
    kept = Importance.objects.filter(wave=scores.wave, agency=scores.agency).first()
    if kept is None or found is None:
        return None
    items, texts = scores.items(), scores.item_texts()
    by_question = {score.question: texts[score.pk] for score in items}
    return quadrant(kept, items, by_question, found.together)
