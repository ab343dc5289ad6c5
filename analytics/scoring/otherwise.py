"""Whether an outcome would be another if answers had counted otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.counting.bases import Bins
from analytics.estimation.verdict import Flag
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Score
from analytics.scoring.domain_scores import scores_of
from analytics.scoring.sample import Weighing
from surveys.models import Question


def flag_otherwise(
    flag: Flag,
    weighing: Weighing,
    question: Question,
    counted: Bins,
    scores: Sequence[Score],
    drawn: Sequence[DrawnCell],
) -> None:
    """Flag the scores of the question whose verdict is not the one with these counts."""
    sample = weighing.sample(question, counted)
    others = scores_of(weighing.wave, question, sample, weighing.registry, drawn)
    verdicts = {(each.domain, each.measure): each.verdict for each in others}
    for score in scores:
        if verdicts.get((score.domain, score.measure), score.verdict) != score.verdict:
            score.flags = sorted({*score.flags, flag})
