"""How likely somebody is to recommend it, from 0 to 10."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds import single
from surveys.kinds.base import AnswerRefused, Kind, QuestionLike, XlsformType
from surveys.kinds.choosing import not_applicable_option, radio_field

POINTS = tuple(range(11))


class Nps(Kind):
    code = "nps"
    label = gettext_lazy("recommendation 0–10")
    position = 70
    counted = True
    xlsform_types = ()
    xlsform_range = (0, 10)
    named_in_xlsform = True

    def whole_numbers(self, question: QuestionLike) -> tuple[int, ...]:
        return POINTS

    def _check(self, question: QuestionLike, answer: Any) -> int:
        if isinstance(answer, bool) or str(answer).strip() not in map(str, POINTS):
            raise AnswerRefused(_("Choose a whole number from 0 to 10."))
        return int(answer)

    def field(self, question: QuestionLike) -> forms.Field:
        points = [(point, str(point)) for point in POINTS]
        return radio_field(question, [*points, *not_applicable_option(question)])

    def shape(self, question: QuestionLike) -> str:
        return "nps"

    def offer_not_applicable(self, own: QuestionLike) -> None:
        """A range has no place for it: a device asks for one of the points or this."""
        own.kind = single.KIND.code
        own.choices = [{"code": str(p), "th": str(p), "en": str(p)} for p in POINTS]
        single.KIND.offer_not_applicable(own)

    def xlsform(self, question: QuestionLike) -> XlsformType:
        return XlsformType("range", parameters="start=0 end=10 step=1")


KIND = Nps()
