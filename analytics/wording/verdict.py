"""The verdict in words: one sentence that a minister understands."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.estimation.evidence import Evidence
from analytics.estimation.official import Outcome
from analytics.estimation.strength import Strength
from analytics.estimation.verdict import Flag, Reason
from analytics.models import Score
from analytics.scoring.needed import likely_to_decide
from analytics.wording.percent import percent
from surveys.models import Wave


def sentence(score: Score) -> str:
    """What the wave shows about the target, with the estimate and its interval."""
    words = _words(score)
    return f"{outcome_sentence(score) % words} {_measured(score) % words}"


def _words(score: Score) -> dict[str, str]:
    target = score.wave.declared_method().target
    return {
        "estimate": percent(score.estimate, target),
        "low": percent(score.low, target),
        "high": percent(score.high, target),
        "target": f"{100 * target:g}",
    }


def _measured(score: Score) -> str:
    """Whose satisfaction the estimate is: never that of people who did not answer."""
    if score.measure == Score.Measure.MEAN_PERCENT:
        return _(
            "The mean rating is %(estimate)s %% of the highest (between %(low)s and %(high)s)."
        )
    if score.evidence == Evidence.SELF_SELECTED:
        return _(
            "Of those who chose to answer %(estimate)s %% are satisfied"
            " (between %(low)s and %(high)s)."
        )
    if score.evidence == Evidence.VERIFIED:
        return _(
            "Of those who signed in and answered, once each, %(estimate)s %% are satisfied"
            " (between %(low)s and %(high)s)."
        )
    return _(
        "Of those who answered, weighted to all encounters, %(estimate)s %% are satisfied"
        " (between %(low)s and %(high)s)."
    )


def outcome_sentence(score: Score) -> str:
    """The verdict alone; `%(target)s` stands for the target."""
    if score.verdict == Outcome.INCONCLUSIVE:
        return _undecided(score)
    if score.edition > 1 and score.wave.state == Wave.State.OPEN:
        return _so_far(score)
    if score.edition > 1 and not score.official:
        return _unofficial(score)
    met = score.verdict == Outcome.MET
    if score.strength == Strength.ROBUST:
        return (
            _("The target of %(target)s %% is met, also if those who did not answer think worse.")
            if met
            else _(
                "The target of %(target)s %% is not met, also if those who did not answer think"
                " better."
            )
        )
    if score.strength == Strength.AMONG_RESPONDENTS:
        return (
            _("The target of %(target)s %% is met among those who answered.")
            if met
            else _("The target of %(target)s %% is not met among those who answered.")
        )
    return (
        _("The target of %(target)s %% is met.")
        if met
        else _("The target of %(target)s %% is not met.")
    )


def _so_far(score: Score) -> str:
    """An outcome of bounds that hold at every look; the verdict is given at the close."""
    if score.verdict == Outcome.MET:
        return _("So far %(target)s %% are reached; the verdict is given when the survey closes.")
    return _("So far %(target)s %% are not reached; the verdict is given when the survey closes.")


def _undecided(score: Score) -> str:
    match score.reason:
        case Reason.WAVE_OPEN:
            return _("So far: whether the target of %(target)s %% is met is judged at the close.")
        case Reason.NOT_COVERED:
            # xgettext:no-python-format
            return _(
                "No verdict: the answers speak for less than 80 %% of the encounters, so that they"
                " cannot show that the target of %(target)s %% is met."
            )
        case _:
            return _("It is not yet shown whether the target of %(target)s %% is met.")


def _unofficial(score: Score) -> str:
    """An outcome without evidence for an official one."""
    met = score.verdict == Outcome.MET
    if score.evidence == Evidence.SUPPLIED:
        return (
            _("By the weights of the file %(target)s %% are reached; this is no official verdict.")
            if met
            else _(
                "By the weights of the file %(target)s %% are not reached; this is no official"
                " verdict."
            )
        )
    if score.evidence == Evidence.VERIFIED:
        return (
            _(
                "Among those who signed in and answered, once each, %(target)s %% are reached;"
                " this is no official verdict."
            )
            if met
            else _(
                "Among those who signed in and answered, once each, %(target)s %% are not"
                " reached; this is no official verdict."
            )
        )
    return (
        _("Among those who chose to answer %(target)s %% are reached; this is no official verdict.")
        if met
        else _(
            "Among those who chose to answer %(target)s %% are not reached; this is no official"
            " verdict."
        )
    )


def outcome_word(outcome: str) -> str:
    """The word beside the verdict's mark."""
    return {
        Outcome.MET: _("met"),
        Outcome.NOT_MET: _("not met"),
        Outcome.INCONCLUSIVE: _("not yet shown"),
    }[Outcome(outcome)]


