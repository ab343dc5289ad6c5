"""All of a list beside each other over the whole width of a page, the highest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.models import Score
from analytics.wording.charts import Axis, Tick, interval_text, mark_of
from analytics.wording.inks import INKS
from analytics.wording.percent import percent

WIDTH, HEIGHT, INSET = 640.0, 140.0, 8.0
MOST_NUMBERED = 40
FULL_SIZE = 14.0
"""Units of width that a mark of full size takes."""


@dataclass(frozen=True)
class Stem:
    """One figure: its interval upright, its mark on it."""

    score: Score
    x: float
    y: float
    low_y: float
    high_y: float
    mark: str
    scale: float
    """Of mark and bar, the same for a whole strip."""

    @property
    def height(self) -> float:
        return round(self.low_y - self.high_y, 1)

    @property
    def width(self) -> float:
        return round(5 * self.scale, 2)

    @property
    def left(self) -> float:
        return round(self.x - self.width / 2, 1)

    @property
    def fill(self) -> str:
        return INKS[self.mark]


@dataclass(frozen=True)
class Strip:
    stems: list[Stem]
    axis: Axis
    sentence: str

    @property
    def numbered(self) -> bool:
        """Whether there is room for the numbers that the table gives them."""
        return len(self.stems) <= MOST_NUMBERED

    @property
    def bars(self) -> dict[str, str]:
        """The intervals of each kind of mark as one path, for pages, which must be small."""
        paths: dict[str, str] = {}
        for stem in self.stems:
            path = f"M{stem.x} {stem.high_y}v{stem.height}"
            paths[stem.mark] = paths.get(stem.mark, "") + path
        return paths

    @property
    def scale(self) -> float:
        return self.stems[0].scale

    @property
    def width(self) -> float:
        return self.stems[0].width

    @property
    def ticks(self) -> list[Tick]:
        """From the top of the axis down."""
        return self.axis.ticks[::-1]

    @property
    def lines(self) -> list[float]:
        return [_y(self.axis, t.share) for t in self.ticks]

    @property
    def target_y(self) -> float:
        return _y(self.axis, self.axis.target)


def strip(scores: Sequence[Score], names: Mapping[int, str], target: float) -> Strip | None:
    """None where fewer than two figures may be shown."""
    shown = sorted((s for s in scores if not s.withheld), key=lambda s: (-s.estimate, -s.low))
    if len(shown) < 2:
        return None
    axis = Axis.around(shown, target)
    step = WIDTH / len(shown)
    stems = [
        Stem(
            score=score,
            x=round(step * (number + 0.5), 1),
            y=_y(axis, score.estimate),
            low_y=_y(axis, score.low),
            high_y=_y(axis, score.high),
            mark=mark_of(score.verdict),
            scale=round(min(step / FULL_SIZE, 1.0), 2),
        )
        for number, score in enumerate(shown)
    ]
    return Strip(stems, axis, _sentence(shown, names, target))


def _y(axis: Axis, share: float) -> float:
    inside = min(max(share, axis.low), axis.high)
    drawn = (HEIGHT - 2 * INSET) * (inside - axis.low) / (axis.high - axis.low)
    return round(HEIGHT - INSET - drawn, 1)


def _sentence(shown: Sequence[Score], names: Mapping[int, str], target: float) -> str:
    """What the drawing shows, for whoever cannot see it."""
    ends = {"highest": shown[0], "lowest": shown[-1]}
    figures = {
        end: f"{percent(score.estimate, target)} %, {interval_text(score, target)}"
        for end, score in ends.items()
    }
    words = {end: f"{names[score.pk]} ({figures[end]})" for end, score in ends.items()}
    return _(
        "%(count)s figures with their intervals, from the highest, %(highest)s, to the lowest,"
        " %(lowest)s; the line stands at %(target)s %%."
    ) % (words | {"count": len(shown), "target": f"{100 * target:g}"})
