"""What is optional, a screen at a time: why, then one subject after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from responses.channels.web.forms import (
    QuestionsForm,
    as_json,
    heading_of,
    not_applicable_name,
)
from responses.intake.answers import AnswerError, Asked, check_answers, first_missing
from responses.intake.asking import asked_in
from responses.intake.door import amend
from responses.intake.second_page import on_one_page
from responses.models import Response
from surveys.kinds import kind_of
from surveys.kinds.base import NOT_APPLICABLE_TEXT, Chooses
from surveys.kinds.rating import SCALE
from surveys.models import Question
from surveys.remembered import remembered_page

MOST = 6
"""Questions on a screen, where no group keeps more together."""
SECONDS = 10
"""A question takes: what is promised before somebody goes on."""


def steps_of(asked: Asked, *, one_page: bool = False) -> list[list[Question]]:
    """The questions of each screen; those that let everybody say why stand on the first. On one
    page all stand as the questionnaire has them."""

    def made() -> list[list[Question]]:
        in_form = [q for q in asked if kind_of(q).in_form and not q.is_overall]
        return [in_form] if one_page else _subjects(in_form)

    return remembered_page(("steps", get_language(), asked.key, one_page), made)


def _subjects(in_form: list[Question]) -> list[list[Question]]:
    why = [q for q in in_form if _says_why(q)]
    groups = {q.code: q.group for q in in_form if kind_of(q).opens_group}

    def subject(question: Question) -> tuple[str, str]:
        group = question.code if question.code in groups else question.group
        while groups.get(group):
            group = groups[group]
        return group, heading_of(question)

    steps = [why]
    for (group, _heading), run in groupby((q for q in in_form if q not in why), subject):
        together = list(run)
        most = len(together) if group else MOST
        steps += [together[start : start + most] for start in range(0, len(together), most)]
    return steps


def _says_why(question: Question) -> bool:
    free = kind_of(question).free_text and not (question.group or question.relevant)
    return free and not question.questionnaire.is_add_on


def same_for_all(response: Response, step: int) -> tuple[Any, ...] | None:
    """What tells one such screen from another, where nothing else of the citizen's stands on it
    than the overall answer; None where something does."""
    asked = asked_in(response.wave_id, response.service, response.channel)
    one_page = on_one_page(response)
    steps, overall = steps_of(asked, one_page=one_page), asked.overall.code if asked.overall else ""
    shown = {question.code for question in steps[step]} if step < len(steps) else set()
    if any(code != overall and (asked.conditions or code in shown) for code in response.answers):
        return None
    rating = response.answers.get(overall) if step == 0 or asked.conditions else None
    return response.wave_id, asked.key, one_page, step, rating


class DetailsForm(QuestionsForm):
    """One screen of what is optional. On the first the overall answer may be changed."""

    def __init__(self, response: Response, step: int = 0, data: QueryDict | None = None) -> None:
        asked = asked_in(response.wave_id, response.service, response.channel)
        self.one_page = on_one_page(response)
        self.steps = steps_of(asked, one_page=self.one_page)
        self.step = step
        overall = [asked.overall] if asked.overall and step == 0 else []
        shown = [*overall, *self.steps[step]] if step < len(self.steps) else []
        self.title = next((heading_of(q) for q in shown if heading_of(q)), "") if step else ""
        super().__init__(asked, shown, data=data)
        self.response = response
        for code, answer in response.answers.items():
            box = not_applicable_name(code)
            if answer == NOT_APPLICABLE_TEXT and box in self.fields:
                self.initial[box] = True
            else:
                self.initial[code] = answer

    def overall_words(self) -> str:
        return str(dict(SCALE).get(self.response.overall or 0, ""))

    @property
    def low(self) -> bool:
        return (self.response.overall or 5) <= 2

    # What follows, as far as the answers so far tell.

    def _applies(self, step: int) -> int:
        """How many questions of a screen apply."""
        conditions = self.questions.conditions
        without = conditions.state(self.response.answers).irrelevant if conditions else ()
        codes = self.questions.by_code
        return sum(q.code in codes and q.code not in without for q in self.steps[step])

    def further(self) -> list[int]:
        """The screens behind the first on which something applies."""
        return [step for step in range(1, len(self.steps)) if self._applies(step)]

    def next_step(self) -> int | None:
        return next((step for step in self.further() if step > self.step), None)

    def last_step(self) -> int:
        return max((step for step in self.further() if step < self.step), default=0)

    def questions_left(self) -> int:
        return sum(self._applies(step) for step in self.further() if step > self.step)

    def minutes_left(self) -> int:
        return max(1, round(self.questions_left() * SECONDS / 60))

    def place(self) -> tuple[int, int]:
        further = self.further()
        return sum(step <= self.step for step in further), len(further)

    def elsewhere(self) -> Iterator[tuple[str, str]]:
        """Answers on other screens as expressions, for what depends on them on this one."""
        if not self.branches:
            return
        here = {question.code for question in self.shown}
        for question in self.questions:
            if question.code not in here:
                answer = kind_of(question).in_conditions(self.response.answers.get(question.code))
                yield question.code, as_json(question.calculation) or json.dumps(answer)

    # What is sent

    def given(self) -> dict[str, Any]:
        """Also what was taken back: a field left blank, or no longer one of several chosen."""
        answers = super().given()
        for question in self.shown:
            several = kind_of(question).chooses is Chooses.SEVERAL
            if question.code not in answers and (several or question.code in self.data):
                answers[question.code] = ""
        return answers

    def store(self, *, complete: bool) -> bool:
        """Add the answers to the response; False, with the error at its field, where one is not
        taken, or with `complete` a required one of this screen is missing. Raise NotAccepted once
        the wave has closed."""
        answers = self.given()
        try:
            known = self.response.answers
            merged = check_answers(self.questions, answers, known=known)
            if complete and self.questions.required:
                self._check_required(merged)
            if merged != known:  # else there is nothing to store, and no row to lock
                self.response = amend(self.response, answers, reason="completed")
        except AnswerError as error:
            self.show(error)
            return False
        return True

    def _check_required(self, answers: dict[str, Any]) -> None:
        if code := first_missing(self.questions, answers, within=self.fields):
            raise AnswerError(code, _("Please answer this question."))
