"""The figures of a release, computed again from the release alone.

Of each figure the interval, outcome, reason, band and tipping point follow from its estimate,
standard error and sizes. Of the overall question these follow from the figures of its services and
channels and the frame, unless one of them is suppressed or too thin to stand alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.estimation.evidence import Evidence
from analytics.estimation.intervals import korn_graubard_interval, mean_interval
from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.strength import band, strength, tipping_point, widened
from analytics.estimation.values import Estimate, Interval
from analytics.estimation.verdict import Flag, judge
from analytics.releases.reading import Difference, Release, Row
from analytics.releases.tables import DOMAIN
from analytics.scoring.figures import BEST, reachable
from surveys.method import Method

SCORES, FRAME, AGENCIES = "data/scores.csv", "data/frame.csv", "data/agencies.csv"
POINTS, MONTHS = "data/points.csv", "data/months.csv"
CLOSE = 1e-9
"""Relative: what a standard error loses when it is squared and drawn again."""

OF_THE_CELL = (
    *("edition", "coverage", "merged", "evidence", "response_rate", "r_indicator", "reach"),
)
"""What a service point's figure rests on is that of its service and channel."""

FROM_COUNTS = (Flag.UNRELIABLE, Flag.LOW_COVERAGE, Flag.LOW_RESPONSE, Flag.LOW_REACH)

Place = tuple[str, str]
Values = dict[str, Any]


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
    cells = _Cells(release)
    others = {_key(row, row["measure"]): row for _k, row in shown}
    estimates = 0
    for number, row in shown:
        if not 0 <= row["estimate"] <= 1:
            differences.append(Difference(SCORES, number, "estimate", row["estimate"], "0–1"))
            continue
        if not cells.knows(row):
            differences.append(Difference(SCORES, number, "agency", row["agency"], "–"))
            continue
        expected = _from_statistics(row, method)
        built = cells.sums(row)
        estimates += "estimate" in built
        expected |= _of_the_other_measure(row, others) | built
        differences += [
            Difference(SCORES, number, name, row[name], value)
            for name, value in expected.items()
            if not _same(row[name], value)
        ]
    points = [row for row in release.tables.get(POINTS, []) if not row["suppressed"]]
    differences += point_differences(release.tables.get(POINTS, []), others, method)
    months = release.tables.get(MONTHS, [])
    differences += month_differences(months, others, method)
    counted = len(shown) + len(points) + sum(bool(row["n"]) for row in months)
    return Checked(counted, estimates, differences)


def point_differences(
    points: list[Row], cells: Mapping[tuple[str, ...], Row], method: Method
) -> Iterator[Difference]:
    """Where a figure of a service point does not follow from its own numbers, from the figure of
    its service and channel, which it stands below, or is more than what these leave."""
    left = {key: cell["n"] for key, cell in cells.items()}
    seen: dict[tuple[str, ...], Row] = {}
    for number, row in enumerate(points, start=1):
        place = row | {"level": "service_channel"}
        cell_key = _key(place, row["measure"])
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
        expected = _from_statistics(row, method) | {"official": False, "population": None}
        expected |= {name: cells[cell_key][name] for name in OF_THE_CELL}
        measure = "mean_percent" if row["measure"] == "top_two_box" else "top_two_box"
        if other := seen.get((row["service_point"], *_key(place, measure))):
            expected |= {name: other[name] for name in ("n", "n_kish", "df")}
        for name, value in expected.items():
            if not _same(row[name], value):
                yield Difference(POINTS, number, name, row[name], value)


def month_differences(
    months: list[Row], scores: Mapping[tuple[str, ...], Row], method: Method
) -> Iterator[Difference]:
    """Where an agency's month does not follow from its counts and the design of the agency's own
    figure, or the months do not add up to the answers that this rests on."""
    rule = Rule(Edition(method.edition), method.level)
    of_agency: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in enumerate(months, start=1):
        of_agency[row["agency"]].append((number, row))
    for agency, rows in of_agency.items():
        last = rows[-1][0]
        score = scores.get(("agency", agency, "", "", rows[0][1]["question"], "top_two_box"))
        if score is None:
            yield Difference(MONTHS, last, "agency", agency, "–")
            continue
        size_of_one = min((score["size"] or score["n"]) / score["n"], 1.0)
        seen = set()
        for number, row in rows:
            if row["month"] in seen or row["question"] != score["question"]:
                yield Difference(MONTHS, number, "month", row["month"], "–")
            seen.add(row["month"])
            yield from _of_month(number, row, rule, size_of_one)
        for field, whole in _whole(score).items():
            found = sum(row[field] or 0 for _number, row in rows)
            if found != whole:
                yield Difference(MONTHS, last, field, found, whole)


def _of_month(number: int, row: Row, rule: Rule, size_of_one: float) -> Iterator[Difference]:
    """`satisfied` are some of `n`, and there is no estimate of nobody."""
    n, satisfied = row["n"] or 0, row["satisfied"] or 0
    expected: Values = dict.fromkeys(("estimate", "low", "high"))
    if not 0 <= satisfied <= n:
        yield Difference(MONTHS, number, "satisfied", row["satisfied"], f"0–{n}")
        return
    if n:
        found = rule.interval_at(satisfied / n, n * size_of_one)
        expected = {"estimate": satisfied / n, "low": found.low, "high": found.high}
    for name, value in expected.items():
        if not _same(row[name], value):
            yield Difference(MONTHS, number, name, row[name], value)


def _whole(score: Row) -> Values:
    """What an agency's months add up to; how many were satisfied where its ratings are given."""
    ratings = [score[f"rated_{value}"] for value in range(1, 6)]
    return {"n": score["n"]} | ({} if None in ratings else {"satisfied": sum(ratings[3:])})


