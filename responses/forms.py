"""The citizen's form, made from the questions that a wave asks on a channel."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from responses import tokens
from responses.answers import NOT_APPLICABLE, TEXT_LIMIT, AnswerError
from responses.intake import Door, NotAccepted, Submission, amend
from responses.models import Response
from surveys.models import EntryPoint, Question
from surveys.models.bilingual import in_language

SCALE = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neutral")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
]
DOES_NOT_APPLY = (NOT_APPLICABLE, _("Don't know / does not apply"))

# More choices than this are a list to pick from.
CHOICES_SHOWN = 8


class OverallForm(forms.Form):
    """The one question that must be answered: one tap stores the response."""

    form_token = forms.CharField(widget=forms.HiddenInput)
    overall = forms.TypedChoiceField(
        choices=SCALE,
        coerce=int,
        error_messages={
            "required": _("Please choose one of the five answers."),
            "invalid_choice": _("Please choose one of the five answers."),
        },
    )

    def __init__(self, door: Door | None, entry: EntryPoint, **kwargs: Any) -> None:
        """Raise NotAccepted where nothing is asked behind this link today."""
        super().__init__(**kwargs)
        self.entry = entry
        if door is None:
            raise NotAccepted(_("No survey is open for this service."))
        self.door = door
        overall = [q for q in door.asked(entry.channel) if q.is_overall]
        if not overall:
            raise NotAccepted(_("No survey is open for this service."))
        self.question = overall[0]

    def clean_form_token(self) -> str:
        try:
            return tokens.submission_key(self.cleaned_data["form_token"], self.entry)
        except tokens.ExpiredError:
            raise forms.ValidationError(
                _("This page had been open for a long time. Please choose your answer again."),
            ) from None

    def fresh_token(self) -> str:
        """What this showing of the form sends along: kept after a slip, new after it expired."""
        if self.is_bound and "form_token" not in self.errors:
            return str(self.data["form_token"])
        return tokens.new_form(self.entry)

    def store(self, source: Response.Source = Response.Source.WEB) -> Response:
        """Store the response once, however often this form is sent. Raise NotAccepted.

        Somebody who goes back and taps another answer changes the one that is stored.
        """
        answers = {self.question.code: self.cleaned_data["overall"]}
        received = self.door.receive(
            Submission(
                key=self.cleaned_data["form_token"],
                service=self.entry.service,
                channel=self.entry.channel,
                service_point=self.entry.service_point,
                entry_point=self.entry,
                answers=answers,
                source=source,
                language=get_language() or "",
            )
        )
        stored = received.response
        if received.created or tokens.is_older(stored, tokens.DETAILS_AGE):
            return stored
        return amend(stored, answers, reason="changed")


class DetailsForm(forms.Form):
    """Everything that is optional. The overall answer stands first, to be changed if mistaken."""

    def __init__(self, response: Response, **kwargs: Any) -> None:
        super().__init__(auto_id="%s", **kwargs)
        self.response = response
        self.questions = response.wave.questionnaire.asked_on(response.channel)
        for question in self.questions:
            self.fields[question.code] = question_field(question)
            if question.is_overall:
                self.initial[question.code] = response.overall

    def overall(self) -> forms.BoundField:
        return next(self[question.code] for question in self.questions if question.is_overall)

    def overall_words(self) -> str:
        return str(dict(SCALE).get(self.response.overall or 0, ""))

    def ratings(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The rating items, a dimension at a time."""
        items = [q for q in self.questions if q.kind == Question.Kind.RATING and not q.is_overall]
        for dimension, group in groupby(items, key=lambda question: question.dimension):
            yield str(dimension or ""), [self[question.code] for question in group]

    def about_you(self) -> list[forms.BoundField]:
        return [self[q.code] for q in self.questions if q.kind == Question.Kind.SINGLE]

    def in_words(self) -> list[forms.BoundField]:
        return [self[q.code] for q in self.questions if q.kind == Question.Kind.TEXT]

    def faulty(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.errors]

    def store(self) -> bool:
        """Add the answers to the response; False, with the error at its field, where one is not
        taken. Raise NotAccepted once the wave has closed."""
        given = {code: answer for code, answer in self.cleaned_data.items() if answer != ""}
        try:
            amend(self.response, given, reason="completed")
        except AnswerError as error:
            self.add_error(error.question if error.question in self.fields else None, error.message)
            return False
        return True


def question_field(question: Question) -> forms.Field:
    match question.kind:
        case Question.Kind.RATING:
            scale = SCALE if question.is_overall else [*SCALE, DOES_NOT_APPLY]
            return _choice(question, scale)
        case Question.Kind.SINGLE:
            choices = [
                (choice["code"], in_language(choice["th"], choice.get("en", "")))
                for choice in question.choices
            ]
            if len(choices) > CHOICES_SHOWN:
                return _choice(question, [("", "–"), *choices], forms.Select)
            return _choice(question, choices)
        case _:
            return forms.CharField(
                label=question.text,
                required=False,
                max_length=TEXT_LIMIT,
                widget=forms.Textarea(attrs={"rows": 4}),
            )


def _choice(
    question: Question, choices: list[Any], widget: type[forms.Widget] = forms.RadioSelect
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=question.text,
        required=False,
        choices=choices,
        widget=widget,
        error_messages={"invalid_choice": _("Choose one of the answers offered.")},
    )
