"""Whether a verdict rests on answers whose exclusion one may dispute, or an attack was repelled."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain

from analytics.counting.bases import Bin, Bins
from analytics.estimation.verdict import Flag
from analytics.models import Score
from responses.models import AgencyScreening
from surveys.kinds.rating import RATINGS
from surveys.models import Wave


def with_disputed(wave: Wave, counted: Bins) -> Bins | None:
    """What counts, and of what screening set aside all but what mechanical rules did alone. None
    where nobody noted which that is, as in waves that were screened before."""
    noted = list(AgencyScreening.objects.filter(wave=wave).values_list("disputed", flat=True))
    if not noted or None in noted:
        return None
    histograms = counted.histograms()
    for service, channel, selection, weight, rating, number in chain.from_iterable(
        filter(None, noted)
    ):
        each = Bin(service, channel, selection=selection, base_weight=Decimal(weight))
        histogram = histograms.setdefault(each, [0] * len(RATINGS))
        histogram[rating - 1] += number
    return Bins.of(histograms)


def screening_flag(score: Score, screened: str, disputed: str | None) -> Flag | None:
    """What to say of screening beside a verdict, by the verdicts with all that was set aside and
    with the disputed part of it alone, where that is known."""
    if disputed is None:
        return Flag.FLAGGED if screened != score.verdict else None
    if disputed != score.verdict:
        return Flag.FLAGGED
    return Flag.REPELLED if screened != score.verdict else None
