"""The figures beside the official one, in words: with what screening set aside, with what the
agency itself sent, and of those who were drawn, signed in or came by open links (bases.py)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.counting.bases import ALONE, Basis
from analytics.models import Score
from analytics.wording.percent import percent
from analytics.wording.verdict import outcome_word
from surveys.models import Wave

MORE_OR_LESS = (Basis.WITH_SCREENED, Basis.WITHOUT_SCREENED, Basis.WITH_OWN)


def beside_sentences(score: Score) -> list[str]:
    """One for each other figure that stands beside this one and rests on other answers."""
    words = {
        Basis.WITH_SCREENED: _with_screened,
        Basis.WITHOUT_SCREENED: _without_screened,
        Basis.WITH_OWN: _with_own,
        Basis.DRAWN: _drawn,
        Basis.VERIFIED: _verified,
        Basis.OPEN: _open,
    }
    shown = {basis: score.beside[basis] for basis in words if basis in score.beside}
    alone = [basis for basis in ALONE if basis in shown]
    if alone == [Basis.OPEN] or (len(alone) == 1 and shown[alone[0]]["n"] == score.n):
        del shown[alone[0]]  # all came that way: that is the figure itself
    for basis in MORE_OR_LESS:
        if basis in shown and shown[basis]["n"] == score.n:
            del shown[basis]
    return [words[basis](score, other) for basis, other in shown.items()]


def _with_screened(score: Score, other: dict[str, Any]) -> str:
    aside = other["n"] - score.n
    said = ngettext(
        "%(aside)s of %(all)s answers was set aside by published rules; with it the figure would be"
        " %(figure)s.",
        "%(aside)s of %(all)s answers were set aside by published rules; with them the figure would"
        " be %(figure)s.",
        aside,
    )
    return said % {"aside": f"{aside:,}", "all": f"{other['n']:,}", "figure": _figure(score, other)}


def _without_screened(score: Score, other: dict[str, Any]) -> str:
    doubted = score.n - other["n"]
    said = ngettext(
        "%(doubted)s of %(all)s answers is doubted by published rules, but counts, as declared;"
        " without it the figure would be %(figure)s.",
        "%(doubted)s of %(all)s answers are doubted by published rules, but count, as declared;"
        " without them the figure would be %(figure)s.",
        doubted,
    )
    return said % {
        "doubted": f"{doubted:,}",
        "all": f"{score.n:,}",
        "figure": _figure(score, other),
    }


def _with_own(score: Score, other: dict[str, Any]) -> str:
    own = other["n"] - score.n
    said = ngettext(
        "%(own)s answer that the agency itself sent, by its own program, device or staff, does not"
        " count; with it the figure would be %(figure)s.",
        "%(own)s answers that the agency itself sent, by its own program, device or staff, do not"
        " count; with them the figure would be %(figure)s.",
        own,
    )
    return said % {"own": f"{own:,}", "figure": _figure(score, other)}


def _drawn(score: Score, other: dict[str, Any]) -> str:
    return _counted_alone(
        score,
        other,
        ngettext(
            "Citizens drawn at random and invited: %(figure)s (%(n)s answer).",
            "Citizens drawn at random and invited: %(figure)s (%(n)s answers).",
            other["n"],
        ),
    )


def _verified(score: Score, other: dict[str, Any]) -> str:
    return _counted_alone(
        score,
        other,
        ngettext(
            "Citizens who signed in, one answer each: %(figure)s (%(n)s answer).",
            "Citizens who signed in, one answer each: %(figure)s (%(n)s answers).",
            other["n"],
        ),
    )


def _open(score: Score, other: dict[str, Any]) -> str:
    return _counted_alone(
        score,
        other,
        ngettext(
            "Answers from open links: %(figure)s (%(n)s answer).",
            "Answers from open links: %(figure)s (%(n)s answers).",
            other["n"],
        ),
    )


def _counted_alone(score: Score, other: dict[str, Any], text: str) -> str:
    return text % {"figure": _figure(score, other), "n": f"{other['n']:,}"}


def _figure(score: Score, other: dict[str, Any]) -> str:
    """While a wave is open the estimate alone: its interval may not be looked at every day."""
    target = score.wave.declared_method().target
    if score.wave.state == Wave.State.OPEN:
        return _("%(estimate)s %%") % {"estimate": percent(other["estimate"], target)}
    return _("%(estimate)s %% (%(low)s–%(high)s, %(verdict)s)") % {
        "estimate": percent(other["estimate"], target),
        "low": percent(other["low"], target),
        "high": percent(other["high"], target),
        "verdict": outcome_word(other["verdict"]),
    }
