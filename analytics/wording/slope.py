"""Surveys of one domain one after the other: the words and the geometry of their slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from analytics.models import Score
from analytics.wording.charts import Axis, interval_text, mark_of
from analytics.wording.inks import INKS
from analytics.wording.percent import percent
from analytics.wording.verdict import verdict_word

WIDTH, HEIGHT, INSET = 320.0, 150.0, 10.0


@dataclass(frozen=True)
class Point:
    """One survey: where it stands, or that its figure is suppressed. `joined` to the one before
    unless the two cannot be compared."""

    score: Score
    x: float
    y: float
    low_y: float
    high_y: float
    mark: str
    word: str
    joined: bool

    @property
    def height(self) -> float:
        return round(self.low_y - self.high_y, 1)

    @property
    def left(self) -> float:
        return round(self.x - 2.5, 1)

    @property
    def fill(self) -> str:
        return INKS[self.mark]

    @property
    def year(self) -> int:
        return self.score.wave.fiscal_year


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Slope:
    points: list[Point]
    target: float
    target_y: float
    ticks: list[tuple[float, str]]

    @property
    def drawn(self) -> list[Point]:
        return [point for point in self.points if not point.score.withheld]

    @property
    def segments(self) -> list[Segment]:
        """Between neighbours that are both shown and may be compared."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return [
            Segment(a.x, a.y, b.x, b.y)
            for a, b in pairs
            if b.joined and not a.score.withheld and not b.score.withheld
        ]

    @property
    def breaks(self) -> list[float]:
        """Where the series is broken: halfway between two surveys that cannot be compared."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return [round((a.x + b.x) / 2, 1) for a, b in pairs if not b.joined]

    @property
    def sentence(self) -> str:
        """What the drawing shows, for whoever cannot see it."""
        said = [
            _("fiscal year %(year)s: %(share)s %% (%(interval)s)")
            % {
                "year": point.year,
                "share": percent(point.score.estimate, self.target),
                "interval": interval_text(point.score, self.target),
            }
            for point in self.drawn
        ]
        return _(
            "Share of satisfied citizens by survey: %(said)s; the target is %(target)s %%."
        ) % {
            "said": ", ".join(said),
            "target": f"{100 * self.target:g}",
        }


def drawable(scores: Sequence[Score]) -> bool:
    """Whether two of them or more have a figure that is shown."""
    return sum(not score.withheld for score in scores) > 1


def slope(scores: Sequence[Score], target: float) -> Slope | None:
    """The slope of these scores of one domain, one a survey, the oldest first; None where fewer
    than two have a figure to draw."""
    if not drawable(scores):
        return None
    axis = Axis.around([score for score in scores if not score.withheld], target)

    y = partial(height_of, axis)

    step = WIDTH / len(scores)
    points = [
        Point(
            score=score,
            x=round(step * (number + 0.5), 1),
            y=y(score.estimate),
            low_y=y(score.low),
            high_y=y(score.high),
            mark=mark_of(score.verdict),
            word=verdict_word(score),
            joined=number == 0 or _comparable(scores[number - 1], score),
        )
        for number, score in enumerate(scores)
    ]
    ticks = [(y(tick / 100), f"{tick}") for tick in range(round(100 * axis.low), 101, 10)]
    return Slope(points, target, y(target), ticks)


def height_of(axis: Axis, share: float) -> float:
    """Where a share stands in the drawing, from its upper edge."""
    inside = min(max(share, axis.low), axis.high)
    return round(HEIGHT - INSET - (HEIGHT - 2 * INSET) * (inside - axis.low) / (1 - axis.low), 1)


def _comparable(before: Score, after: Score) -> bool:
    """Answers that came about in another way are another series."""
    same = ("evidence", "measure", "question")
    return all(getattr(before, name) == getattr(after, name) for name in same)
