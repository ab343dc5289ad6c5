"""What follows of a domain from the figures of its services and channels, and the frame, unless one
of them is suppressed or too thin to stand alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from analytics.releases.reading import Release, Row
from analytics.releases.recomputing.comparing import AGENCIES, FRAME, SCORES, Values

Place = tuple[str, str]


class Cells:
    """What the figures of services and channels add up to."""

    def __init__(self, release: Release) -> None:
        self.method = release.method
        self.frame: dict[Place, int] = {}
        self.members: dict[tuple[str, str, str, str], list[Place]] = defaultdict(list)
        lines = _lineages(release.tables[AGENCIES])
        ministries = {r["agency"] for r in release.tables[AGENCIES] if r["kind"] == "ministry"}
        for cell in release.tables[FRAME]:
            place = cell["service"], cell["channel"]
            self.frame[place] = cell["encounters"]
            for key in _domains(cell, lines[cell["agency"]], ministries):
                self.members[key].append(place)
        self.cells: dict[tuple[str, str, Place], Row] = {
            (row["question"], row["measure"], (row["service"], row["channel"])): row
            for row in release.tables[SCORES]
            if row["level"] == "service_channel"
        }
        self.thin = {cell["agency"] for cell in self.cells.values() if cell["suppressed"]}

    def knows(self, row: Row) -> bool:
        """Whether the frame has a cell in the domain. Weights from a file need no frame."""
        if self.method.weighting != "frame":
            return True
        return (row["level"], row["agency"], row["service"], row["channel"]) in self.members

    def sums(self, row: Row) -> Values:
        """What follows for a domain of the overall question from its cells: strata, so that
        p̂ = Σ N p / Σ N and V̂ = Σ (N/ΣN)² V. Nothing of a suppressed cell; and no standard error
        where an agency has one, for a cell too thin to show its own spread is merged there."""
        if self.method.edition == 1 or self.method.weighting != "frame":
            return {}
        places = self.members.get((row["level"], row["agency"], row["service"], row["channel"]), [])
        answered = {
            place: cell
            for place in places
            if (cell := self.cells.get((row["question"], row["measure"], place)))
        }
        if not answered:
            return {}
        population = sum(self.frame[place] for place in places)
        covered = sum(self.frame[place] for place in answered)
        values: Values = {"population": population, "coverage": covered / population}
        if row["level"] == "service_channel" or any(c["suppressed"] for c in answered.values()):
            return values
        parts = [(self.frame[place] / covered, cell) for place, cell in answered.items()]
        values |= {
            "n": sum(cell["n"] for _weight, cell in parts),
            "estimate": math.fsum(weight * cell["estimate"] for weight, cell in parts),
            "n_kish": 1 / math.fsum(weight**2 / cell["n_kish"] for weight, cell in parts),
        }
        if self.method.clusters != "none" or self.thin & {c["agency"] for c in answered.values()}:
            return values
        return values | {
            "df": sum(cell["df"] for _weight, cell in parts),
            "se": math.sqrt(math.fsum((weight * cell["se"]) ** 2 for weight, cell in parts)),
        }


def _lineages(agencies: list[Row]) -> dict[str, list[str]]:
    """Each agency with all above it."""
    above = {row["agency"]: row["above"] for row in agencies}
    lines = {}
    for code in above:
        line, at = [], code
        while at and at not in line:
            line.append(at)
            at = above.get(at, "")
        lines[code] = line
    return lines


def _domains(
    cell: Mapping[str, Any], line: list[str], ministries: set[str]
) -> Iterator[tuple[str, str, str, str]]:
    """The level and codes of every domain that holds a cell of the frame."""
    agency, service, channel = cell["agency"], cell["service"], cell["channel"]
    yield "nation", "", "", ""
    yield "channel", "", "", channel
    yield "service", agency, service, ""
    yield "service_channel", agency, service, channel
    for unit in line:
        level = "ministry" if unit in ministries else "agency"
        yield level, unit, "", ""
        yield f"{level}_channel", unit, "", channel
