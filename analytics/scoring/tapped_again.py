"""Whether an outcome rests on ratings that were tapped again.

For an hour whoever has the form before them may tap another rating. Where the form stands on a
screen that citizens share, that may be somebody else. So the outcome by the first taps is held
beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from analytics.counting.bases import Bin, Bins
from analytics.counting.tally import psu_of
from analytics.estimation.verdict import Flag
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Computation, Score
from analytics.scoring.otherwise import flag_otherwise
from analytics.scoring.sample import Weighing
from responses.models import Response, Revision
from surveys.models import Question, Wave

REASON = "changed"
Tapped = list[list[Any]]
"""Service, channel, PSU, selection, base weight, draw, first rating, last rating, and how many."""
_OF_RESPONSE = (
    *("service_id", "channel_id", "service_point__code", "respondent", "sampling_unit"),
    *("answered_at", "selection", "base_weight", "draw", "overall"),
)


def tapped_again(wave: Wave, question: Question) -> Tapped | None:
    """Counted once the wave has closed, and kept as they were when it was published; None where
    nobody counted them."""
    if wave.state == Wave.State.OPEN:
        return None
    if wave.state == Wave.State.PUBLISHED:
        return Computation.objects.values_list("tapped_again", flat=True).filter(wave=wave).first()
    revisions = Revision.objects.filter(
        response__wave=wave,
        response__disposition=Response.Disposition.COUNTED,
        reason=REASON,
    )
    columns = [f"response__{name}" for name in _OF_RESPONSE]
    seen: set[int] = set()
    found: Counter[tuple[Any, ...]] = Counter()
    for pk, before, *values in revisions.order_by("response", "number").values_list(
        "response", "before", *columns
    ):
        if pk in seen:  # the first time is what counts
            continue
        seen.add(pk)
        response = dict(zip(_OF_RESPONSE, values, strict=True))
        first, last = before["answers"].get(question.code), response["overall"]
        if first and last and first != last:
            place = response["service_id"], response["channel_id"], psu_of(wave, response)
            weight = str(response["base_weight"]), response["draw"] or 0
            found[*place, response["selection"], *weight, first, last] += 1
    return [[*each, number] for each, number in sorted(found.items())]


def flag_tapped_again(
    weighing: Weighing,
    question: Question,
    counted: Bins,
    scores: Sequence[Score],
    drawn: Sequence[DrawnCell],
    tapped: Tapped | None,
) -> None:
    """Flag the scores of the question whose verdict would be another by the first taps."""
    if tapped:
        first = with_first_taps(counted, tapped)
        flag_otherwise(Flag.TAPPED_AGAIN, weighing, question, first, scores, drawn)


def with_first_taps(counted: Bins, tapped: Tapped) -> Bins:
    """What counts, with the first rating of each in place of the last."""
    histograms = counted.histograms()
    for service, channel, psu, selection, weight, draw, first, last, number in tapped:
        histogram = histograms.get(Bin(service, channel, psu, selection, Decimal(weight), draw))
        if histogram is not None:
            histogram[last - 1] -= number
            histogram[first - 1] += number
    return Bins.of(histograms)
