"""One question as a form: what its kind needs, choices as lines, conditions folded away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds import kind_of
from surveys.kinds.base import Chooses
from surveys.languages import ENGLISH
from surveys.models import Question, Questionnaire
from surveys.thai_text import normalise
from surveys.translating import still_to_check

Choice = dict[str, Any]
LAST = 10_000  # until the questions are numbered anew
TEXTS = ["text_th", "text_en", "hint_th", "hint_en"]
ENGLISH_FITS = gettext_lazy("The Thai has changed since. The English fits it as it is now.")
CONDITIONS = ["relevant", "constraint", "constraint_message_th", "constraint_message_en"]


class ChoiceLines(forms.CharField):
    """Choices as people write them: code | Thai | English, a line each."""

    widget = forms.Textarea({"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        lines = ([each["code"], each["th"], each.get("en", "")] for each in value or [])
        return "\n".join(" | ".join(map(str, line)) for line in lines)

    def clean(self, value: Any) -> Any:
        lines = [normalise(line) for line in super().clean(value).splitlines()]
        return [_choice(line) for line in lines if line]


def _choice(line: str) -> Choice:
    code, thai, english = [*map(str.strip, line.split("|")), "", ""][:3]
    if not code or not thai or line.count("|") > 2:
        raise ValidationError(
            _("“%(line)s”: write a code, a bar |, the words in Thai, a bar, the words in English."),
            params={"line": line},
        )
    return {"code": code, "th": thai, "en": english}


class QuestionForm(forms.ModelForm):
    choices = ChoiceLines(
        label=gettext_lazy("Choices"),
        required=False,
        help_text=gettext_lazy("A line each: code | words in Thai | words in English"),
    )
    group = forms.ChoiceField(label=gettext_lazy("In group"), required=False)

    class Meta:
        model = Question
        fields = [
            *TEXTS,
            "choices",
            "group",
            "dimension",
            "is_overall",
            "required",
            "may_not_apply",
            "about_citizen",
            "channels",
            *CONDITIONS,
            "calculation",
        ]
        widgets = {
            "text_th": forms.Textarea({"rows": 2}),
            "text_en": forms.Textarea({"rows": 2}),
            "channels": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._needless():
            del self.fields[name]
        if "group" in self.fields:
            groups = self._groups()
            self.fields["group"].choices = [("", _("none")), *groups]  # type: ignore[attr-defined]

        if ENGLISH in self.instance.to_check:
            self.fields["english_fits"] = forms.BooleanField(label=ENGLISH_FITS, required=False)
            self.order_fields([*TEXTS, "choices", "english_fits"])

    def save(self, commit: bool = True) -> Question:
        question: Question = self.instance
        stored = Question.objects.get(pk=question.pk)
        question.to_check = still_to_check(stored, question)
        if self.cleaned_data.get("english_fits"):
            question.to_check = [code for code in question.to_check if code != ENGLISH]
        return super().save(commit)

    def _needless(self) -> list[str]:
        """What this kind of question has no use for."""
        question: Question = self.instance
        kind = kind_of(question)
        needed = {
            "choices": kind.chooses is not Chooses.NOTHING,
            "dimension": kind.scored,
            "is_overall": kind.scored,
            "required": kind.answered,
            "may_not_apply": kind.answered and not kind.scored,
            "about_citizen": kind.answered,
            "constraint": kind.answered,
            "constraint_message_th": kind.answered,
            "constraint_message_en": kind.answered,
            "calculation": kind.calculates,
            "group": not question.is_overall,
            "relevant": not question.is_overall,
        }
        return [name for name, is_needed in needed.items() if not is_needed]

    def _groups(self) -> list[tuple[str, str]]:
        others = self.instance.questionnaire.questions.exclude(pk=self.instance.pk)
        inside = _below(self.instance, list(others))
        return [
            (each.code, str(each))
            for each in others.order_by("position")
            if kind_of(each).opens_group and each.code not in inside
        ]

    def clean_choices(self) -> list[Choice]:
        """What an XLSForm said of a choice besides stays with its code."""
        before = {str(each["code"]): each for each in self.instance.choices}
        return [before.get(each["code"], {}) | each for each in self.cleaned_data["choices"]]

    def add_error(self, field: str | None, error: Any) -> None:
        """The model may find fault with what this kind's form does not show."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            shown = {
                name if name in self.fields else None: errors
                for name, errors in error.error_dict.items()
            }
            for name, errors in shown.items():
                super().add_error(name, errors)
        else:
            super().add_error(field, error)

    def words(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*CONDITIONS, "channels")]

    def conditions(self) -> list[forms.BoundField]:
        return [self[name] for name in (*CONDITIONS, "channels") if name in self.fields]


def _below(group: Question, others: list[Question]) -> set[str]:
    """Codes of what is in a group, and in groups within it: it cannot go into itself."""
    found, new = set(), {group.code}
    while new:
        found |= new
        new = {each.code for each in others if each.group in new} - found
    return found


class NewQuestionForm(forms.ModelForm):
    """What a question begins with; the rest is asked on its own page."""

    choices = ChoiceLines(
        label=gettext_lazy("Choices"),
        required=False,
        help_text=gettext_lazy(
            "For kinds with choices. A line each: code | words in Thai | words in English"
        ),
    )

    class Meta:
        model = Question
        fields = ["kind", "code", "text_th", "choices"]

    def __init__(self, questionnaire: Questionnaire, data: Any = None) -> None:
        last = Question(questionnaire=questionnaire, position=LAST)
        super().__init__(data, instance=last)
        self.fields["code"].help_text = _("Letters and digits, as P1. Files name it by this code.")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.instance.questionnaire.questions.filter(code=code).exists():
            raise ValidationError(_("This code is in use. Choose another."))
        return code

    def clean_choices(self) -> list[Choice]:
        kind = self.cleaned_data.get("kind")
        chooses = kind and kind_of(Question(kind=kind)).chooses is not Chooses.NOTHING
        return self.cleaned_data["choices"] if chooses else []


class NewQuestionnaireForm(forms.ModelForm):
    class Meta:
        model = Questionnaire
        fields = ["code", "title_th", "title_en"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Questionnaire.objects.filter(code=code).exists():
            raise ValidationError(_("This code is in use. Choose another."))
        return code


class TitlesForm(forms.ModelForm):
    class Meta:
        model = Questionnaire
        fields = ["title_th", "title_en"]
