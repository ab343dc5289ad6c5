"""The verdict in words: one sentence that a minister understands."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.estimation.official import Outcome
from analytics.estimation.verdict import Flag
from analytics.models import Score
from analytics.wording.percent import percent


def sentence(score: Score) -> str:
    """What the wave shows about the target, with the estimate and its interval."""
    target = score.wave.declared_method().target
    words = {
        "estimate": percent(score.estimate, target),
        "low": percent(score.low, target),
        "high": percent(score.high, target),
        "target": f"{100 * target:g}",
    }
    if score.measure == Score.Measure.MEAN_PERCENT:
        measured = _(
            "The mean rating is %(estimate)s %% of the highest (between %(low)s and %(high)s)."
        )
    else:
        measured = _(
            "After %(estimate)s %% of encounters the citizen is satisfied"
            " (between %(low)s and %(high)s)."
        )
    return f"{outcome_sentence(score) % words} {measured % words}"


def outcome_sentence(score: Score) -> str:
    """The verdict alone; `%(target)s` stands for the target."""
    match score.verdict:
        case Outcome.MET:
            return _("The target of %(target)s %% is met.")
        case Outcome.NOT_MET:
            return _("The target of %(target)s %% is not met.")
        case _:
            return _("It is not yet shown whether the target of %(target)s %% is met.")


def outcome_word(outcome: str) -> str:
    """The word beside the verdict's mark."""
    return {
        Outcome.MET: _("met"),
        Outcome.NOT_MET: _("not met"),
        Outcome.INCONCLUSIVE: _("not yet shown"),
    }[Outcome(outcome)]


def needed_sentence(score: Score) -> str:
    """How many more answers would decide; empty where the verdict stands or no number would."""
    if score.verdict != Outcome.INCONCLUSIVE or not score.needed:
        return ""
    return ngettext(
        "About %(count)s more answer would decide, if satisfaction stays as it is.",
        "About %(count)s more answers would decide, if satisfaction stays as it is.",
        score.needed,
    ) % {"count": f"{score.needed:,}"}


def flag_words(score: Score) -> list[str]:
    """What a reader must know beside the verdict."""
    words = {
        Flag.UNRELIABLE: _("Few or uneven answers: read with care"),
        # xgettext:no-python-format
        Flag.LOW_COVERAGE: _("Answers speak for less than 80 % of the encounters"),
        Flag.LOW_RESPONSE: _("Few of those asked have answered"),
        Flag.FLAGGED: _("Screening of suspicious answers changed the verdict"),
    }
    return [words[Flag(flag)] for flag in score.flags]
