"""Rows of a release, named and held against what follows for them."""

from __future__ import annotations

import math
from typing import Any

from analytics.releases.reading import Row
from analytics.releases.tables import DOMAIN

SCORES, FRAME, AGENCIES = "data/scores.csv", "data/frame.csv", "data/agencies.csv"
POINTS, MONTHS = "data/points.csv", "data/months.csv"
CLOSE = 1e-9
"""Relative: what a standard error loses when it is squared and drawn again."""

Values = dict[str, Any]


def key_of(row: Row, measure: str) -> tuple[str, ...]:
    return *(row[name] for name in DOMAIN), row["question"], measure


def same(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=CLOSE, abs_tol=1e-12)
    return bool(found == expected or (found in ("", None) and expected in ("", None)))
