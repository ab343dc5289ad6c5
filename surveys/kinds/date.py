"""A day, written as Thai offices do, stored as 2026-01-31."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds.base import AnswerRefused, QuestionLike
from surveys.kinds.writing import Written
from surveys.thai_dates import parse_date


class Date(Written):
    code = "date"
    label = gettext_lazy("date")
    position = 50
    page_reading = "date"
    xlsform_types = ("date",)

    def _check(self, question: QuestionLike, answer: Any) -> str:
        try:
            return parse_date(str(answer)).isoformat()
        except ValueError:
            message = _("Write a date as day/month/year, such as 31/01/2569.")
            raise AnswerRefused(message) from None

    def own_hint(self) -> str:
        return _("Day/month/year, such as 31/01/2569")


KIND = Date()
