"""How many answers a place usually has: a day, an hour, ten minutes. Its own history is the
yardstick, cut at its busier days so that a stuffed one cannot raise it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from responses.screening.columns import UNKNOWN, Columns, Flags, Ints

Floats = NDArray[np.float64]
BUSY = 0.9
PRIOR_DAYS = 7
"""A place begins with so many days of the agency's middle place: a new link has no history."""
LEAST_SPREAD = 0.1
SPREAD_WITHIN_DAY = {1440: 0.0, 60: 0.5, 10: 1.0}
"""Added to the spread of days: families and groups come together."""
FAMILIES = 2  # in person, others


@dataclass(frozen=True, eq=False)
class History:
    """days    how many there are from the first answer to the last
    daily   (places,) usual answers a day, cut at its busier days
    weekday (7,) factor of each day of the week
    hourly  (FAMILIES, 24) which part of a day's answers each hour has
    spread  how much days differ beyond chance: variance = mean + spread × mean²"""

    days: int
    daily: Floats
    weekday: Floats
    hourly: Floats
    spread: float

    @classmethod
    def of(cls, answers: Columns) -> History:
        places, first = int(answers.place.max()) + 1, int(answers.day.min())
        days = int(answers.day.max()) - first + 1
        place = answers.place.astype(np.int64)
        flat = np.bincount(place * days + answers.day - first, minlength=places * days).reshape(
            places, days
        )
        begun = np.full(places, days - 1)
        np.minimum.at(begun, answers.place, answers.day - first)
        running = np.arange(days) >= begun[:, None]
        cut = np.maximum(_quantiles(flat, running, BUSY), 1.0)
        kept = np.where(running, np.minimum(flat, cut[:, None]), 0.0)
        lived, used = running.sum(axis=1), np.bincount(answers.place, minlength=places) > 0
        typical = float(np.median((kept.sum(axis=1) / lived)[used]))
        daily = (kept.sum(axis=1) + PRIOR_DAYS * typical) / (lived + PRIOR_DAYS)
        weekday = _weekday_factors(kept, running * daily[:, None], first)
        expected = daily[:, None] * weekday[(np.arange(days) + first - 1) % 7] * running
        beyond = np.where(running, (kept - expected) ** 2 - expected, 0.0).sum(axis=1)
        squared = np.maximum((expected**2).sum(axis=1), 1e-9)
        # The middle place's: a stuffed one must not loosen the yardstick for itself.
        spread = float(np.median((beyond / squared)[used]))
        return cls(days, daily, weekday, _hours(answers), max(spread, LEAST_SPREAD))

    def usual(self, place: Ints, day: Ints, minute: Ints, family: Ints, width: int) -> Floats:
        """Answers expected in a window of `width` minutes that holds this minute."""
        whole = self.daily[place] * self.weekday[(day - 1) % 7]
        if width == 1440:
            return whole
        part = self.hourly[family, np.maximum(minute, 0) // 60] * width / 60
        return np.asarray(whole * part, dtype=float)


def _quantiles(counts: Ints, running: Flags, share: float) -> Floats:
    """(rows,) of each row's running counts, of which there are some: what np.quantile gives for
    one row after the other, to the last digit."""
    ordered = np.sort(np.where(running, counts, -1), axis=1)
    at = (running.sum(axis=1) - 1) * share
    below = at.astype(np.int64)
    rows, first = np.arange(len(ordered)), (~running).sum(axis=1)
    low = ordered[rows, first + below]
    high = ordered[rows, np.minimum(first + below + 1, ordered.shape[1] - 1)]
    part, step = at - below, high - low
    return np.where(part < 0.5, low + step * part, high - step * (1 - part))


def _weekday_factors(kept: Floats, expected: Floats, first: int) -> Floats:
    day_of_week = (np.arange(kept.shape[1]) + first - 1) % 7
    counted = np.bincount(day_of_week, kept.sum(axis=0), minlength=7)
    usual = np.bincount(day_of_week, expected.sum(axis=0), minlength=7)
    return np.asarray((counted + 2) / (usual + 2), dtype=float)


def _hours(answers: Columns) -> Floats:
    """By how many place-days have an answer in an hour, however many: a burst counts once."""
    timed = answers.minute != UNKNOWN
    family = (~answers.in_person[timed]).astype(np.int64)
    hour = answers.minute[timed] // 60
    place = answers.place[timed].astype(np.int64)
    key = ((place * 4_000_000 + answers.day[timed]) * 24 + hour) * FAMILIES + family
    seen = np.unique(key)
    counts = np.zeros((FAMILIES, 24))
    np.add.at(counts, (seen % FAMILIES, seen // FAMILIES % 24), 1)
    counts += 0.1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=float)
