"""A simulated wave whose true satisfaction is known, to hold estimates against the truth.

Every quantity follows from the seed and the registry. Nothing here looks like a real result: the
wave is marked as simulated and says so on every page and PDF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from responses.intake.door import Door, Submission
from responses.models import Response
from responses.models.columns import Checked
from responses.simulation.comments import written
from surveys.kinds import kind_of
from surveys.models import Channel, Service, ServicePoint, Wave
from surveys.registry import shipped_agencies

RESPONSES = 54_500
"""Aimed at; rarely used cells answer less, so that about 50,000 come of it."""
CHANNELS_PER_SERVICE = 4
ANSWERS_ITEMS = 0.6
"""Share of citizens who go on from the overall rating to the other questions."""
YEAR_BEFORE = "of the year before"
READIER = 1.1
"""How much more readily the satisfied answer, so that those who do not have something to show."""
RARELY_USED = 0.06
"""Share of cells with few encounters and hardly an answer, so that thin cells are seen."""
CHANGED = {"DLT": 1.0, "DOE": 1.0, "IMM": -1.0}
"""What became better or worse after the year before, on the logit scale; no other agency's truth
moved. An earlier wave has something to find, and much that must not be found."""
UNEVEN = {"DOPA", "SSO"}
"""Agencies whose first service point had half of the discontented of the others."""
BATCH = 2_000
DAY, BANGKOK = 86_400, 7 * 3_600  # seconds


@dataclass(frozen=True, eq=False)
class SimulatedCell:
    """One service on one channel: its encounters, its responses, and the truth about it."""

    service: Service
    channel: Channel
    encounters: int
    responses: int
    asked: int
    """Of whom so many are drawn, where the wave is a drawn one."""
    probabilities: NDArray[np.float64]
    """True shares of the ratings 1, 2, 3, 4, 5."""

    @property
    def of_respondents(self) -> NDArray[np.float64]:
        """Shares of the ratings among those who answer: the satisfied a little more readily."""
        rate = self.responses / self.encounters
        ready = np.where(np.arange(5) >= 3, READIER, 1.0) * self.probabilities
        answering = ready / ready.sum()
        return answering if rate < 1 else self.probabilities

    @property
    def satisfied(self) -> float:
        """True share of encounters rated 4 or 5."""
        return float(self.probabilities[3:].sum())

    @property
    def mean(self) -> float:
        """True mean rating."""
        return float(self.probabilities @ np.arange(1, 6))


class Population:
    """The simulated population: the same for the same seed and registry."""

    def __init__(self, seed: int, responses: int = RESPONSES, *, year_before: bool = False) -> None:
        self.seed = seed
        self.responses = responses
        self.year_before = year_before

    @classmethod
    def of(cls, wave: Wave) -> Population:
        """The population that a simulated wave was drawn from."""
        words, seed, responses = wave.frame.source.rsplit(" ", 2)
        return cls(int(seed.rstrip(",")), int(responses), year_before=YEAR_BEFORE in words)

    @property
    def source(self) -> str:
        """What the frame says of where it comes from, and all that is needed to remake it."""
        which = f"simulation {YEAR_BEFORE}" if self.year_before else "simulation"
        return f"{which} with seed and responses {self.seed}, {self.responses}"

    @cached_property
    def cells(self) -> list[SimulatedCell]:
        rng = np.random.default_rng(self.seed)
        channels = list(Channel.objects.order_by("position", "code"))
        services = Service.objects.filter(agency__code__in=shipped_agencies())
        services = services.select_related("agency")
        places: list[tuple[Service, Channel]] = []
        levels: list[float] = []
        agency_level: dict[int, float] = {}
        channel_effect = {channel.pk: rng.normal(0, 0.3) for channel in channels}
        for service in services.order_by("code"):
            # Logits around 90 %: some agencies above, some below, some on the line.
            level = agency_level.setdefault(service.agency_id, rng.normal(2.3, 0.55))
            level -= self._changed_since(service)
            effect = rng.normal(0, 0.2)
            chosen = rng.permutation(len(channels))[:CHANNELS_PER_SERVICE]
            for k in sorted({0, *chosen.tolist()}):
                places.append((service, channels[k]))
                levels.append(level + effect + channel_effect[channels[k].pk])
        encounters = np.exp(rng.normal(10.5, 1.2, len(places))).astype(int) + 50
        turnout = np.sqrt(encounters) * rng.uniform(0.5, 1.5, len(places))
        sizes = (self.responses * turnout / turnout.sum()).astype(int)
        rare = rng.random(len(places)) < RARELY_USED
        encounters[rare] = rng.integers(20, 200, rare.sum())
        sizes[rare] = rng.integers(0, 3, rare.sum())
        return [
            SimulatedCell(
                service,
                channel,
                int(N),
                int(min(n, N)),
                int(min(max(np.ceil(n / rate), 1), N)),
                _ratings(1 / (1 + np.exp(-level)), rng),
            )
            for (service, channel), level, N, n, rate in zip(
                places, levels, encounters, sizes, self._rates(len(places)), strict=True
            )
        ]

    def _changed_since(self, service: Service) -> float:
        return CHANGED.get(service.agency.code, 0.0) if self.year_before else 0.0

    def _stream(self, *numbers: int) -> np.random.Generator:
        """Of two years neither repeats the other's chance."""
        return np.random.default_rng([self.seed, *numbers, *([1, 1] if self.year_before else [])])

    def _rates(self, places: int) -> NDArray[np.float64]:
        """How readily the citizens of each place answer."""
        rates: NDArray[np.float64] = np.random.default_rng([self.seed, 2]).uniform(0.4, 0.7, places)
        return rates

    def draw_counts(self, draw: int) -> list[NDArray[np.int64]]:
        """For each cell, how many would answer 1, 2, 3, 4, 5 in draw number `draw`, if those who
        do not answer thought like those who do: what sampling alone does."""
        rng = self._stream(draw)
        return [rng.multinomial(cell.responses, cell.probabilities) for cell in self.cells]

    def answer(
        self,
        wave: Wave,
        until: datetime,
        selected: Callable[[SimulatedCell], Mapping[str, Any]] = lambda _cell: {},
    ) -> Iterator[int]:
        """Send every simulated response through the door; yields how many after each batch.
        `selected`: what an answer of a cell says of how it came to be asked."""
        rng = self._stream(0)
        door = Door(wave)
        clock_times = self._stream(1)
        pens = self._stream(0, 1)
        seconds = max(int((until - _start(wave)).total_seconds()), 1)
        batch: list[Checked] = []
        for number, cell in enumerate(self.cells):
            points = list(ServicePoint.objects.filter(agency=cell.service.agency_id))
            if cell.channel.family != Channel.Family.IN_PERSON:
                points = []
            asked = door.asked(cell.service, cell.channel)
            questions = [q for q in asked if kind_of(q).scored]
            comment = next((q.code for q in asked if kind_of(q).free_text), None)
            overall = rng.choice(5, cell.responses, p=cell.of_respondents) + 1
            items = _item_ratings(rng, overall, len(questions))
            complete = rng.random(cell.responses) < ANSWERS_ITEMS
            moments = _in_office_hours(
                clock_times, rng.integers(0, seconds, cell.responses), _start(wave), seconds
            )
            for k in range(cell.responses):
                answers: dict[str, Any] = {
                    q.code: int(overall[k] if q.is_overall else items[k, j])
                    for j, q in enumerate(questions)
                    if q.is_overall or complete[k]
                }
                if comment and complete[k] and (text := written(pens, overall[k])):
                    answers[comment] = text
                submission = Submission(
                    key=f"simulated:{self.seed}:{number}:{k}",
                    service=cell.service,
                    channel=cell.channel,
                    service_point=_point(cell, points, k, int(overall[k])) if points else None,
                    answers=answers,
                    source=Response.Source.SIMULATION,
                    answered_at=_start(wave) + timedelta(seconds=int(moments[k])),
                    language="th",
                    **selected(cell),
                )
                batch.append(door.check(submission))
                if len(batch) == BATCH:
                    door.receive_many(batch)
                    yield len(batch)
                    batch = []
        door.receive_many(batch)
        yield len(batch)


