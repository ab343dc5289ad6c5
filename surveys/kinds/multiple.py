"""Any of the question's choices, by their codes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds.base import (
    NOT_APPLICABLE_TEXT,
    AnswerRefused,
    Chooses,
    ExportColumn,
    QuestionLike,
    XlsformType,
)
from surveys.kinds.choosing import SOME_OFFERED, Choosing, codes_of


class Multiple(Choosing):
    code = "multiple"
    label = gettext_lazy("several choices")
    position = 30
    chooses = Chooses.SEVERAL
    xlsform_types = ("select_multiple",)

    def _check(self, question: QuestionLike, answer: Any) -> list[str]:
        """In the order of the choices; a text names them with spaces between, as XLSForm does."""
        given = answer.split() if isinstance(answer, str) else answer
        if not isinstance(given, list | tuple):
            given = [given]
        chosen, codes = {str(code) for code in given}, codes_of(question)
        if NOT_APPLICABLE_TEXT in chosen and question.may_not_apply:
            raise AnswerRefused(_("Choose either “does not apply” or the answers that do."))
        if not chosen <= set(codes):
            raise AnswerRefused(SOME_OFFERED)
        return [code for code in codes if code in chosen]

    def export_columns(self, question: QuestionLike) -> list[ExportColumn]:
        """One column a choice."""
        codes = codes_of(question)
        if self.offers_not_applicable(question):
            codes.append(NOT_APPLICABLE_TEXT)
        return [
            ExportColumn(f"{question.code}/{code}", partial(_is_chosen, code)) for code in codes
        ]

    def field(self, question: QuestionLike) -> forms.Field:
        return forms.MultipleChoiceField(
            label=question.text,
            help_text=question.hint,
            required=False,
            choices=self.options(question),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": SOME_OFFERED},
        )

    def shape(self, question: QuestionLike) -> str:
        return "list"

    def xlsform(self, question: QuestionLike) -> XlsformType:
        return XlsformType(self.xlsform_types[0], question.code, question.choices)


def _is_chosen(code: str, chosen: Any) -> str | int:
    """1 or 0; blank where the question was not answered."""
    if chosen is None:
        return ""
    return int(code == chosen if isinstance(chosen, str) else code in chosen)


KIND = Multiple()