def _repeated(scores: list[Row]) -> Iterator[Difference]:
    """A figure stands once: of two, one would be believed."""
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(scores, start=1):
        key = _key(row, row["measure"])
        if key in seen:
            yield Difference(SCORES, number, "level", row["level"], "–")
        seen.add(key)


def _key(row: Row, measure: str) -> tuple[str, ...]:
    return *(row[name] for name in DOMAIN), row["question"], measure


SHARED = (
    *("edition", "n", "n_kish", "df", "population", "coverage", "merged", "evidence"),
    *("response_rate", "r_indicator", "reach", *(f"rated_{value}" for value in range(1, 6))),
)


def _of_the_other_measure(row: Row, others: Mapping[tuple[str, ...], Row]) -> Values:
    """Both measures of a question rest on the same answers; which there are as many of as ratings,
    where these are given."""
    measure = "mean_percent" if row["measure"] == "top_two_box" else "top_two_box"
    other = others.get(_key(row, measure))
    values = {name: other[name] for name in SHARED} if other else {}
    ratings = [row[f"rated_{value}"] for value in range(1, 6)]
    return values if None in ratings else values | {"n": sum(ratings)}


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=CLOSE, abs_tol=1e-12)
    return bool(found == expected or (found in ("", None) and expected in ("", None)))


def _from_statistics(row: Row, method: Method) -> Values:
    share = row["measure"] == "top_two_box"
    unit = 1.0 if share else BEST
    estimate = _estimate(row, unit)
    rule = Rule(Edition(method.edition), method.level, None)
    interval = _interval(row, estimate, method, rule)
    scale = (0.0, 1.0) if share else (1.0, BEST)
    verdict = judge(
        interval,
        estimate,
        method.target * unit,
        coverage=1.0 if row["coverage"] is None else row["coverage"],
        response_rate=row["response_rate"],
        reach=row["reach"],
        outside_frame=Flag.OUTSIDE_FRAME in row["flags"].split(),
        scale=scale,
        rule=rule,
    )
    values: Values = {
        "low": interval.low / unit,
        "high": interval.high / unit,
        "outcome": str(verdict.outcome),
        "needed": reachable(verdict.further_responses),
        "official": verdict.outcome is not Outcome.INCONCLUSIVE
        and Evidence(row["evidence"]) in method.official_evidence,
    }
    if method.edition == 1:
        return {name: values[name] for name in ("low", "high", "outcome")}
    values["reason"] = str(verdict.reason)
    if row["n_eff"] is None:  # nobody differs
        values["se"] = 0.0
    if method.clusters == "none":
        values["flags"] = _flags(row, verdict.flags)
    if share:
        values |= _of_shares(row, estimate, interval, method, verdict.outcome)
    return values


def _estimate(row: Row, unit: float) -> Estimate:
    se = row["se"] * unit
    return Estimate(
        value=row["estimate"] * unit,
        variance=se * se,
        se=se,
        n=row["n"],
        n_kish=row["n_kish"],
        n_eff=row["n_eff"],
        df=row["df"],
        weight=1.0,
    )


def _interval(row: Row, estimate: Estimate, method: Method, rule: Rule) -> Interval:
    """With declared clusters the size behind the bounds rests on all agencies: it is taken as it
    stands, and the bounds of a mean too."""
    if row["measure"] != "top_two_box":
        if method.edition == 1:
            return mean_interval(estimate, level=method.level)
        if method.clusters != "none":
            return Interval(row["low"] * BEST, row["high"] * BEST, method.level, "as published")
        return rule.mean_intervals([estimate])[0]
    if method.clusters != "none" and method.edition > 1:
        found = rule.interval_at(row["estimate"], row["size"])
    else:
        found = rule.intervals([estimate])[0]
    if method.edition > 1 and method.uncovered == "widen" and row["coverage"] is not None:
        return widened(found, 1 - row["coverage"])
    return found


def _flags(row: Row, recomputed: frozenset[Flag]) -> str:
    """What follows from counts, beside what screening and the frame raised."""
    given = {flag for flag in row["flags"].split() if flag not in FROM_COUNTS}
    return " ".join(sorted(given | {str(flag) for flag in recomputed & set(FROM_COUNTS)}))


def _of_shares(
    row: Row, estimate: Estimate, interval: Interval, method: Method, outcome: Outcome
) -> Values:
    values: Values = {"size": interval.size}
    p, variance = row["estimate"], estimate.variance or 0.0
    if variance:
        bounds = korn_graubard_interval(estimate, method.level)
        values |= {"n_eff": p * (1 - p) / variance}
        values |= {"low_uncapped": bounds.low, "high_uncapped": bounds.high}
    if row["band_low"] is None:
        return values
    rate = _rate(row, interval, method.gamma)
    bounds = band(interval, rate, method.gamma)
    found = strength(outcome, bounds, method.target)
    bound = interval.low if outcome is Outcome.MET else interval.high
    return values | {
        "band_low": bounds.low,
        "band_high": bounds.high,
        "strength": str(found or ""),
        "tipping_point": tipping_point(bound, rate, method.target) if found else None,
    }


def _rate(row: Row, interval: Interval, gamma: float) -> float:
    """ρ: the published rate of open answers; of drawn ones, which are weighted by 1/π, the rate
    that the wider side of the band was made with."""
    if row["evidence"] != Evidence.PROBABILITY:
        return min(max(float(row["response_rate"]), 0.0), 1.0)
    silent = band(interval, 0.0, gamma)
    low, high = interval.low - silent.low, silent.high - interval.high
    rate = (
        (row["band_low"] - silent.low) / low
        if low > high
        else (silent.high - row["band_high"]) / high
        if high > 0
        else 1.0
    )
    return min(max(rate, 0.0), 1.0)


class _Cells:
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
