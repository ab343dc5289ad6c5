"""How many citizens to invite: by cell of the frame, for a precision or for a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from django.db.models import Sum

from analytics.estimation.official import Rule
from analytics.estimation.planning import (
    invitations,
    krejcie_morgan,
    proportional_allocation,
    responses_for_robust_verdict,
    responses_for_verdict,
    responses_for_width,
    yamane,
)
from analytics.estimation.values import Interval
from analytics.planning.spread import Earlier
from surveys.models import Agency, Channel, FrameCell, Service, Wave

Unit = Literal["cell", "agency"]
STEP = 0.005
"""Expected shares are planned with in steps of half a per cent: nobody knows them better."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted. `half_width`, a share of one, or else a verdict with `power`, which is
    `robust` where `gamma` is given; in each cell, or in each agency. `share` is expected where no
    earlier wave tells; `rule` judges the wave."""

    half_width: float | None
    power: float
    target: float
    unit: Unit
    share: float
    response_rate: float
    deff: float
    rule: Rule
    gamma: float | None = None

    def responses(self, share: float) -> int | None:
        """None where no number decides: the share expected is as good as the target, or too near
        to it for a robust verdict at this response rate."""
        share = round(share / STEP) * STEP
        if self.half_width is not None:
            return _for_width(share, self.half_width, self.deff, self.rule)
        if abs(share - self.target) < STEP / 2:
            return None
        if self.gamma is None:
            return _for_verdict(share, self.target, self.power, self.deff, self.rule)
        return _for_robust_verdict(share, self)


@lru_cache(2_000)
def _for_width(share: float, half: float, deff: float, rule: Rule) -> int:
    return responses_for_width(share, 2 * half, deff=deff, rule=rule)


@lru_cache(2_000)
def _for_verdict(share: float, target: float, power: float, deff: float, rule: Rule) -> int | None:
    return responses_for_verdict(share, target, power=power, deff=deff, rule=rule)


@lru_cache(2_000)
def _for_robust_verdict(share: float, wish: Wish) -> int | None:
    assert wish.gamma is not None
    return responses_for_robust_verdict(
        share,
        wish.target,
        response_rate=wish.response_rate,
        gamma=wish.gamma,
        power=wish.power,
        deff=wish.deff,
        rule=wish.rule,
    )


@dataclass(frozen=True)
class Row:
    """A cell of the plan. `responses` are wanted; `expected` are those that come, which are fewer
    where all encounters together are too few. None: no number would decide."""

    agency: Agency
    service: Service
    channel: Channel
    encounters: int
    share: float
    from_earlier: bool
    responses: int | None
    invited: int | None
    expected: int | None
    low: float | None
    high: float | None
    of_agency: Interval | None = None

    @property
    def half_width(self) -> float | None:
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def too_few(self) -> bool:
        """Even if everybody is asked."""
        return self.responses is None or (self.expected or 0) < self.responses


@dataclass(frozen=True)
class Plan:
    rows: Sequence[Row]
    encounters: int
    responses: int
    invited: int
    short: int
    undecidable: int
    yamane: int
    krejcie_morgan: int


def plan_for(wave: Wave, agencies: Iterable[int], before: Earlier, wish: Wish) -> Plan:
    """The plan for these agencies' cells in the frame of the wave."""
    cells = _cells(wave, agencies)
    wanted = _wanted(cells, before, wish)
    rows = [_row(cell, before, wish, wanted[index]) for index, cell in enumerate(cells)]
    if wish.unit == "agency":
        rows = _with_agencies(rows, wish)
    encounters = sum(row.encounters for row in rows)
    return Plan(
        rows=rows,
        encounters=encounters,
        responses=sum(row.expected or 0 for row in rows),
        invited=sum(row.invited or 0 for row in rows),
        short=sum(row.responses is not None and row.too_few for row in rows),
        undecidable=sum(row.responses is None for row in rows),
        yamane=yamane(encounters) if encounters else 0,
        krejcie_morgan=krejcie_morgan(encounters) if encounters else 0,
    )


@dataclass(frozen=True)
class _Cell:
    service: Service
    channel: Channel
    encounters: int

    @property
    def place(self) -> tuple[int, int]:
        return self.service.pk, self.channel.pk


def _cells(wave: Wave, agencies: Iterable[int]) -> list[_Cell]:
    """The cells with any encounter, agency by agency."""
    totals = (
        FrameCell.objects.filter(frame=wave.frame_id, service__agency__in=list(agencies))
        .order_by("service__agency__code", "service__code", "channel__position", "channel__code")
        .values_list("service", "channel")
        .annotate(total=Sum("encounters"))
    )
    services = Service.objects.select_related("agency").in_bulk()
    channels = Channel.objects.in_bulk()
    return [
        _Cell(services[service], channels[channel], total)
        for service, channel, total in totals
        if total
    ]


def _share(cell: _Cell, before: Earlier, wish: Wish) -> float:
    share = before.share(cell.place)
    return wish.share if share is None else share


def _wanted(cells: Sequence[_Cell], before: Earlier, wish: Wish) -> list[int | None]:
    """Responses of each cell; an agency's are divided among its cells by encounters."""
    if wish.unit == "cell":
        return [wish.responses(_share(cell, before, wish)) for cell in cells]
    wanted: list[int | None] = [None] * len(cells)
    of_agency: dict[int, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        of_agency[cell.service.agency_id].append(index)
    for indexes in of_agency.values():
        sizes = [cells[index].encounters for index in indexes]
        shares = [_share(cells[index], before, wish) for index in indexes]
        mean = sum(n * p for n, p in zip(sizes, shares, strict=True)) / sum(sizes)
        number = wish.responses(mean)
        if number is not None:
            divided = proportional_allocation(max(number, 2 * len(sizes)), sizes)
            for index, part in zip(indexes, divided, strict=True):
                wanted[index] = int(part)
    return wanted


def _with_agencies(rows: Sequence[Row], wish: Wish) -> list[Row]:
    """Each row with the interval of its whole agency. Its responses are divided by encounters, so
    they count nearly as one simple random sample."""
    expected: dict[int, float] = defaultdict(float)
    satisfied: dict[int, float] = defaultdict(float)
    for row in rows:
        expected[row.agency.pk] += (row.expected or 0) / wish.deff
        satisfied[row.agency.pk] += (row.expected or 0) / wish.deff * row.share
    intervals = {
        agency: wish.rule.interval_at(satisfied[agency] / size, size)
        for agency, size in expected.items()
        if size
    }
    return [replace(row, of_agency=intervals.get(row.agency.pk)) for row in rows]


def _row(cell: _Cell, before: Earlier, wish: Wish, responses: int | None) -> Row:
    share = _share(cell, before, wish)
    invited = expected = low = high = None
    if responses is not None:
        invited = min(invitations(responses, wish.response_rate), cell.encounters)
        expected = min(round(invited * wish.response_rate), responses)
        if expected:
            size = expected / wish.deff
            interval = wish.rule.interval_at(share, size)
            low, high = interval.low, interval.high
    return Row(
        agency=cell.service.agency,
        service=cell.service,
        channel=cell.channel,
        encounters=cell.encounters,
        share=share,
        from_earlier=before.share(cell.place) is not None,
        responses=responses,
        invited=invited,
        expected=expected,
        low=low,
        high=high,
    )
