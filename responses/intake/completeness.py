"""Which drawn citizens answered all that they had to, and which the overall question alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from responses.intake.answers import Asked, first_missing
from responses.models import Response
from surveys.models import Channel, Wave

Place = tuple[int, int]
"""A service and a channel, by primary key."""


def is_complete(asked: Asked, answers: Mapping[str, Any]) -> bool:
    """Whether every required question that applies is answered, and more than the overall rating
    where more is asked. What is not complete is partial: the overall rating at least."""
    overall = next((question.code for question in asked if question.is_overall), None)
    if overall not in answers or first_missing(asked, answers):
        return False
    return len(asked.by_code) == 1 or len(answers) > 1


def complete_by_place(wave: Wave) -> Counter[Place]:
    """How many responses of drawn citizens are complete, by service and channel."""
    asked: dict[int, Asked] = {}
    drawn = Response.objects.filter(wave=wave, selection=Response.Selection.DRAWN)
    counted: Counter[Place] = Counter()
    for service, channel, answers in (
        drawn.values_list("service_id", "channel_id", "answers").order_by().iterator()
    ):
        if channel not in asked:
            each = Channel.objects.get(pk=channel)
            asked[channel] = Asked(wave.questionnaire.asked_on(each))
        counted[service, channel] += is_complete(asked[channel], answers)
    return counted
