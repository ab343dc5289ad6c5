"""What citizens write freely. The door redacts it before it is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds.base import AnswerRefused, QuestionLike
from surveys.kinds.writing import TEXT_LIMIT, Written
from surveys.thai_text import normalise


class Text(Written):
    code = "text"
    label = gettext_lazy("text")
    position = 60
    free_text = True
    xlsform_types = ("text", "string")

    def _check(self, question: QuestionLike, answer: Any) -> str:
        if not isinstance(answer, str):
            raise AnswerRefused(_("The answer is a text."))
        text = normalise(answer)
        if len(text) > TEXT_LIMIT:
            message = _("Please shorten this to %(limit)d characters.")
            raise AnswerRefused(message % {"limit": TEXT_LIMIT})
        return text

    def own_hint(self) -> str:
        return _(
            "Please leave out names, telephone numbers and citizen numbers, yours and other"
            " people's."
        )

    def widget(self) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 4})

    def as_data(self, question: QuestionLike) -> dict[str, Any]:
        return {"max_length": TEXT_LIMIT}


KIND = Text()