def verdict_word(score: Score) -> str:
    """The same of one score, which says whether the outcome is an official one."""
    word = outcome_word(score.verdict)
    if score.edition == 1 or score.official or score.verdict == Outcome.INCONCLUSIVE:
        return word
    if score.wave.state == Wave.State.OPEN:
        return _("so far %(outcome)s") % {"outcome": word}
    return _("%(outcome)s, not official") % {"outcome": word}


def evidence_words(score: Score) -> str:
    """How those who answered came to be asked; empty for the first edition, which did not say."""
    return {
        Evidence.PROBABILITY: _("Citizens drawn at random"),
        Evidence.VERIFIED: _("Citizens who signed in, one answer each"),
        Evidence.SELF_SELECTED: _("Citizens who chose to answer"),
        Evidence.SUPPLIED: _("Weights from a file"),
        "": "",
    }[score.evidence]


def tipping_sentence(score: Score) -> str:
    """As long as what of those who did not answer the outcome stands; empty where there is none."""
    point = score.tipping_point
    if point is None:
        return ""
    met = score.verdict == Outcome.MET
    if (met and point <= 0) or (not met and point >= 1):
        return _("This holds whatever those who did not answer think.")
    if (met and point > 1) or (not met and point < 0):
        return _("Those who did not answer could turn it, whatever their own satisfaction is.")
    text = (
        _("This holds as long as those who did not answer are at least %(share)s %% satisfied.")
        if met
        else _("This holds as long as those who did not answer are at most %(share)s %% satisfied.")
    )
    return text % {"share": percent(point)}


def needed_sentence(score: Score) -> str:
    """How many more answers make a verdict likely; empty where it stands or no number would."""
    more = likely_to_decide(score)
    if more is None:
        return ""
    return ngettext(
        "With about %(count)s more answer a verdict comes with a chance of 80 %%.",
        "With about %(count)s more answers a verdict comes with a chance of 80 %%.",
        more,
    ) % {"count": f"{more:,}"}


def flag_words(score: Score) -> list[str]:
    """What a reader must know beside the verdict."""
    words = {
        Flag.UNRELIABLE: _("Few or uneven answers: read with care"),
        # xgettext:no-python-format
        Flag.LOW_COVERAGE: _("Answers speak for less than 80 % of the encounters"),
        Flag.LOW_RESPONSE: _low_response(score),
        # xgettext:no-python-format
        Flag.LOW_REACH: _("Less than 80 % of the encounters came with a contact"),
        Flag.OUTSIDE_FRAME: _("Answers outside the frame are in no figure"),
        Flag.FLAGGED: _("Screening of suspicious answers changed the verdict"),
        Flag.REPELLED: _(
            "An attack was repelled: answers that one sender gave again and again were set aside"
        ),
        Flag.LIST_DOUBTED: _(
            "The list that citizens were drawn from is in doubt: its size, its contacts or how many"
            " answered do not fit what else is known"
        ),
        Flag.ERASED: _("Answers were erased: had they counted, the outcome could be another"),
        Flag.APART: _(
            "Citizens who were drawn are far more satisfied than those who chose to answer:"
            " one of the two groups may not be what it seems"
        ),
        Flag.FRAME_CHANGED: _(
            "Encounters were counted otherwise when the survey opened: by those counts the outcome"
            " would be another"
        ),
        Flag.TAPPED_AGAIN: _(
            "Ratings were changed after the first tap: by the first the outcome would be another"
        ),
    }
    return [words[Flag(flag)] for flag in score.flags]


def _low_response(score: Score) -> str:
    if score.evidence in (Evidence.SELF_SELECTED, Evidence.VERIFIED):
        return _("Few of those served have answered")
    return _("Few of those asked have answered")
