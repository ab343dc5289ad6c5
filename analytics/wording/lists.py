"""A list of agencies or services read as one, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import ngettext

from analytics.estimation.official import Outcome
from analytics.models import Score
from analytics.scoring import lists


def list_sentence(scores: Sequence[Score], *, services: bool = False) -> str:
    """How many verdicts stand when false ones are held to 5 % of those given; empty for fewer
    than two scores and for means, whose interval has no one-sided test of its own."""
    judged = lists.judged_alike(scores)
    if len(judged) < 2:
        return ""
    found = lists.counts(judged)
    text = (
        ngettext(
            "Read as one list of %(count)d service, so that at most 5 in 100 verdicts are luck:"
            " %(met)d met, %(not_met)d not met.",
            "Read as one list of %(count)d services, so that at most 5 in 100 verdicts are luck:"
            " %(met)d met, %(not_met)d not met.",
            len(judged),
        )
        if services
        else ngettext(
            "Read as one list of %(count)d agency, so that at most 5 in 100 verdicts are luck:"
            " %(met)d met, %(not_met)d not met.",
            "Read as one list of %(count)d agencies, so that at most 5 in 100 verdicts are luck:"
            " %(met)d met, %(not_met)d not met.",
            len(judged),
        )
    )
    return text % {
        "count": len(judged),
        "met": found[Outcome.MET],
        "not_met": found[Outcome.NOT_MET],
    }
