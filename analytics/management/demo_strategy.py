"""The demonstration's strategy: Thailand's real history in the EGDI, and made-up registers."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from analytics.models import IndicatorValue
from analytics.scorecard.years import BEGAN, ENDS, FIRST_YEAR, first_day, last_day
from surveys import clock
from surveys.models import Agency, Frame, FrameCell, Process, Undertaking, User, Wave
from surveys.registry import shipped_agencies
from surveys.thai_dates import BUDDHIST_ERA

EGDI = Path(__file__).parents[1] / "data" / "egdi_thailand.csv"
ELIGIBLE, NOT_ELIGIBLE = 2420, 180
FULLY_BEFORE, FULLY, PARTLY = 420, 1105, 700
PORTAL_SHARE, GROWTH, CHANCE = 0.14, 0.095, 0.02
"""Of the first quarter; what each adds on the logit scale, and its chance."""
COUNTS = {
    Undertaking.Kind.TRANSFER: 40,
    Undertaking.Kind.INFRASTRUCTURE: 24,
    Undertaking.Kind.INNOVATION: 30,
    Undertaking.Kind.COLLABORATION: 18,
}
EVIDENCE = "simulated"


@transaction.atomic
def demo_strategy(wave: Wave, seed: int) -> None:
    """Fill registers, portals and history once. `wave` is one whose frame says who uses what."""
    if Process.objects.exists():
        return
    draw = random.Random(seed)  # noqa: S311 (made-up records, not secrets)
    today = clock.today()
    agencies = list(Agency.objects.filter(code__in=shipped_agencies()).order_by("code"))
    _enter_history()
    Process.objects.bulk_create(_processes(agencies, draw, today), batch_size=1000)
    Undertaking.objects.bulk_create(_undertakings(agencies, draw, today))
    _count_by_quarter(wave.frame, draw, today)


def _enter_history() -> None:
    """Entered by one account of the demonstration, approved by the other."""
    author, approver = (User.objects.get(username=name) for name in ("opdc", "approver"))
    now = clock.now()
    with EGDI.open(encoding="utf-8") as file:
        IndicatorValue.objects.bulk_create(
            IndicatorValue(
                indicator=indicator,
                fiscal_year=int(row["year"]) + BUDDHIST_ERA,
                value=float(row[column]),
                as_of=last_day(int(row["year"]) + BUDDHIST_ERA),
                source=row["source"],
                link=row["link"],
                entered_by=author,
                entered_at=now,
                state=IndicatorValue.State.APPROVED,
                decided_by=approver,
                decided_at=now,
            )
            for row in csv.DictReader(file)
            for indicator, column in (
                ("egdi_rank", "rank"),
                ("egdi_score", "egdi"),
                ("osi_score", "osi"),
            )
            if row[column]
        )


def _processes(agencies: list[Agency], draw: random.Random, today: date) -> Iterator[Process]:
    for n in range(ELIGIBLE + NOT_ELIGIBLE):
        state, since = _state(n, draw, today)
        yield Process(
            agency=agencies[n % len(agencies)],
            code=f"SIM-P{n + 1:04}",
            name_th=f"กระบวนงานจำลองที่ {n + 1}",
            name_en=f"Simulated process {n + 1}",
            eligible=n < ELIGIBLE,
            digital_state=state,
            since=since,
            evidence=EVIDENCE if since else "",
            simulated=True,
        )


def _state(n: int, draw: random.Random, today: date) -> tuple[str, date | None]:
    """The first are fully digital, the earliest of them since before the strategy."""
    if n < FULLY_BEFORE:
        return Process.Digital.FULLY, BEGAN - timedelta(days=draw.randrange(1500))
    if n < FULLY + PARTLY:
        state = Process.Digital.FULLY if n < FULLY else Process.Digital.PARTLY
        return state, today - timedelta(days=draw.randrange((today - BEGAN).days))
    return Process.Digital.NONE, None


def _undertakings(
    agencies: list[Agency], draw: random.Random, today: date
) -> Iterator[Undertaking]:
    names = {
        Undertaking.Kind.TRANSFER: ("การถ่ายโอนจำลองที่", "Simulated transfer"),
        Undertaking.Kind.INFRASTRUCTURE: (
            "โครงการโครงสร้างพื้นฐานจำลองที่",
            "Simulated infrastructure project",
        ),
        Undertaking.Kind.INNOVATION: ("โครงการนวัตกรรมจำลองที่", "Simulated innovation project"),
        Undertaking.Kind.COLLABORATION: ("ความร่วมมือจำลองที่", "Simulated collaboration"),
    }
    for kind, count in COUNTS.items():
        thai, english = names[kind]
        for n in range(1, count + 1):
            planned = BEGAN + (ENDS - BEGAN) * n / count
            done = planned + timedelta(days=draw.choice((-60, -30, -20, -10, 0, 0, 45)))
            budget = Decimal(draw.randrange(5, 80)) * 1_000_000
            is_done = done <= today
            with_money = kind == Undertaking.Kind.INFRASTRUCTURE
            yield Undertaking(
                agency=draw.choice(agencies),
                kind=kind,
                code=f"SIM-{kind[:3].upper()}{n:02}",
                name_th=f"{thai} {n}",
                name_en=f"{english} {n}",
                planned_on=planned,
                done_on=done if is_done else None,
                budget=budget if with_money else None,
                spent=budget * draw.choice((90, 95, 100, 100, 108)) / 100
                if with_money and is_done
                else None,
                partner="หน่วยงานจำลอง"
                if kind in (Undertaking.Kind.TRANSFER, Undertaking.Kind.COLLABORATION)
                else "",
                evidence=EVIDENCE if is_done else "",
                simulated=True,
            )


def _count_by_quarter(like: Frame, draw: random.Random, today: date) -> None:
    """A frame of the quarters that have ended, with the cells of another, in which portals grow."""
    cells = list(like.cells.select_related("channel"))
    whole = sum(cell.encounters for cell in cells)
    by_portal = sum(cell.encounters for cell in cells if cell.channel.portal) / whole
    frame = Frame.objects.create(
        code="SIM-QUARTERS", source=f"simulation of encounters by quarter, like {like.code}"
    )
    made = []
    for k, (starts, ends) in enumerate(_quarters(today)):
        share = _logistic(
            math.log(PORTAL_SHARE / (1 - PORTAL_SHARE)) + GROWTH * k + draw.gauss(0, CHANCE)
        )
        for cell in cells:
            times = share / by_portal if cell.channel.portal else (1 - share) / (1 - by_portal)
            made.append(
                FrameCell(
                    frame=frame,
                    service_id=cell.service_id,
                    channel_id=cell.channel_id,
                    starts_on=starts,
                    ends_on=ends,
                    encounters=round(cell.encounters / 4 * times),
                )
            )
    FrameCell.objects.bulk_create(made, batch_size=1000)


def _quarters(today: date) -> Iterator[tuple[date, date]]:
    starts = first_day(FIRST_YEAR)
    while True:
        month = starts.month + 3
        next_one = date(starts.year + (month > 12), (month - 1) % 12 + 1, 1)
        ends = next_one - timedelta(days=1)
        if ends > min(today, ENDS):
            return
        yield starts, ends
        starts = next_one


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
