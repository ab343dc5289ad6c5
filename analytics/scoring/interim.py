"""Looking at an open wave every day without turning luck into a verdict.

Each whole day is one look. A domain's bounds come from a confidence sequence, which holds at all
looks at once [Waudby-Smith and Ramdas 2024]; the published figure uses the closed wave's interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from numpy.typing import NDArray

from analytics.counting.bases import DRAWN
from analytics.counting.tally import TALLIED
from analytics.domain import Domain
from analytics.domains.partitions import Place, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.collapse import FrameCell, collapse
from analytics.estimation.confidence_sequence import BettingSequence, StratifiedSequence
from analytics.estimation.official import decide
from analytics.estimation.values import Interval
from analytics.models import Score, Watch
from analytics.scoring.figures import BEST, RATING, TOP_TWO_BOX
from analytics.scoring.sample import frame_totals
from responses.models import Response
from surveys import clock
from surveys.models import Wave

SMALLEST_CELL = 0.02
"""A cell with a smaller share of its agency's encounters joins its nearest neighbour. The frame
alone decides, before any answer: a look must not choose what is looked at."""

Days = dict[Place, dict[date, NDArray[np.float64]]]


def watch(wave: Wave) -> int:
    """Bring the bounds of every domain of an open wave up to yesterday. Returns how many."""
    yesterday = clock.today() - timedelta(days=1)
    if wave.declared_method().edition > 1:
        return 0
    frame, registry = frame_totals(wave), Registry()
    days = _days(wave, yesterday, registry)
    places = [place for place in sorted(frame) if frame[place]]
    watches = [
        Watch(
            wave=wave,
            level=domain.level,
            agency_id=domain.agency,
            service_id=domain.service,
            channel_id=domain.channel,
            low=bounds.low,
            high=bounds.high,
            through=yesterday,
        )
        for domain, members in _domains(registry, places)
        if (bounds := _bounds(wave, members, frame, days, registry))
    ]
    with transaction.atomic():
        Watch.objects.filter(wave=wave).delete()
        Watch.objects.bulk_create(watches)
    return len(watches)


def is_current(wave: Wave) -> bool:
    """Whether the bounds include yesterday."""
    yesterday = clock.today() - timedelta(days=1)
    return Watch.objects.filter(wave=wave, through__gte=yesterday).exists()


def watched(wave: Wave, scores: Iterable[Score]) -> list[Score]:
    """The scores of an open wave with bounds and verdict that may be looked at daily.

    A domain not watched yet has the widest bounds. Single questions keep their interval: they
    are not judged. Not for saving.
    """
    scores = list(scores)
    if wave.state != Wave.State.OPEN or wave.declared_method().edition > 1:
        return scores
    target = wave.declared_method().target
    found = {w.domain: w for w in Watch.objects.filter(wave=wave)}
    for score in scores:
        if score.is_overall and score.measure == wave.method["measure"]:
            w = found.get(score.domain)
            score.low, score.high = (w.low, w.high) if w else (0.0, 1.0)
            score.verdict = decide(score, target)
            score.needed = None
    return scores


def _days(wave: Wave, last: date, registry: Registry) -> Days:
    """Per place and day, how many answered 1, 2, 3, 4, 5."""
    doubted_count = wave.declared_method().screened == "count"
    counted_too = TALLIED if doubted_count else [Response.Disposition.COUNTED]
    rows = (
        Response.objects.filter(wave=wave, overall__isnull=False, disposition__in=counted_too)
        .exclude(selection=Response.Selection.OWN)
        .order_by()
        .annotate(day=TruncDate("answered_at"))
        .filter(day__lte=last)
        .values_list("selection", "service_id", "channel_id", "day", "overall")
        .annotate(Count("pk"))
    )
    counted = _as_declared(wave, list(rows), registry)
    days: Days = defaultdict(dict)
    for _selection, service, channel, day, rating, count in counted:
        histogram = days[service, channel].setdefault(day, np.zeros(len(RATING)))
        histogram[rating - 1] += count
    return days


def _as_declared(wave: Wave, rows: list[Any], registry: Registry) -> list[Any]:
    """Open responses count here as they do in the scores; who was drawn is decided without a look
    at the answers."""
    rule = wave.declared_method().open_responses
    if rule == "always":
        return rows

    def agency(row: Any) -> int:
        return registry.services[row[1]].agency_id

    drawn = {agency(row) for row in rows if row[0] == DRAWN}
    return [
        row
        for row in rows
        if row[0] == DRAWN or (rule == "until_drawn" and agency(row) not in drawn)
    ]


def _domains(registry: Registry, places: Sequence[Place]) -> Iterable[tuple[Domain, list[Place]]]:
    for partition in registry.partitions(places):
        members: dict[int, list[Place]] = defaultdict(list)
        for place, number in zip(places, partition.label.tolist(), strict=True):
            if number != NOWHERE:
                members[number].append(place)
        for number, domain in enumerate(partition.domains):
            yield domain, members[number]


def _bounds(
    wave: Wave,
    places: Sequence[Place],
    frame: Mapping[Place, int],
    days: Days,
    registry: Registry,
) -> Interval | None:
    """Bounds of a domain: one sequence per agency, each at level 1 − α/k for k agencies, added up
    with the agencies' shares of the encounters. None before the first answer."""
    if not any(place in days for place in places):
        return None
    method = wave.declared_method()
    by_agency: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_agency[registry.services[place[0]].agency_id].append(place)
    level = 1 - (1 - method.level) / len(by_agency)
    total = sum(frame[place] for place in places)
    low = high = 0.0
    for own in by_agency.values():
        share = sum(frame[place] for place in own) / total
        interval = _agency_bounds(own, frame, days, registry, level, method.measure)
        low, high = low + share * interval.low, high + share * interval.high
    if method.measure == "mean_percent":
        low, high = (1 + (BEST - 1) * low) / BEST, (1 + (BEST - 1) * high) / BEST
    return Interval(low, high, method.level, "confidence sequence")


def _agency_bounds(
    places: Sequence[Place],
    frame: Mapping[Place, int],
    days: Days,
    registry: Registry,
    level: float,
    measure: str,
) -> Interval:
    total = sum(frame[place] for place in places)
    groups = collapse(
        [
            FrameCell(
                agency="",
                service=service,
                channel=channel,
                family=registry.channels[channel].family,
                encounters=frame[service, channel],
                responses=frame[service, channel],
            )
            for service, channel in places
        ],
        minimum=int(np.ceil(SMALLEST_CELL * total)),
    )
    values = TOP_TWO_BOX if measure == "top_two_box" else (RATING - 1) / (BEST - 1)
    daily: dict[date, NDArray[np.float64]] = {}
    for place, group in zip(places, groups.group.tolist(), strict=True):
        for day, histogram in days.get(place, {}).items():
            table = daily.setdefault(day, np.zeros((len(groups.totals), len(values))))
            table[group] += histogram
    if len(groups.totals) == 1:
        betting = BettingSequence(level=level)
        for day in sorted(daily):
            betting = betting.update(values, daily[day][0])
        return betting.interval
    weights = [groups.totals[k] for k in range(len(groups.totals))]
    sequence = StratifiedSequence.over(weights, level)
    for day in sorted(daily):
        sequence = sequence.update(values, daily[day])
    return sequence.interval
