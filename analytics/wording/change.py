"""A change between two waves in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from analytics.estimation.change import Direction
from analytics.estimation.comparison import Difference
from analytics.scoring.changes import Break, DomainChange, Missing


def change_sentence(found: DomainChange) -> str:
    """Since which wave, by how much, and whether that shows a change; of one domain alone."""
    if found.direction == Direction.NOT_COMPARABLE:
        return _("It cannot be compared with “%(wave)s”: %(why)s.") % {
            "wave": found.before.wave.title,
            "why": ", ".join(break_words(found)),
        }
    return _("Since “%(wave)s”: %(points)s points, %(word)s.") % {
        "wave": found.before.wave.title,
        "points": points(found.difference),
        "word": direction_word(found.direction),
    }


def points(difference: Difference) -> str:
    """Percentage points with their interval."""
    interval = difference.interval
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": signed(difference.value),
        "low": signed(interval.low),
        "high": signed(interval.high),
    }


def signed(share: float) -> str:
    """A difference of shares in points, with its sign; a bound other than 0 never reads as 0."""
    for decimals in (1, 2, 3):
        text = f"{100 * share:+.{decimals}f}".replace("-", "−")
        if share == 0 or float(text.replace("−", "-")) != 0:
            break
    return text


def direction_word(direction: Direction) -> str:
    match direction:
        case Direction.IMPROVED:
            return _("improved")
        case Direction.WORSE:
            return _("worse")
        case Direction.NO_EVIDENCE:
            return _("no evidence of a change")
        case Direction.NOT_COMPARABLE:
            return _("cannot be compared")


def break_words(found: DomainChange) -> list[str]:
    """What else changed, so that the two figures are not quite alike."""
    words = {
        Break.QUESTION: _("the overall question reads differently"),
        Break.EVIDENCE: _("the answers came about in another way"),
        Break.EDITION: _("another edition of the method was in force"),
    }
    return [words[each] for each in found.breaks]


def missing_words(missing: Missing) -> str:
    """Why a domain has no change."""
    return {
        Missing.SUPPRESSED: _("suppressed in either survey, to protect those who answered"),
        Missing.NOT_BEFORE: _("no figure in the earlier survey"),
        Missing.NOT_AFTER: _("no figure in the later survey"),
    }[missing]
