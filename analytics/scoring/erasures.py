"""Whether an outcome could be another if answers had not been erased.

Whoever erases chooses which: an office with a list of receipts, or citizens whom the agency asked
to. Of an erased answer its rating is gone, so that the worst is supposed: that all of them were
dissatisfied, or all satisfied.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count

from analytics.counting.bases import Bin, Bins
from analytics.estimation.verdict import Flag
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Computation, Score
from analytics.scoring.otherwise import flag_otherwise
from analytics.scoring.sample import Weighing
from responses.models import Response
from surveys.kinds.rating import RATINGS
from surveys.models import Question, Service, Wave

Erased = list[list[Any]]
"""Service, channel, selection, base weight, draw, and how many were erased."""
SUPPOSED = (RATINGS[0], RATINGS[-1])


def erased_answers(wave: Wave) -> Erased | None:
    """Counted once the wave has closed, and kept as they were when it was published; None where
    nobody counted them."""
    if wave.state == Wave.State.OPEN:
        return None
    if wave.state == Wave.State.PUBLISHED:
        return Computation.objects.values_list("erased", flat=True).filter(wave=wave).first()
    rows = (
        Response.objects.filter(wave=wave, disposition=Response.Disposition.ERASED)
        .exclude(selection=Response.Selection.OWN)
        .order_by()
        .values_list("service_id", "channel_id", "selection", "base_weight", "draw")
        .annotate(Count("pk"))
    )
    return sorted([*place, str(weight), draw or 0, n] for *place, weight, draw, n in rows)


def with_erased(counted: Bins, erased: Erased, rating: int) -> Bins:
    """What counts, and what was erased of the kinds that count, as if all of it had been rated so.
    Where an agency's drawn answers stand alone, what was erased of its open ones says nothing."""
    agency = dict(Service.objects.values_list("pk", "agency_id"))
    histograms = counted.histograms()
    kinds = {(agency[each.service], each.selection) for each in histograms}
    for service, channel, selection, weight, draw, number in erased:
        if (agency[service], selection) in kinds:
            place = Bin(service, channel, "", selection, Decimal(weight), draw)
            histogram = histograms.setdefault(place, [0] * len(RATINGS))
            histogram[RATINGS.index(rating)] += number
    return Bins.of(histograms)


def flag_erasures(
    weighing: Weighing,
    question: Question,
    counted: Bins,
    scores: Sequence[Score],
    drawn: Sequence[DrawnCell],
    erased: Erased | None,
) -> None:
    """Flag the scores of the question whose verdict would be another with what was erased."""
    if not erased:
        return
    for rating in SUPPOSED:
        supposed = with_erased(counted, erased, rating)
        flag_otherwise(Flag.ERASED, weighing, question, supposed, scores, drawn)
