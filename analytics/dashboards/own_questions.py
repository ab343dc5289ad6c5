"""Answers to the questions that an agency has added to the core: for that agency alone, counted and
not weighted. No score, no verdict and no comparison is made of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from analytics.domains.suppression import SMALLEST_PUBLISHED
from analytics.models import Score, TallyCell
from responses.intake.answers import RATINGS
from surveys.models import Agency, Question, Wave
from surveys.waves import asked_add_ons


@dataclass(frozen=True)
class OwnQuestions:
    """Distributions in the shape of scores, to be drawn as those; `names` by their id."""

    scores: list[Score]
    names: dict[int, str]


def own_questions(wave: Wave, agency: Agency) -> OwnQuestions:
    """The ratings that the agency asked besides, about its own services, in their order."""
    uses = asked_add_ons(wave).filter(agency=agency)
    questions = Question.objects.filter(
        questionnaire__in=uses.order_by().values("add_on"), kind=Question.Kind.RATING
    ).order_by("questionnaire", "position", "code")
    texts = {question.code: question.text for question in questions}
    counted = (
        TallyCell.objects.filter(
            wave=wave, service__agency=agency, question__in=texts, value__in=RATINGS
        )
        .filter(**({} if wave.declared_method().screened == "count" else {"screened": False}))
        .order_by()
        .values_list("question", "value")
        .annotate(Sum("count"))
    )
    distribution: dict[str, list[int]] = defaultdict(lambda: [0] * len(RATINGS))
    for question, value, count in counted if texts else ():
        distribution[question][value - 1] += count
    answered = [code for code in texts if sum(distribution[code])]
    scores = [
        Score(
            pk=number,
            wave=wave,
            question=code,
            n=sum(distribution[code]),
            distribution=distribution[code],
            withheld=sum(distribution[code]) < SMALLEST_PUBLISHED,
        )
        for number, code in enumerate(answered, 1)
    ]
    return OwnQuestions(scores, {score.pk: texts[score.question] for score in scores})
