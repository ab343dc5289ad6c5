"""Where a figure of a service point does not follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analytics.releases.reading import Difference, Row
from analytics.releases.recomputing.comparing import POINTS, key_of, same
from analytics.releases.recomputing.statistics import from_statistics
from surveys.method import Method

OF_THE_CELL = (
    *("edition", "coverage", "merged", "evidence", "response_rate", "r_indicator", "reach"),
)
"""What a service point's figure rests on is that of its service and channel."""


def point_differences(
    points: list[Row], cells: Mapping[tuple[str, ...], Row], method: Method
) -> Iterator[Difference]:
    """Where a figure of a service point does not follow from its own numbers, from the figure of
    its service and channel, which it stands below, or is more than what these leave."""
    left = {key: cell["n"] for key, cell in cells.items()}
    seen: dict[tuple[str, ...], Row] = {}
    for number, row in enumerate(points, start=1):
        place = row | {"level": "service_channel"}
        cell_key = key_of(place, row["measure"])
        own = row["service_point"], *cell_key
        if own in seen or row["level"] != "service_point" or cell_key not in left:
            yield Difference(POINTS, number, "level", row["level"], "–")
            continue
        seen[own] = row
        if row["suppressed"]:
            continue
        left[cell_key] -= row["n"]
        if left[cell_key] < 0:
            yield Difference(POINTS, number, "n", row["n"], left[cell_key] + row["n"])
            continue
        if not 0 <= row["estimate"] <= 1:
            yield Difference(POINTS, number, "estimate", row["estimate"], "0–1")
            continue
        expected = from_statistics(row, method) | {"official": False, "population": None}
        expected |= {name: cells[cell_key][name] for name in OF_THE_CELL}
        measure = "mean_percent" if row["measure"] == "top_two_box" else "top_two_box"
        if other := seen.get((row["service_point"], *key_of(place, measure))):
            expected |= {name: other[name] for name in ("n", "n_kish", "df")}
        for name, value in expected.items():
            if not same(row[name], value):
                yield Difference(POINTS, number, name, row[name], value)
