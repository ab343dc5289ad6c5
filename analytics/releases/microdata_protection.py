"""k-anonymity and l-diversity of single answers, by leaving time and person less exact.

A class is what nobody can tell apart by what others may know of a person: place, month, what
citizens said of themselves. Each has at least K rows [Sweeney 2002] and of every rating at least
DIVERSE different answers, none counted as one [Machanavajjhala et al. 2007]. No row is left out for
it: place by place the finest of LEVELS is taken at which few rows need to lose more.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analytics.domains.suppression import SMALLEST_PUBLISHED

K = SMALLEST_PUBLISHED
DIVERSE = 2
MISSING, NOTHING = 0, ""
MOST_LOST = 0.2
"""Of a place's rows, the share that may lose month and person so that the others keep them."""

PLACE = ["agency", "service", "channel"]
LEVELS = (("month", True), ("month", False), ("quarter", False))
"""Month and person; month alone; quarter alone; then neither."""


def fits(frame: pd.DataFrame, keys: list[str], ratings: list[str]) -> pd.Series:
    """Of each row whether its class, those of the same `keys`, is large and diverse enough."""
    classes = frame.groupby(keys, sort=False)
    fine = classes[keys[0]].transform("size") >= K
    for rating in ratings:
        fine &= (classes[rating].transform("nunique") >= DIVERSE) | (frame[rating] == MISSING)
    return fine


def coarsened(frame: pd.DataFrame, ratings: list[str], about: list[str]) -> pd.DataFrame:
    """The rows with `period` (2026-03, 2026-Q1 or NOTHING) for `month`, and NOTHING where a person
    is not described. Places themselves must fit."""
    frame = frame.assign(quarter=frame["month"].map(quarter_of), period=NOTHING)
    kept = dict.fromkeys(about, NOTHING)
    done, parts = frame.iloc[:0], []
    left = frame
    for name, described in LEVELS:
        level = left.assign(period=left[name])
        if not described:
            level = level.assign(**kept)
        pooled = _pooled(level, ["period", *about], ratings)
        lost = pooled.groupby([level[each] for each in PLACE]).transform("mean")
        settled = level[lost <= MOST_LOST].copy()
        settled.loc[pooled[lost <= MOST_LOST], ["period", *about]] = NOTHING
        parts.append(settled)
        left = left[lost > MOST_LOST]
    parts.append(left.assign(**kept))
    return pd.concat([done, *parts]).drop(columns=["month", "quarter"])


def quarter_of(month: str) -> str:
    if not month:
        return NOTHING
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


def _pooled(frame: pd.DataFrame, values: list[str], ratings: list[str]) -> pd.Series:
    """Which rows must lose `values` so that every class fits: those of classes that do not, and
    further classes of the place, the smallest first, until what is thrown together fits too."""
    pooled = pd.Series(False, index=frame.index)
    while True:
        seen = frame.copy()
        seen.loc[pooled, values] = NOTHING
        keys = [*PLACE, *values]
        poor = ~fits(seen, keys, ratings)
        if (poor & ~pooled).any():
            pooled |= poor
            continue
        places = pd.MultiIndex.from_frame(frame[PLACE])
        short = places.isin(places[poor]) & ~pooled
        if not short.any():
            return pooled
        rest = seen[short]
        number = rest.groupby(keys, sort=True).ngroup()
        size = number.map(number.value_counts())
        order = pd.DataFrame({"size": size, "number": number}).apply(tuple, axis=1)
        first = order.groupby([rest[each] for each in PLACE]).transform("min")
        pooled[rest.index[order == first]] = True


def gives_away(frame: pd.DataFrame, question: str, published: Mapping[str, int | None]) -> bool:
    """Whether the published number of some answer less that of the rows which say so leaves one to
    K − 1 people."""
    given = frame[question].value_counts()
    left = [n - int(given.get(answer, 0)) for answer, n in published.items() if n and answer]
    return any(0 < each < K for each in left)
