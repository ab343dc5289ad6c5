"""The questions by whose answers figures are shown too."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.kinds import kind_of
from surveys.kinds.base import Chooses
from surveys.kinds.choosing import codes_of
from surveys.margins import Margins
from surveys.models import Question, Questionnaire


def offered_groups(questionnaire: Questionnaire) -> dict[str, Question]:
    """Those that a wave may declare, by code."""
    questions = questionnaire.questions.all()
    return {q.code: q for q in questions if kind_of(q).chooses is Chooses.ONE}


def check_groups(groups: Collection[str], margins: Margins, questionnaire: Questionnaire) -> None:
    """Raise ValidationError where a question is not one of the questionnaire's, of one choice; or
    where margins do not name each of its answers."""
    known = offered_groups(questionnaire)
    for code in groups:
        if code not in known:
            raise ValidationError(
                _("%(code)s is no question of one choice: figures cannot be shown by it.")
                % {"code": code}
            )
        if wrong := set(codes_of(known[code])) ^ set(margins.get(code, codes_of(known[code]))):
            raise ValidationError(
                _("Margins of %(code)s: its answers and those named differ: %(names)s")
                % {"code": code, "names": ", ".join(sorted(wrong))}
            )
