"""The findings in words on the first page of a report, read off the scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from analytics.estimation.official import Outcome
from analytics.models import Score
from analytics.wording.charts import interval_text
from analytics.wording.percent import percent

Namer = Callable[[Score], str]


def count_of_verdicts(agencies: Sequence[Score]) -> str:
    """How many agencies meet the target; empty without agencies."""
    shown = _shown(agencies)
    if not shown:
        return ""
    outcomes = Counter(score.verdict for score in shown)
    return _(
        "Of %(all)s agencies, %(met)s meet the target, %(not_met)s do not,"
        " and for %(open)s it is not yet shown."
    ) % {
        "all": len(shown),
        "met": outcomes[Outcome.MET],
        "not_met": outcomes[Outcome.NOT_MET],
        "open": outcomes[Outcome.INCONCLUSIVE],
    }


def best_and_worst(services: Sequence[Score], name: Namer) -> str:
    """The service most and least content with; empty where there are not two to compare."""
    shown = _shown(services)
    if len(shown) < 2:
        return ""
    return _("Most satisfied: %(best)s. Least satisfied: %(worst)s.") % {
        "best": _with_figure(shown[0], name),
        "worst": _with_figure(shown[-1], name),
    }


def channel_gap(channels: Sequence[Score], name: Namer) -> str:
    """The largest gap between channels, and whether it is larger than chance explains.

    Two intervals that do not meet are a stricter condition than a test of the difference, so
    what is said here errs on the side of chance.
    """
    shown = _shown(channels)
    if len(shown) < 2:
        return ""
    best, worst = shown[0], shown[-1]
    words = {"best": _with_figure(best, name), "worst": _with_figure(worst, name)}
    if worst.high < best.low:
        return (
            _(
                "Between channels satisfaction runs from %(worst)s to %(best)s;"
                " the difference is larger than chance explains."
            )
            % words
        )
    return (
        _(
            "Between channels satisfaction runs from %(worst)s to %(best)s;"
            " the intervals overlap, so chance may explain it."
        )
        % words
    )


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
