"""Scores as figures: the words and the geometry that the templates in figures/ draw.

Nothing here estimates anything; it places and words what a Score says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.estimation.official import Outcome
from analytics.estimation.values import Interval
from analytics.models import Computation, Score
from analytics.wording.inks import INKS, RATING_INKS
from analytics.wording.percent import percent
from analytics.wording.verdict import verdict_word
from surveys.models import Wave
from surveys.thai_dates import format_thai_date

# The plot's own units; a template scales them to the width that it has.
PLOT_WIDTH = 320.0
PLOT_INSET = 8.0
BAR_INSET = 2.0

MARKS = {Outcome.MET: "met", Outcome.NOT_MET: "not-met", Outcome.INCONCLUSIVE: "inconclusive"}


def interval_text(score: Score, target: float | None = None) -> str:
    """The interval with an en dash, "84.9–89.6"."""
    return f"{percent(score.low, target)}–{percent(score.high, target)}"


def mark_of(outcome: str) -> str:
    """The name of a verdict's shape and colour."""
    return MARKS[Outcome(outcome)]


def as_of(wave: Wave) -> date | None:
    """The day to which the wave's scores speak: while it runs that of the last statement, then of
    the last answer, else of the computation."""
    if "_as_of" not in wave.__dict__:  # a page says it many times
        wave.__dict__["_as_of"] = _as_of(wave)
    day: date | None = wave.__dict__["_as_of"]
    return day


def computation_of(wave: Wave) -> Computation | None:
    """Read once a page."""
    if "_computation" not in wave.__dict__:
        wave.__dict__["_computation"] = Computation.objects.filter(wave=wave).first()
    found: Computation | None = wave.__dict__["_computation"]
    return found


def _as_of(wave: Wave) -> date | None:
    computation = computation_of(wave)
    if computation is None:
        return None
    if computation.stated_on:
        return computation.stated_on
    return timezone.localtime(computation.last_answer_at or computation.computed_at).date()


def date_text(day: date) -> str:
    """A day in words, in the Buddhist Era in Thai: 31 มกราคม 2567, 31 January 2024. Of a moment it
    is the day in Thailand."""
    if isinstance(day, datetime):
        day = timezone.localtime(day)
    return format_thai_date(day) if get_language() == "th" else date_format(day, "j F Y")


def domain_name(score: Score) -> str:
    """What a score speaks of, in words: "Driving licence, counter"."""
    match score.level:
        case Score.Level.NATION:
            return _("The nation")
        case Score.Level.MINISTRY | Score.Level.AGENCY:
            return str(score.agency)
        case Score.Level.SERVICE:
            return str(score.service)
        case Score.Level.CHANNEL:
            return str(score.channel)
        case Score.Level.SERVICE_CHANNEL:
            whole: object = score.service
        case Score.Level.SERVICE_POINT:
            return _("%(service)s, %(channel)s, %(point)s") % {
                "service": score.service,
                "channel": score.channel,
                "point": score.service_point,
            }
        case _:
            whole = score.agency
    return _("%(whole)s, %(channel)s") % {"whole": whole, "channel": score.channel}


def standing_words(standing: str) -> str:
    """Where a figure stands in its list."""
    match standing:
        case "BEST":
            return _("as good as the best")
        case "WORST":
            return _("as low as the lowest")
        case "BETWEEN":
            return _("between the two")
        case "EITHER":
            return _("cannot be told from the others")
    return ""


@dataclass(frozen=True)
class Axis:
    """A stretch of the scale from `low` to `high` (shares of one) that holds every interval."""

    low: float
    high: float
    target: float

    @classmethod
    def around(cls, scores: Iterable[Score | Interval], target: float) -> Axis:
        """Up to 100 %, from the highest of 80, 70 … 40, 20 and 0 % below all that is to be shown.

        Few possible axes, so that two plots mostly share one and can be compared.
        """
        least = min((*(score.low for score in scores), target))
        return cls(
            next(low for low in (0.8, 0.7, 0.6, 0.5, 0.4, 0.2, 0.0) if least >= low), 1.0, target
        )

    def x(self, share: float) -> float:
        """Where a share stands, in the plot's units."""
        inside = min(max(share, self.low), self.high)
        width = PLOT_WIDTH - 2 * PLOT_INSET
        return round(PLOT_INSET + width * (inside - self.low) / (self.high - self.low), 1)

    @cached_property
    def target_x(self) -> float:
        return self.x(self.target)

    @cached_property
    def grid(self) -> str:
        """Upright lines at the ticks as a path, which every row draws."""
        return "".join(f"M{tick.x} 0V36" for tick in self.ticks)

    @cached_property
    def ticks(self) -> list[Tick]:
        """Evenly spaced over the whole axis; those without a word keep the others in place."""
        step = 5 if self.low >= 0.7 else 10
        crowded = self.low < 0.4
        target = round(100 * self.target, 6)
        return [
            Tick(
                x=self.x(value / 100),
                label=""
                if crowded and value != target and (value % 20 or value > target)
                else str(value),
                is_target=value == target,
                share=value / 100,
            )
            for value in range(round(100 * self.low), round(100 * self.high) + 1, step)
        ]


@dataclass(frozen=True)
class Tick:
    x: float
    label: str
    is_target: bool
    share: float = 0.0


