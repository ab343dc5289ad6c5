"""What follows of a figure from its own estimate, standard error and sizes: interval, outcome,
reason, band and tipping point."""

from __future__ import annotations

from analytics.estimation.evidence import Evidence
from analytics.estimation.intervals import korn_graubard_interval, mean_interval
from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.strength import band, strength, tipping_point, widened
from analytics.estimation.values import Estimate, Interval
from analytics.estimation.verdict import Flag, judge
from analytics.releases.reading import Row
from analytics.releases.recomputing.comparing import Values
from analytics.scoring.figures import BEST, reachable
from surveys.method import Method

FROM_COUNTS = (Flag.UNRELIABLE, Flag.LOW_COVERAGE, Flag.LOW_RESPONSE, Flag.LOW_REACH)


def from_statistics(row: Row, method: Method) -> Values:
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
