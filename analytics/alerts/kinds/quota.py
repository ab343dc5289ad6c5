"""Cells from which too few answers come in for a figure of them by the end of the wave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy, ngettext
from scipy import stats

from analytics.alerts.kind import Facts, Found, Kind, Look
from analytics.domains.suppression import SMALLEST_PUBLISHED
from analytics.models import TallyCell
from responses.models import Response
from surveys import clock
from surveys.kinds.rating import RATINGS
from surveys.models import Wave

HALF = 0.5
"""The part of the wave that must be over: before, answers have had no time to come in."""
UNLIKELY = 0.01
LARGE = 100
"""Encounters of a cell that one may expect a figure of."""
NAMED = 5


def find(look: Look) -> Iterator[Found]:
    passed = part_passed(look.wave)
    if passed < HALF:
        return
    answers = _answers(look.wave)
    behind: dict[Any, list[str]] = defaultdict(list)
    cells = look.wave.frame.cells.select_related("service__agency", "channel").order_by("pk")
    for cell in cells.filter(encounters__gte=LARGE):
        if is_behind(answers.get((cell.service_id, cell.channel_id), 0), passed):
            behind[cell.service.agency].append(f"{cell.service.code} {cell.channel.code}")
    for agency, names in behind.items():
        yield Found(agency, {"cells": len(names), "named": names[:NAMED]})


def part_passed(wave: Wave) -> float:
    days = (wave.ends_on - wave.starts_on).days + 1
    return min(max((clock.today() - wave.starts_on).days / days, 0.0), 1.0)


def is_behind(answers: int, passed: float) -> bool:
    """Whether a cell on its way to just enough answers would have so few by now in one case of a
    hundred only."""
    return float(stats.poisson.cdf(answers, SMALLEST_PUBLISHED * passed)) < UNLIKELY


def _answers(wave: Wave) -> dict[tuple[int, int], int]:
    question = wave.questionnaire.questions.get(is_overall=True).code
    cells = TallyCell.objects.filter(
        wave=wave, question=question, screened=False, value__in=RATINGS
    ).exclude(selection=Response.Selection.OWN)
    rows = cells.order_by().values_list("service_id", "channel_id").annotate(Sum("count"))
    return {(service, channel): number for service, channel, number in rows}


def sentence(facts: Facts) -> str:
    more = ", …" if facts["cells"] > len(facts["named"]) else ""
    return ngettext(
        "At this pace %(cells)s service and channel will have no figure, for want of ten answers: "
        "%(named)s.",
        "At this pace %(cells)s services and channels will have no figure, for want of ten "
        "answers: %(named)s.",
        facts["cells"],
    ) % {"cells": facts["cells"], "named": ", ".join(facts["named"]) + more}


KIND = Kind(
    "quota",
    "◔",
    gettext_lazy("Behind its quota"),
    gettext_lazy(
        "From the middle of a survey on: services and channels with at least 100 encounters that "
        "have so few answers that ten by the end are not to be expected. Of cells that are just "
        "on their way to ten at most one in twenty is ever named."
    ),
    find,
    sentence,
)