@dataclass(frozen=True)
class PlotRow:
    """One score in an interval plot; without geometry where it is withheld."""

    score: Score
    name: str
    mark: str
    word: str
    withheld: bool
    low_x: float
    x: float
    high_x: float
    url: str = ""
    other: Score | None = None

    @property
    def width(self) -> float:
        return round(self.high_x - self.low_x, 1)

    @property
    def care(self) -> bool:
        """Whether the row is to be read with care; its flags say why."""
        return bool(self.score.flags) and not self.withheld

    @property
    def fill(self) -> str:
        return INKS[self.mark]


@dataclass(frozen=True)
class IntervalPlot:
    """Scores side by side against one axis: chart and table at once."""

    rows: list[PlotRow]
    axis: Axis
    verdicts: bool
    level: float

    @property
    def target(self) -> float:
        return self.axis.target

    @property
    def other_measure(self) -> str:
        """The measure of the column beside the plotted one; empty without it."""
        return next((row.other.measure for row in self.rows if row.other), "")

    @property
    def columns(self) -> int:
        """Columns beside the name."""
        return 4 + self.verdicts + bool(self.other_measure)

    @property
    def has_care(self) -> bool:
        return any(row.care for row in self.rows)

    @property
    def has_withheld(self) -> bool:
        return any(row.withheld for row in self.rows)


def interval_plot(
    scores: Sequence[Score],
    target: float,
    *,
    level: float = 0.95,
    sort: bool = True,
    verdicts: bool = True,
    axis: Axis | None = None,
    names: dict[int, str] | None = None,
    urls: dict[int, str] | None = None,
    others: dict[int, Score | None] | None = None,
) -> IntervalPlot:
    """The plot of these scores, best first. `names`, `urls` and `others` (the score on the
    other measure) by the score's id.

    Withheld scores come last, whatever they would say. `verdicts=False` for scores on which the
    target does not rule: single questions.
    """
    shown = [score for score in scores if not score.withheld]
    axis = axis or Axis.around(shown, target)
    if sort:
        shown.sort(key=lambda score: (-score.estimate, -score.low))
    ordered = shown + [score for score in scores if score.withheld]
    return IntervalPlot(
        rows=[
            PlotRow(
                score=score,
                name=(names or {}).get(score.pk) or domain_name(score),
                mark=mark_of(score.verdict) if verdicts else "plain",
                word=verdict_word(score),
                withheld=score.withheld,
                low_x=axis.x(score.low),
                x=axis.x(score.estimate),
                high_x=axis.x(score.high),
                url=(urls or {}).get(score.pk, ""),
                other=(others or {}).get(score.pk),
            )
            for score in ordered
        ],
        axis=axis,
        verdicts=verdicts,
        level=level,
    )


@dataclass(frozen=True)
class RatingStep:
    """One of the five ratings in a stacked bar."""

    rating: int
    count: int
    share: float
    x: float
    width: float

    @property
    def fill(self) -> str:
        return RATING_INKS[self.rating - 1]

    @property
    def drawn_width(self) -> float:
        """A little short, so that neighbours stand apart without their colours."""
        return round(max(self.width - 0.8, 0.0), 1)


class Rated(Protocol):
    """Answers from 1 to 5 to one question: a score, or what no score is made of."""

    @property
    def pk(self) -> int: ...
    @property
    def n(self) -> int: ...
    @property
    def distribution(self) -> list[int]: ...
    @property
    def withheld(self) -> bool: ...


@dataclass(frozen=True)
class RatingRow:
    """The answers to one question as a bar, and as the shares behind it."""

    score: Rated
    name: str
    steps: list[RatingStep]


@dataclass(frozen=True)
class RatingBars:
    """Bars under each other that share one scale; `middle` is where the third rating is centred."""

    rows: list[RatingRow]
    middle: float


def rating_bars(scores: Sequence[Rated], names: dict[int, str] | None = None) -> RatingBars:
    """The bars of these scores, in the order given; a withheld score has none."""
    shares = [[] if score.withheld else _shares(score.distribution) for score in scores]
    drawn = [each for each in shares if each]
    left = max((each[0] + each[1] + each[2] / 2 for each in drawn), default=0.5)
    right = max((each[2] / 2 + each[3] + each[4] for each in drawn), default=0.5)
    full = (PLOT_WIDTH - 2 * BAR_INSET) / (left + right)
    middle = round(BAR_INSET + full * left, 1)
    rows = [
        RatingRow(
            score=score,
            name=(names or {}).get(score.pk, ""),
            steps=_steps(score.distribution, each, middle, full),
        )
        for score, each in zip(scores, shares, strict=True)
    ]
    return RatingBars(rows, middle)


def _shares(distribution: Sequence[int]) -> list[float]:
    total = sum(distribution)
    return [count / total for count in distribution] if len(distribution) == 5 and total else []


def _steps(
    distribution: Sequence[int], shares: list[float], middle: float, full: float
) -> list[RatingStep]:
    if not shares:
        return []
    x = middle - full * (shares[0] + shares[1] + shares[2] / 2)
    steps = []
    for rating, (count, share) in enumerate(zip(distribution, shares, strict=True), start=1):
        steps.append(RatingStep(rating, count, share, round(x, 1), round(full * share, 1)))
        x += full * share
    return steps
