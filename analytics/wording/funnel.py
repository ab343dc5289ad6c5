"""A funnel: agencies by how many answers they rest on, and how far chance alone carries them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.estimation.funnel import funnel_limits
from analytics.models import Score

WIDTH, HEIGHT, INSET = 320.0, 190.0, 10.0
STEPS = 24


@dataclass(frozen=True)
class Dot:
    """One agency. `beyond`: LOW or HIGH where chance alone does not carry it there."""

    score: Score
    size: float
    low: float
    high: float
    x: float
    y: float
    beyond: str


@dataclass(frozen=True)
class Funnel:
    dots: list[Dot]
    benchmark: float
    overdispersion: float
    benchmark_y: float
    low_line: str
    high_line: str
    ticks: list[tuple[float, str]]

    @property
    def beyond(self) -> list[Dot]:
        return [dot for dot in self.dots if dot.beyond]

    @property
    def sentence(self) -> str:
        """What the drawing shows, for whoever cannot see it."""
        number = len(self.beyond)
        return ngettext(
            "%(all)s agencies by their size; %(number)s lies outside the limits of chance.",
            "%(all)s agencies by their size; %(number)s lie outside the limits of chance.",
            number,
        ) % {"all": len(self.dots), "number": number}


def funnel(scores: Sequence[Score], benchmark: float, overdispersion: float) -> Funnel | None:
    """The funnel of these shares about `benchmark`; None where there are fewer than three."""
    sized = [(score, score.size or score.n_kish) for score in scores]
    if len(sized) < 3:
        return None
    smallest, largest = (f(size for _score, size in sized) for f in (min, max))
    first, last = math.log(smallest * 0.8), math.log(largest * 1.2)
    least = min(
        *(score.estimate for score, _size in sized),
        funnel_limits(smallest, benchmark, overdispersion=overdispersion).low,
    )
    bottom = math.floor(20 * least) / 20

    def x(size: float) -> float:
        return round(INSET + (WIDTH - 2 * INSET) * (math.log(size) - first) / (last - first), 1)

    def y(share: float) -> float:
        inside = min(max(share, bottom), 1.0)
        return round(HEIGHT - INSET - (HEIGHT - 2 * INSET) * (inside - bottom) / (1 - bottom), 1)

    dots = []
    for score, size in sized:
        limits = funnel_limits(size, benchmark, overdispersion=overdispersion)
        beyond = (
            "LOW" if score.estimate < limits.low else "HIGH" if score.estimate > limits.high else ""
        )
        dots.append(Dot(score, size, limits.low, limits.high, x(size), y(score.estimate), beyond))
    sizes = [math.exp(first + (last - first) * k / STEPS) for k in range(STEPS + 1)]
    lines = [funnel_limits(size, benchmark, overdispersion=overdispersion) for size in sizes]
    return Funnel(
        dots=dots,
        benchmark=benchmark,
        overdispersion=overdispersion,
        benchmark_y=y(benchmark),
        low_line=" ".join(f"{x(s)},{y(each.low)}" for s, each in zip(sizes, lines, strict=True)),
        high_line=" ".join(f"{x(s)},{y(each.high)}" for s, each in zip(sizes, lines, strict=True)),
        ticks=[(y(k / 20), f"{5 * k}") for k in range(round(20 * bottom), 21, 2)],
    )


def beyond_words(beyond: str) -> str:
    return {
        "LOW": _("lower than chance alone explains"),
        "HIGH": _("higher than chance alone explains"),
    }.get(beyond, _("within the limits of chance"))
