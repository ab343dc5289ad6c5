"""The citizen's form, made from the questions that a wave asks on a channel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from responses.intake.answers import AnswerError, Asked, check_answers, constraint_message
from responses.intake.door import Door, NotAccepted, Received, Submission, amend
from responses.models import Response
from responses.web import tokens
from surveys import clock
from surveys.expressions import parse
from surveys.kinds import kind_of
from surveys.kinds.base import DOES_NOT_APPLY, NOT_APPLICABLE_TEXT, Kind
from surveys.kinds.rating import SCALE
from surveys.models import EntryPoint, Question
from surveys.recordings import heard

_RATINGS = {str(rating): rating for rating, _words in SCALE}


class OverallForm:
    """The one question that must be answered: one tap stores the response.

    Not one of Django's forms, which take longer to make than the response takes to store.
    """

    choices = SCALE
    verified_token = ""
    since: datetime | None = None
    """When it was sent, where the response itself does not tell."""

    def __init__(self, door: Door | None, entry: EntryPoint, sent: QueryDict | None = None) -> None:
        """Raise NotAccepted where nothing is asked behind this link today."""
        question = door.asked(entry.service, entry.channel).overall if door else None
        if door is None or question is None:
            raise NotAccepted(_("No survey is open for this service."))
        self.door = door
        self.entry = entry
        self.question = question
        self.errors: list[Promise] = []
        self._token = ""
        if sent is not None:
            self._read(sent)

    def _read(self, sent: QueryDict) -> None:
        self._rating = _RATINGS.get(sent.get("overall", ""))
        if self._rating is None:
            self.errors.append(_("Please choose one of the five answers."))
        token = sent.get("form_token", "")
        try:
            self.sent = tokens.read_form(token, self.entry)
        except tokens.ExpiredError:
            message = _("This page had been open for a long time. Please choose your answer again.")
            self.errors.append(message)
        else:
            self._token = token

    @property
    def heard(self) -> str | None:
        """The digest of the recording of the question, in the language of the page."""
        return heard(self.question)

    def fresh_token(self) -> str:
        """What this showing of the form sends along: kept after a slip, new after it expired."""
        return self._token or tokens.new_form(self.entry)

    def store(
        self, source: Response.Source = Response.Source.WEB, *, device: str = ""
    ) -> Received | None:
        """Store the response once, however often this form is sent; None where there are errors.
        Raise NotAccepted.

        Somebody who goes back and taps another answer changes the one that is stored.
        """
        if self.errors:
            return None
        submission = self.submission(source, device)
        received = self.door.receive(submission)
        if not received.created:
            stored = received.response
            if not tokens.is_older(stored, tokens.DETAILS_AGE):
                amend(stored, submission.answers, reason="changed")
        return received

    def submission(self, source: Response.Source, device: str = "") -> Submission:
        return Submission(
            key=self.sent.key,
            service=self.entry.service,
            channel=self.entry.channel,
            service_point=self.entry.service_point,
            entry_point=self.entry if self.entry.pk else None,
            answers={self.question.code: self._rating},
            source=source,
            device=device,
            seconds=max(int((clock.now() - self.sent.issued_at).total_seconds()), 0),
            language=get_language() or "",
        )


@dataclass(frozen=True)
class Part:
    """A step down the page: a heading, a question, a note, the beginning or the end of a group."""

    what: str
    question: Question | None = None
    field: forms.BoundField | None = None
    not_applicable: forms.BoundField | None = None
    heading: str = ""

    @property
    def kind(self) -> Kind | None:
        return kind_of(self.question) if self.question else None

    @property
    def shape(self) -> str:
        return kind_of(self.question).shape(self.question) if self.question else ""

    @property
    def relevant(self) -> str:
        return as_json(self.question.relevant) if self.question else ""

    @property
    def constraint(self) -> str:
        return as_json(self.question.constraint) if self.question else ""

    @property
    def constraint_message(self) -> str:
        return constraint_message(self.question) if self.question else ""

    @property
    def calculation(self) -> str:
        return as_json(self.question.calculation) if self.question else ""


class QuestionsForm(forms.Form):
    """The questions of a list, in their order; on the page those `shown`, else all."""

    def __init__(
        self,
        questions: Iterable[Question],
        shown: Sequence[Question] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(auto_id="%s", **kwargs)
        self.questions = questions if isinstance(questions, Asked) else Asked(questions)
        self.shown = self.questions if shown is None else shown
        on_page = {question.code for question in self.shown}
        for question in self.questions.by_code.values():
            if shown is None or question.code in on_page or self._is_sent(question):
                self._add(question)

    def _is_sent(self, question: Question) -> bool:
        """Also off this page: a page opened earlier may show other questions than it does now."""
        return question.code in self.data or not_applicable_name(question.code) in self.data

    def _add(self, question: Question) -> None:
        kind = kind_of(question)
        self.fields[question.code] = kind.field(question)
        if kind.not_applicable_beside and question.offers_not_applicable:
            self.fields[not_applicable_name(question.code)] = forms.BooleanField(
                label=DOES_NOT_APPLY,
                required=False,
                widget=forms.CheckboxInput(attrs={"value": NOT_APPLICABLE_TEXT}),
            )

    @property
    def branches(self) -> bool:
        """Whether what is asked depends on the answers."""
        return self.questions.conditions is not None

    @property
    def constrained(self) -> bool:
        """Whether an answer may not fit."""
        conditions = self.questions.conditions
        return conditions is not None and bool(conditions.constrained)

    title = ""
    """The page's own heading, which is not said again."""

    def parts(self) -> Iterator[Part]:
        """What stands on the page, from top to bottom, without the overall rating."""
        open_groups: list[str] = []
        last_heading = self.title
        for question in self.shown:
            while open_groups and question.group != open_groups[-1]:
                open_groups.pop()
                yield Part("end")
            kind = kind_of(question)
            if question.is_overall or not kind.in_form:
                continue
            if kind.opens_group:
                open_groups.append(question.code)
                yield Part(kind.part, question)
                continue
            heading = heading_of(question)
            if heading and heading != last_heading:
                yield Part("heading", heading=heading)
            last_heading = heading or last_heading
            yield self._part(question)
        yield from (Part("end") for _group in open_groups)

    def _part(self, question: Question) -> Part:
        kind = kind_of(question)
        if not kind.answered:
            return Part(kind.part, question)
        beside = not_applicable_name(question.code)
        return Part(
            kind.part,
            question,
            self[question.code],
            self[beside] if beside in self.fields else None,
        )

    def overall(self) -> forms.BoundField | None:
        return next((self[q.code] for q in self.questions if q.is_overall), None)

    def check(self) -> bool:
        """Whether the answers would be taken; if not, the error stands at its field."""
        try:
            check_answers(self.questions, self.given(), complete=True)
        except AnswerError as error:
            self.show(error)
            return False
        return True

    def show(self, error: AnswerError) -> None:
        self.add_error(error.question if error.question in self.fields else None, error.message)

    def faulty(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.errors]

    def given(self) -> dict[str, Any]:
        """The answers by code, as senders give them."""
        answers = {}
        for question in self.questions.by_code.values():
            answer = self.cleaned_data.get(question.code)
            if self.cleaned_data.get(not_applicable_name(question.code)) and not answer:
                answer = NOT_APPLICABLE_TEXT
            if answer not in (None, "", []):
                answers[question.code] = answer
        return answers


def not_applicable_name(code: str) -> str:
    return f"{code}:na"  # no code of a question has a colon


def as_json(expression: str) -> str:
    return json.dumps(parse(expression), ensure_ascii=False) if expression else ""


def heading_of(question: Question) -> str:
    if question.group:
        return ""
    if question.questionnaire.is_add_on:
        return gettext("Further questions from this agency")
    if kind_of(question).scored:
        return str(question.dimension or "")
    return gettext("About you") if question.about_citizen else ""
