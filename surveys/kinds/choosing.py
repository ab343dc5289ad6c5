"""What the kinds share whose answers are chosen among options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds.base import (
    DOES_NOT_APPLY,
    DOES_NOT_APPLY_WORDS,
    NOT_APPLICABLE_TEXT,
    Kind,
    QuestionLike,
)
from surveys.languages import translated

Option = tuple[Any, Any]
ONE_OFFERED = gettext_lazy("Choose one of the answers offered.")
SOME_OFFERED = gettext_lazy("Choose among the answers offered.")


class Choosing(Kind):
    """The answers are codes of the question's own choices."""

    def clean(self, question: QuestionLike) -> None:
        try:
            codes = [str(choice["code"]) for choice in question.choices if choice["th"] is not None]
        except (KeyError, TypeError):
            codes = []
        if not codes or len(codes) != len(set(codes)):
            raise ValidationError({"choices": _("Give at least one choice, each code once.")})
        if any(not code or code.split() != [code] or code == "n/a" for code in codes):
            raise ValidationError({"choices": _("A code of a choice has no spaces.")})

    def _in_words(self, question: QuestionLike, answer: Any) -> str:
        chosen = answer if isinstance(answer, list) else [answer]
        labels = dict(_labelled(question))
        return ", ".join(str(labels.get(code, code)) for code in chosen)

    def options(self, question: QuestionLike) -> list[Option]:
        """What is offered on a page: values and labels."""
        return [*_labelled(question), *not_applicable_option(question)]

    def offer_not_applicable(self, own: QuestionLike) -> None:
        own.choices = [*own.choices, {"code": NOT_APPLICABLE_TEXT, **DOES_NOT_APPLY_WORDS}]


def codes_of(question: QuestionLike) -> list[str]:
    return [str(choice["code"]) for choice in question.choices]


def _labelled(question: QuestionLike) -> list[Option]:
    return [
        (choice["code"], translated(choice["th"], choice.get("en", ""), choice))
        for choice in question.choices
    ]


def not_applicable_option(question: QuestionLike) -> list[Option]:
    return [(NOT_APPLICABLE_TEXT, DOES_NOT_APPLY)] if question.may_not_apply else []


def radio_field(
    question: QuestionLike,
    options: Sequence[Option],
    widget: type[forms.Widget] = forms.RadioSelect,
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=question.text,
        help_text=question.hint,
        required=False,
        choices=options,
        widget=widget,
        error_messages={"invalid_choice": ONE_OFFERED},
    )
