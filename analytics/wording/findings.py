"""The findings in words on the first page of a report, read off the scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from analytics.estimation.official import Outcome
from analytics.estimation.verdict import Reason
from analytics.models import Score
from analytics.scoring import lists
from analytics.scoring.lists import judged_alike
from analytics.wording.charts import interval_text
from analytics.wording.percent import percent

Namer = Callable[[Score], str]
NAMED = 3
CHANCE = 0.05


def count_of_verdicts(agencies: Sequence[Score]) -> str:
    """How many agencies meet the target, read as one list; empty without agencies."""
    listed = judged_alike(agencies)
    if not listed:
        return _outside_lists(agencies)
    found = lists.counts(listed)
    words = {
        "all": len(listed),
        "met": found[Outcome.MET],
        "not_met": found[Outcome.NOT_MET],
        "open": found[Outcome.INCONCLUSIVE],
    }
    if listed[0].edition > 1 and not listed[0].rests_on_official_evidence:
        text = _(
            "Among those who chose to answer %(met)s of %(all)s agencies reach the target,"
            " %(not_met)s do not, and for %(open)s it is not shown. None of this is official."
        )
    else:
        text = _(
            "Of %(all)s agencies, %(met)s meet the target, %(not_met)s do not,"
            " and for %(open)s it is not yet shown."
        )
    return f"{text % words} {_between(listed)}".rstrip()


def _outside_lists(agencies: Sequence[Score]) -> str:
    """For a measure without one-sided tests: how many there are, and no count of verdicts."""
    shown = _shown(agencies)
    return _("Figures of %(all)s agencies are shown.") % {"all": len(shown)} if shown else ""


def _between(listed: Sequence[Score]) -> str:
    if len(listed) < 2 or listed[0].reason == Reason.WAVE_OPEN:
        return ""
    low, high = lists.at_least_and_at_most(listed)
    return _("With 95 %% confidence between %(low)s and %(high)s of them meet it.") % {
        "low": low,
        "high": high,
    }


def best_and_worst(services: Sequence[Score], name: Namer) -> str:
    """The services that cannot be told from the best and from the worst; empty where there are not
    two to compare, or where none can be told from any other."""
    listed = judged_alike(services)
    if len(listed) < 2:
        return ""
    ranks = lists.ranks(listed)
    best, worst = ([listed[k] for k in found] for found in (ranks.best, ranks.worst))
    if len(best) == len(listed) or len(worst) == len(listed):
        return _("No service can be told from the others: chance may explain how they differ.")
    return _(
        "Cannot be told from the best: %(best)s. Cannot be told from the worst: %(worst)s."
    ) % {
        "best": _names(best, name),
        "worst": _names(worst[::-1], name),
    }


def _names(scores: Sequence[Score], name: Namer) -> str:
    """The first three by their figure, and how many more there are."""
    shown = sorted(scores, key=lambda score: -score.estimate)
    named = ", ".join(_with_figure(score, name) for score in shown[:NAMED])
    more = len(shown) - NAMED
    return named if more <= 0 else _("%(named)s and %(more)s more") % {"named": named, "more": more}


def channel_gap(channels: Sequence[Score], name: Namer) -> str:
    """The gap between the highest and the lowest channel, and whether it is larger than chance
    explains among all pairs [Holm 1979]."""
    listed = sorted(judged_alike(channels), key=lambda score: -score.estimate)
    if len(listed) < 2:
        return ""
    words = {"best": _with_figure(listed[0], name), "worst": _with_figure(listed[-1], name)}
    widest = next(g for g in lists.pairs(listed) if (g.first, g.second) == (0, len(listed) - 1))
    if widest.p_value <= CHANCE:
        text = _(
            "Between channels satisfaction runs from %(worst)s to %(best)s;"
            " the difference is larger than chance explains."
        )
    else:
        text = _(
            "Between channels satisfaction runs from %(worst)s to %(best)s;"
            " chance may explain the difference."
        )
    return text % words


def lowest_item(items: Sequence[Score], name: Namer) -> str:
    """What citizens rate lowest: where to mend first."""
    shown = _shown(items)
    if len(shown) < 2:
        return ""
    return _("Rated lowest: %(item)s.") % {"item": _with_figure(shown[-1], name)}


def _shown(scores: Sequence[Score]) -> list[Score]:
    """The scores that may be shown, best first."""
    return sorted(
        (score for score in scores if not score.withheld), key=lambda score: -score.estimate
    )


def _with_figure(score: Score, name: Namer) -> str:
    target = score.wave.declared_method().target
    share = percent(score.estimate, target)
    return f"{name(score)} ({share}\u00a0%, {interval_text(score, target)})"
