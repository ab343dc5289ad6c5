"""Words that evidence of several rules shares."""

from __future__ import annotations

from django.utils.translation import gettext as _

from responses.screening.rule import Evidence


def side_words(evidence: Evidence) -> str:
    """Which way a group leans; empty where that is not its evidence."""
    if "side" not in evidence:
        return ""
    number = {"number": evidence["on_side"]}
    match tuple(evidence["side"]):
        case (5,):
            return _("%(number)d of them give the highest rating.") % number
        case (4, 5):
            return _("%(number)d of them rate 4 or 5.") % number
        case (1,):
            return _("%(number)d of them give the lowest rating.") % number
        case _other:
            return _("%(number)d of them rate 1 or 2.") % number


def usual_words(usual: float) -> str:
    """A number of answers that is expected: 0.014, 3.2, 48."""
    return f"{usual:.0f}" if usual >= 10 else f"{usual:.2g}"
