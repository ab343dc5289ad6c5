"""Importance against performance: questions by how much goes with them, and how they are rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from analytics.models import Importance, Score

WIDTH, HEIGHT, INSET = 320.0, 220.0, 14.0


@dataclass(frozen=True)
class Point:
    """One question: its number in the drawing and the table, its figure, its share of what is
    explained. `low`: below the mean of all agencies; `important`: more than an equal share."""

    number: int
    text: str
    score: Score
    share: float
    share_low: float
    share_high: float
    low: bool
    important: bool
    x: float
    y: float
    x_low: float
    x_high: float
    y_low: float
    y_high: float


@dataclass(frozen=True)
class Quadrant:
    points: list[Point]
    mean: float
    mean_y: float
    equal_x: float
    n: int

    @property
    def first(self) -> list[Point]:
        """Low and important, the most important first."""
        found = [point for point in self.points if point.low and point.important]
        return sorted(found, key=lambda point: -point.share)

    @property
    def sentence(self) -> str:
        """What the drawing shows, for whoever cannot see it."""
        return ngettext(
            "%(all)s questions by their share of what goes with the overall rating and by how"
            " many are satisfied; %(count)s is low and important.",
            "%(all)s questions by their share of what goes with the overall rating and by how"
            " many are satisfied; %(count)s are low and important.",
            len(self.first),
        ) % {"all": len(self.points), "count": len(self.first)}


def quadrant(
    found: Importance, items: Sequence[Score], texts: Mapping[str, str], mean: float
) -> Quadrant | None:
    """None where fewer than two of these questions have both figures."""
    both = [item for item in items if not item.withheld and item.question in found.shares]
    if len(both) < 2:
        return None
    equal = 1 / len(found.shares)
    shares = [bound for item in both for bound in found.shares[item.question][1:]]
    left, wide = min(equal, *shares), max(equal, *shares) - min(equal, *shares)
    rated = [bound for item in both for bound in (item.low, item.high)]
    bottom, tall = min(mean, *rated), max(mean, *rated) - min(mean, *rated)

    def x(share: float) -> float:
        return round(INSET + (WIDTH - 2 * INSET) * (share - left) / (wide or 1), 1)

    def y(share: float) -> float:
        return round(HEIGHT - INSET - (HEIGHT - 2 * INSET) * (share - bottom) / (tall or 1), 1)

    def point(number: int, item: Score) -> Point:
        share, low, high = found.shares[item.question]
        return Point(
            number=number,
            text=texts.get(item.question, item.question),
            score=item,
            share=share,
            share_low=low,
            share_high=high,
            low=item.estimate < mean,
            important=share >= equal,
            x=x(share),
            y=y(item.estimate),
            x_low=x(low),
            x_high=x(high),
            y_low=y(item.low),
            y_high=y(item.high),
        )

    points = [point(number, item) for number, item in enumerate(both, 1)]
    return Quadrant(points, mean, y(mean), x(equal), found.n)
