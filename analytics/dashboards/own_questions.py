"""Answers to the questions that an agency has added to the core: for that agency alone, counted and
not weighted. No score, no verdict and no comparison is made of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from analytics.counting.stated import shown_count
from analytics.domains.suppression import SMALLEST_PUBLISHED
from analytics.models import TallyCell
from surveys.kinds import SCORED
from surveys.kinds.rating import RATINGS
from surveys.models import Agency, Question, Wave
from surveys.waves import asked_add_ons


@dataclass(frozen=True)
class OwnQuestion:
    """How the answers to one question spread over the ratings 1 to 5; `pk` tells it apart from
    the others beside it."""

    pk: int
    distribution: list[int]

    @property
    def n(self) -> int:
        return sum(self.distribution)

    @property
    def withheld(self) -> bool:
        return self.n < SMALLEST_PUBLISHED


@dataclass(frozen=True)
class OwnQuestions:
    """To be drawn as scores are; `names` by their id."""

    scores: list[OwnQuestion]
    names: dict[int, str]


def own_questions(wave: Wave, agency: Agency) -> OwnQuestions:
    """The ratings that the agency asked besides, about its own services, in their order."""
    uses = asked_add_ons(wave).filter(agency=agency)
    questions = Question.objects.filter(
        questionnaire__in=uses.order_by().values("add_on"), kind__in=SCORED
    ).order_by("questionnaire", "position", "code")
    texts = {question.code: question.text for question in questions}
    counted = (
        TallyCell.objects.filter(
            wave=wave, service__agency=agency, question__in=texts, value__in=RATINGS
        )
        .filter(**({} if wave.declared_method().screened == "count" else {"screened": False}))
        .order_by()
        .values_list("question", "value")
        .annotate(Sum(shown_count(wave)))
        .filter(**{f"{shown_count(wave)}__sum__gt": 0})
    )
    distribution: dict[str, list[int]] = defaultdict(lambda: [0] * len(RATINGS))
    for question, value, count in counted if texts else ():
        distribution[question][value - 1] += count
    answered = [code for code in texts if sum(distribution[code])]
    scores = [OwnQuestion(number, distribution[code]) for number, code in enumerate(answered, 1)]
    return OwnQuestions(scores, {number: texts[code] for number, code in enumerate(answered, 1)})
