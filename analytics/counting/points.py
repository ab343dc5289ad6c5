"""Answers by service point, where some name one: what the figures of single offices are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import QuerySet, Sum

from analytics.counting.bases import Basis, Bin, Bins, as_declared, selections
from analytics.models import TallyCell
from surveys.kinds.rating import RATINGS
from surveys.models import Question, Service, Wave

NO_POINT = ""


def counted_by_point(wave: Wave, question: Question, services: Mapping[int, Service]) -> Bins:
    """What counts officially of the agencies in which an answer names a service point, with its
    code in `said`, or NO_POINT; nothing of any other agency."""
    counted = _counted(wave, question)
    named = counted.exclude(service_point=NO_POINT).values_list("service_id", flat=True).distinct()
    agencies = {services[service].agency_id for service in named}
    if not agencies:
        return Bins.of({})
    histograms: dict[Bin, list[int]] = defaultdict(lambda: [0] * len(RATINGS))
    rows = (
        counted.filter(service__agency__in=agencies)
        .values_list(
            *("service_id", "channel_id", "service_point", "psu", "selection"),
            *("base_weight", "draw", "value"),
        )
        .annotate(Sum("count"))
    )
    for service, channel, point, psu, selection, weight, draw, value, number in rows:
        each = Bin(service, channel, psu, selection, weight, draw, (point,))
        histograms[each][RATINGS.index(value)] += number
    bins = Bins.of({each: table for each, table in histograms.items() if any(table)})
    return as_declared(wave, {question.code: bins})[question.code]


def _counted(wave: Wave, question: Question) -> QuerySet[TallyCell]:
    cells = TallyCell.objects.filter(
        wave=wave,
        question=question.code,
        value__in=RATINGS,
        count__gt=0,
        selection__in=selections(Basis.OFFICIAL),
    ).order_by()
    return cells if wave.declared_method().screened == "count" else cells.filter(screened=False)
