"""The figures of a release, computed again from the release alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.releases.reading import Difference, Release, Row
from analytics.releases.recomputing.cells import Cells
from analytics.releases.recomputing.comparing import (
    MONTHS,
    POINTS,
    SCORES,
    Values,
    key_of,
    same,
)
from analytics.releases.recomputing.months import month_differences
from analytics.releases.recomputing.points import point_differences
from analytics.releases.recomputing.statistics import from_statistics

SHARED = (
    *("edition", "n", "n_kish", "df", "population", "coverage", "merged", "evidence"),
    *("response_rate", "r_indicator", "reach", *(f"rated_{value}" for value in range(1, 6))),
)


@dataclass(frozen=True)
class Checked:
    """How many figures were recomputed, and of how many the estimate too."""

    figures: int
    estimates: int
    differences: list[Difference]


def recompute(release: Release) -> Checked:
    """Compare every figure with what follows from the rest."""
    scores, method = release.tables[SCORES], release.method
    differences = list(_repeated(scores))
    shown = [(k, row) for k, row in enumerate(scores, start=1) if not row["suppressed"]]
    cells = Cells(release)
    others = {key_of(row, row["measure"]): row for _k, row in shown}
    estimates = 0
    for number, row in shown:
        if not 0 <= row["estimate"] <= 1:
            differences.append(Difference(SCORES, number, "estimate", row["estimate"], "0–1"))
            continue
        if not cells.knows(row):
            differences.append(Difference(SCORES, number, "agency", row["agency"], "–"))
            continue
        expected = from_statistics(row, method)
        built = cells.sums(row)
        estimates += "estimate" in built
        expected |= _of_the_other_measure(row, others) | built
        differences += [
            Difference(SCORES, number, name, row[name], value)
            for name, value in expected.items()
            if not same(row[name], value)
        ]
    points = [row for row in release.tables.get(POINTS, []) if not row["suppressed"]]
    differences += point_differences(release.tables.get(POINTS, []), others, method)
    months = release.tables.get(MONTHS, [])
    differences += month_differences(months, others, method)
    counted = len(shown) + len(points) + sum(bool(row["n"]) for row in months)
    return Checked(counted, estimates, differences)


def _repeated(scores: list[Row]) -> Iterator[Difference]:
    """A figure stands once: of two, one would be believed."""
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(scores, start=1):
        key = key_of(row, row["measure"])
        if key in seen:
            yield Difference(SCORES, number, "level", row["level"], "–")
        seen.add(key)


def _of_the_other_measure(row: Row, others: Mapping[tuple[str, ...], Row]) -> Values:
    """Both measures of a question rest on the same answers; which there are as many of as ratings,
    where these are given."""
    measure = "mean_percent" if row["measure"] == "top_two_box" else "top_two_box"
    other = others.get(key_of(row, measure))
    values = {name: other[name] for name in SHARED} if other else {}
    ratings = [row[f"rated_{value}"] for value in range(1, 6)]
    return values if None in ratings else values | {"n": sum(ratings)}
