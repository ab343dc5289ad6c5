"""One of the question's choices, by its code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from surveys.kinds.base import AnswerRefused, Chooses, QuestionLike, Reading, XlsformType
from surveys.kinds.choosing import ONE_OFFERED, Choosing, codes_of, radio_field

# More options than this are a list to pick from.
OPTIONS_SHOWN = 8


class Single(Choosing):
    code = "single"
    label = gettext_lazy("one choice")
    position = 20
    chooses = Chooses.ONE
    reading = Reading.CHOICE
    xlsform_types = ("select_one",)

    def _check(self, question: QuestionLike, answer: Any) -> str:
        if str(answer) not in codes_of(question):
            raise AnswerRefused(ONE_OFFERED)
        return str(answer)

    def field(self, question: QuestionLike) -> forms.Field:
        options = self.options(question)
        if len(options) > OPTIONS_SHOWN:
            return radio_field(question, [("", "–"), *options], forms.Select)
        return radio_field(question, options)

    def shape(self, question: QuestionLike) -> str:
        return "list" if len(self.options(question)) <= OPTIONS_SHOWN else ""

    def xlsform(self, question: QuestionLike) -> XlsformType:
        return XlsformType(self.xlsform_types[0], question.code, question.choices)


KIND = Single()
