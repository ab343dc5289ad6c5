"""Whose encounters an agency's answers speak for: shares by channel, side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from analytics.dashboards.pages import AgencyScores
from surveys.models import Agency, Channel, Wave


@dataclass(frozen=True)
class Heard:
    """A channel's part of the encounters and of the answers; `answers` is None where that number
    is suppressed."""

    channel: Channel
    encounters: int
    answers: int | None
    of_encounters: float
    of_answers: float | None

    @property
    def encounters_width(self) -> float:
        return round(100 * self.of_encounters, 1)

    @property
    def answers_width(self) -> float:
        return round(100 * (self.of_answers or 0.0), 1)


def heard(scores: AgencyScores) -> list[Heard]:
    """Every channel of the agency's part of the frame, the least heard first."""
    whole = scores.headline()
    encounters = encounters_by_channel(scores.wave, scores.agency)
    if whole is None or whole.withheld or not encounters:
        return []
    found = {s.channel: None if s.withheld else s.n for s in scores.channels()}
    total = sum(encounters.values())
    rows = [
        Heard(channel, number, n, number / total, None if n is None else n / max(whole.n, 1))
        for channel, number in encounters.items()
        for n in [found.get(channel, 0)]
    ]
    return sorted(rows, key=lambda row: (row.of_answers or 0.0) - row.of_encounters)


def encounters_by_channel(wave: Wave, agency: Agency) -> Counter[Channel]:
    """Encounters of the agency's own services, and of those directly below it."""
    own, below = Q(service__agency=agency), Q(service__agency__parent=agency)
    cells = wave.frame.cells.filter(own | below).select_related("channel")
    total: Counter[Channel] = Counter()
    for cell in cells.filter(encounters__gt=0):
        total[cell.channel] += cell.encounters
    return total


def least_heard(rows: list[Heard]) -> Heard | None:
    """The channel whose share of the answers is furthest below its share of the encounters."""
    known = [row for row in rows if row.of_answers is not None]
    first = next(iter(known), None)
    behind = first is not None and (first.of_answers or 0.0) < first.of_encounters
    return first if behind else None
