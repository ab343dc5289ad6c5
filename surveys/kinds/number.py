"""A number; a whole one where the XLSForm says “integer”. A citizen number is refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds.base import AnswerRefused, QuestionLike, XlsformType
from surveys.kinds.writing import Written
from surveys.thai_text import parse_decimal

NUMBER_LIMIT = 10**15
WHOLE = ("integer", "int")


class Number(Written):
    code = "number"
    label = gettext_lazy("number")
    position = 40
    refuses_citizen_numbers = True
    page_reading = "number"
    xlsform_types = ("decimal", *WHOLE, "range")

    def _check(self, question: QuestionLike, answer: Any) -> int | float:
        try:
            if isinstance(answer, bool):
                raise ValueError(answer)
            number = parse_decimal(str(answer))
        except ValueError:
            raise AnswerRefused(_("Write a number, such as 12 or 3.5.")) from None
        if abs(number) >= NUMBER_LIMIT:
            raise AnswerRefused(_("This number is too large."))
        whole = number == number.to_integral_value()
        if not whole and question.extra.get("type") == "integer":
            raise AnswerRefused(_("Write a whole number."))
        return int(number) if whole else float(number)

    def widget(self) -> forms.Widget:
        return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def xlsform(self, question: QuestionLike) -> XlsformType:
        plain = str(question.extra.get("type", ""))
        return XlsformType(plain if plain in WHOLE else "decimal")


KIND = Number()
