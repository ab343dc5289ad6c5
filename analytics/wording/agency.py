"""The three sentences of an agency's first page: lowest, what to fix first, who is hardly heard."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import Score
from analytics.scoring import lists
from analytics.scoring.lists import judged_alike
from analytics.wording.charts import domain_name, interval_text
from analytics.wording.percent import percent


def figure_text(score: Score) -> str:
    target = score.wave.declared_method().target
    return f"{percent(score.estimate, target)}\u00a0% ({interval_text(score, target)})"


def lowest_sentence(cells: Sequence[Score]) -> str:
    """The cell with the lowest figure, and how many others may as well be the lowest."""
    shown = [cell for cell in cells if not cell.withheld]
    if len(shown) < 2:
        return ""
    lowest = min(shown, key=lambda cell: (cell.estimate, cell.high))
    words = {"cell": domain_name(lowest), "figure": figure_text(lowest)}
    judged = judged_alike(shown)
    if lowest not in judged or len(judged) < 2:
        return _("Lowest so far: %(cell)s, %(figure)s.") % words
    others = len(lists.ranks(judged).worst) - 1
    if others == 0:
        return (
            _("Lowest: %(cell)s, %(figure)s; the difference is larger than chance explains.")
            % words
        )
    return ngettext(
        "Lowest: %(cell)s, %(figure)s; %(others)s other may be as low.",
        "Lowest: %(cell)s, %(figure)s; %(others)s others may be as low.",
        others,
    ) % (words | {"others": others})


def first_sentence(text: str, score: Score, mean: float | None) -> str:
    """What to fix first, beside all agencies."""
    words = {"item": text, "figure": figure_text(score)}
    if mean is None:
        return _("Rated lowest: %(item)s, %(figure)s.") % words
    words["mean"] = percent(mean)
    return (
        _("Fix first: %(item)s, %(figure)s; all agencies’ questions together: %(mean)s %%.") % words
    )


def hardly_heard_sentence(channel: str, of_encounters: float, of_answers: float) -> str:
    return _(
        "Heard least: %(channel)s has %(encounters)s %% of the encounters"
        " and %(answers)s %% of the answers."
    ) % {
        "channel": channel,
        "encounters": percent(of_encounters),
        "answers": percent(of_answers),
    }
