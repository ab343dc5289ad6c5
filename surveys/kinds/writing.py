"""What the kinds share whose answers are written."""

from __future__ import annotations

from django import forms

from surveys.kinds.base import Kind, QuestionLike

TEXT_LIMIT = 2000


class Written(Kind):
    """The answer is typed into one field."""

    not_applicable_beside = True

    def own_hint(self) -> str:
        """Said where the question has no hint."""
        return ""

    def widget(self) -> forms.Widget:
        return forms.TextInput(attrs={"autocomplete": "off"})

    def field(self, question: QuestionLike) -> forms.Field:
        return forms.CharField(
            label=question.text,
            help_text=question.hint or self.own_hint(),
            required=False,
            max_length=TEXT_LIMIT,
            widget=self.widget(),
        )