def _point(
    cell: SimulatedCell, points: Sequence[ServicePoint], number: int, rating: int
) -> ServicePoint:
    """In turn; what the cell's ratings are does not depend on it."""
    turn, place = divmod(number, len(points))
    worst = cell.service.agency.code in UNEVEN and rating <= 3 and turn % 2
    return points[0 if worst else place]


def _start(wave: Wave) -> datetime:
    assert wave.opened_at is not None
    return wave.opened_at


def _in_office_hours(
    rng: np.random.Generator, moments: NDArray[np.int64], start: datetime, seconds: int
) -> NDArray[np.int64]:
    """The same days, at times when offices are open; seconds after the start."""
    since_midnight = (start.timestamp() + BANGKOK) % DAY
    time_of_day = np.clip(rng.normal(12.5, 2, len(moments)), 8.5, 17) * 3600
    midnight = (moments + since_midnight) // DAY * DAY - since_midnight
    return np.clip(midnight + time_of_day, 0, seconds - 1).astype(np.int64)


def _ratings(satisfied: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Shares of the five ratings with `satisfied` on 4 and 5 together."""
    top = satisfied * rng.uniform(0.45, 0.65)
    rest = (1 - satisfied) * rng.dirichlet([1.2, 1.6, 4.0])
    return np.array([*rest, satisfied - top, top])


def _item_ratings(
    rng: np.random.Generator, overall: NDArray[np.int64], questions: int
) -> NDArray[np.int64]:
    """Ratings of the single questions: near the overall one, some questions harsher."""
    shift = rng.normal(0.3, 0.2, questions)
    noise = rng.normal(0, 0.7, (len(overall), questions))
    ratings: NDArray[np.int64] = np.clip(np.rint(overall[:, None] + shift + noise), 1, 5).astype(
        np.int64
    )
    return ratings
