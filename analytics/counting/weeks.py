"""An agency's answers week by week, as they may be shown.

While a wave runs they are read off the stated counts, which move in steps of ten, once a day: a
week is what was stated in it. Of a wave that is over the weeks are those in which people answered,
read once. Weeks with too few answers are joined to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncWeek

from analytics.counting.stated import shown_count
from analytics.models import TallyCell, WeekCount
from responses.models import Response
from surveys import clock
from surveys.kinds.rating import RATINGS
from surveys.models import Wave

FEWEST = 20
"""Answers in a week that is shown; the chart's false alarms are stated for as many."""
COUNTS = ("answers", "rated", "satisfied", "flagged")
SATISFIED = RATINGS[3:]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def record(wave: Wave) -> None:
    """Note where every agency of a running wave stands today; once a day is enough."""
    today = clock.today()
    if WeekCount.objects.filter(wave=wave, looked_on=today).exists():
        return
    _keep(
        [
            WeekCount(wave=wave, week=monday(today), looked_on=today, **found)
            for found in _standing(wave)
        ]
    )


def _standing(wave: Wave) -> Iterable[Any]:
    shown = shown_count(wave)
    official, rating = Q(screened=False), Q(value__in=RATINGS)
    question = wave.questionnaire.questions.get(is_overall=True).code
    cells = TallyCell.objects.filter(wave=wave, question=question).exclude(
        selection=Response.Selection.OWN
    )
    return (
        cells.order_by()
        .values(agency_id=F("service__agency_id"))
        .annotate(
            answers=Sum("count", default=0),
            rated=Sum(shown, filter=official & rating, default=0),
            satisfied=Sum(shown, filter=official & Q(value__in=SATISFIED), default=0),
            flagged=Sum(shown, filter=Q(screened=True) & rating, default=0),
        )
    )


def read_back(wave: Wave) -> None:
    """The weeks of a wave that is over and was not watched while it ran."""
    if WeekCount.objects.filter(wave=wave).exists() or wave.answers_deleted_at:
        return
    total: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    rows = []
    for found in _by_week(wave):
        agency, week = found.pop("agency"), found.pop("week").date()
        for name, number in found.items():
            total[agency][name] += number
        until = week + timedelta(days=6)
        rows.append(
            WeekCount(wave=wave, agency_id=agency, week=week, looked_on=until, **total[agency])
        )
    _keep(rows)


def finish(wave: Wave) -> None:
    """Of a wave that is over: what its last notes leave over belongs to the last week, so that the
    weeks add up to what counts."""
    read_back(wave)
    last = {agency: rows[-1] for agency, rows in rows_of(wave).items()}
    for found in _standing(wave) if last else ():
        row = last.get(found["agency_id"]) or WeekCount(
            wave=wave, week=monday(wave.ends_on), looked_on=wave.ends_on
        )
        if any(getattr(row, name) != value for name, value in found.items()):
            for name, value in found.items():
                setattr(row, name, value)
            row.save()


def _by_week(wave: Wave) -> Iterable[Any]:
    counted, screened = (
        Q(disposition=each)
        for each in (Response.Disposition.COUNTED, Response.Disposition.SCREENED)
    )
    rating = Q(overall__in=RATINGS)
    return (
        Response.objects.filter(wave=wave)
        .exclude(selection=Response.Selection.OWN)
        .order_by()
        .values(agency=F("service__agency_id"), week=TruncWeek("answered_at"))
        .annotate(
            answers=Count("pk", filter=counted | screened),
            rated=Count("pk", filter=counted & rating),
            satisfied=Count("pk", filter=counted & Q(overall__in=SATISFIED)),
            flagged=Count("pk", filter=screened & rating),
        )
        .order_by("week", "agency")
    )


def _keep(rows: Sequence[WeekCount]) -> None:
    WeekCount.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["wave", "agency", "week"],
        update_fields=["looked_on", *COUNTS],
    )


def rows_of(wave: Wave) -> dict[int, list[WeekCount]]:
    """The rows of each agency, by primary key, in their order."""
    found: dict[int, list[WeekCount]] = defaultdict(list)
    for row in WeekCount.objects.filter(wave=wave).order_by("week"):
        row.wave = wave
        found[row.agency_id].append(row)
    return found


@dataclass(frozen=True)
class Week:
    """What came in a week, or in several that had too few answers each, the last of which begins
    on `monday`."""

    wave: Wave
    monday: date
    rated: int
    satisfied: int
    flagged: int

    @property
    def share(self) -> float:
        return self.satisfied / self.rated


def weeks_of(rows: Sequence[WeekCount]) -> list[Week]:
    """The weeks of one agency in one wave, from its rows in their order, each with enough answers.
    While the wave runs the week that is not over is left out; of one that is over nothing is left
    out, for the rest would follow from its figures."""
    return [_week(before, row) for before, row in pairwise(cuts_of(rows)) if row]


def cuts_of(rows: Sequence[WeekCount]) -> list[WeekCount | None]:
    """None, and then the row that ends each of `weeks_of`."""
    running = bool(rows) and rows[0].wave.state == Wave.State.OPEN
    if running:
        rows = [row for row in rows if row.week < monday(clock.today())]
    cuts: list[WeekCount | None] = [None]
    for row in rows:
        if _enough(cuts[-1], row):
            cuts.append(row)
    if not running and len(cuts) > 1:
        del cuts[-1]
        while len(cuts) > 1 and not _enough(cuts[-1], rows[-1]):
            del cuts[-1]
        cuts.append(rows[-1])
    return cuts


def _enough(before: WeekCount | None, row: WeekCount) -> bool:
    rated, satisfied, flagged = _since(before, row)
    return rated >= FEWEST and 0 <= satisfied <= rated and flagged >= 0


def _since(before: WeekCount | None, row: WeekCount) -> tuple[int, int, int]:
    rated, satisfied, flagged = (
        getattr(row, name) - (getattr(before, name) if before else 0) for name in COUNTS[1:]
    )
    return rated, satisfied, flagged


def _week(before: WeekCount | None, row: WeekCount) -> Week:
    return Week(row.wave, row.week, *_since(before, row))
