"""From 1 to 5, in words. The overall rating is one; the others may not apply, which is stored as 0.

Ratings one after another in one group are a matrix.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds.base import (
    DOES_NOT_APPLY,
    DOES_NOT_APPLY_WORDS,
    AnswerRefused,
    Kind,
    QuestionLike,
    Reading,
    XlsformType,
)
from surveys.kinds.choosing import radio_field

RATINGS = (1, 2, 3, 4, 5)
NOT_APPLICABLE = 0
SCALE = [
    (5, gettext_lazy("Very satisfied")),
    (4, gettext_lazy("Satisfied")),
    (3, gettext_lazy("Neutral")),
    (2, gettext_lazy("Dissatisfied")),
    (1, gettext_lazy("Very dissatisfied")),
]
# The same for devices, in both languages at once.
WORDS = [
    {"code": "5", "th": "พึงพอใจมากที่สุด", "en": "Very satisfied"},
    {"code": "4", "th": "พึงพอใจมาก", "en": "Satisfied"},
    {"code": "3", "th": "ปานกลาง", "en": "Neutral"},
    {"code": "2", "th": "พึงพอใจน้อย", "en": "Dissatisfied"},
    {"code": "1", "th": "พึงพอใจน้อยที่สุด", "en": "Very dissatisfied"},
]


class Rating(Kind):
    code = "rating"
    label = gettext_lazy("rating 1–5")
    position = 10
    scored = True
    counted = True
    reading = Reading.RATING
    not_applicable = str(NOT_APPLICABLE)
    xlsform_types = ()
    xlsform_range = (1, 5)
    named_in_xlsform = True

    def offers_not_applicable(self, question: QuestionLike) -> bool:
        return not question.is_overall

    def whole_numbers(self, question: QuestionLike) -> tuple[int, ...]:
        return RATINGS if question.is_overall else (NOT_APPLICABLE, *RATINGS)

    def check(self, question: QuestionLike, answer: Any) -> int:
        try:
            rating = int(answer)
        except (TypeError, ValueError, OverflowError):
            rating = -1
        known = rating in self.whole_numbers(question) and not isinstance(answer, bool)
        if not known or str(rating) != str(answer).strip():
            raise AnswerRefused(_("A rating is a whole number from 1 to 5."))
        return rating

    def _in_words(self, question: QuestionLike, answer: Any) -> str:
        if answer == NOT_APPLICABLE:
            return str(DOES_NOT_APPLY)
        words = dict(SCALE).get(answer, "")
        return _("%(words)s (%(rating)s of 5)") % {"words": words, "rating": answer}

    def in_conditions(self, answer: Any) -> str:
        return "" if answer == NOT_APPLICABLE else super().in_conditions(answer)

    def field(self, question: QuestionLike) -> forms.Field:
        beside = [] if question.is_overall else [(NOT_APPLICABLE, DOES_NOT_APPLY)]
        return radio_field(question, [*SCALE, *beside])

    def shape(self, question: QuestionLike) -> str:
        return "scale"

    def as_data(self, question: QuestionLike) -> dict[str, Any]:
        return {"values": list(self.whole_numbers(question))}

    def offer_not_applicable(self, own: QuestionLike) -> None:
        """The list of a rating has it."""

    def xlsform(self, question: QuestionLike) -> XlsformType:
        if question.is_overall:
            return XlsformType("select_one", "opdc_rating", WORDS)
        beside = {"code": self.not_applicable, **DOES_NOT_APPLY_WORDS}
        return XlsformType("select_one", "opdc_rating_na", [*WORDS, beside])


KIND = Rating()
