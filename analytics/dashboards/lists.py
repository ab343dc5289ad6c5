"""A list of agencies read as one: with many verdicts side by side some are luck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import ngettext

from analytics.estimation.multiplicity import outcomes_of_list
from analytics.estimation.official import Outcome
from analytics.estimation.values import Estimate
from analytics.models import Score

FALSE_DISCOVERIES = 0.05


def list_sentence(scores: Sequence[Score]) -> str:
    """How many verdicts stand when false ones are held to 5 % of those given; empty for fewer
    than two scores and for means, whose interval has no one-sided test of its own."""
    judged = [score for score in scores if score.measure == Score.Measure.TOP_TWO_BOX]
    if len(judged) < 2:
        return ""
    target = judged[0].wave.declared_method().target
    outcomes = Counter(
        outcomes_of_list([_estimate(score) for score in judged], target, FALSE_DISCOVERIES)
    )
    return ngettext(
        "Read as one list of %(count)d agency, so that at most 5 in 100 verdicts are luck:"
        " %(met)d met, %(not_met)d not met.",
        "Read as one list of %(count)d agencies, so that at most 5 in 100 verdicts are luck:"
        " %(met)d met, %(not_met)d not met.",
        len(judged),
    ) % {
        "count": len(judged),
        "met": outcomes[Outcome.MET],
        "not_met": outcomes[Outcome.NOT_MET],
    }


def _estimate(score: Score) -> Estimate:
    return Estimate(
        value=score.estimate,
        variance=score.se**2,
        se=score.se,
        n=score.n,
        n_kish=score.n_kish,
        n_eff=score.n_eff,
        df=score.df,
        weight=float(score.population or score.n),
    )
