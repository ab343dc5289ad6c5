"""What R's `survey` functions return, as far as the cases look at it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from scipy import stats

from analytics.estimation.estimates import Joint
from tests.estimation.r.language import Frame


@dataclass(frozen=True)
class Design:
    """A design object of R: the variables and the design of the library."""

    variables: Frame
    survey: Any
    replicated: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stat:
    """A statistic with covariance, the df of the design it came from, and design effects."""

    joint: Joint
    deff: tuple[float | None, ...] | None = None


@dataclass(frozen=True)
class RatioStat:
    stat: Stat
    separate: dict[Any, Stat] | None = None


@dataclass(frozen=True)
class Proportion:
    name: str
    estimate: Any
    interval: tuple[float, float]
    level: float
    df: int


@dataclass(frozen=True)
class Table:
    """What `svyby` returns: rows to compare, and the joint estimate for contrasts."""

    rows: list[dict[str, Any]]
    row_names: list[str]
    joint: Joint | None = None


def joint_of(of: Any) -> Joint:
    found = of.stat.joint if isinstance(of, RatioStat) else of.joint
    assert found is not None
    return found


def table_entries(result: Any, vartypes: Any) -> dict[str, Any]:
    """One row of a `svyby` table under R's names."""
    if isinstance(result, Proportion):
        return {
            result.name: result.estimate.value,
            "ci_l": result.interval[0],
            "ci_u": result.interval[1],
            "se": result.estimate.se,
            "var": result.estimate.variance,
        }
    joint = joint_of(result)
    ratio = isinstance(result, RatioStat)
    row: dict[str, Any] = {}
    several = len(joint.names) > 1
    z = stats.norm.ppf(0.975)
    for k, name in enumerate(joint.names):
        value, se = joint.values[k], joint.se[k]
        suffix = f".{name}" if several or ratio else ""
        row |= {str(name): value, f"se{suffix}": se, f"var{suffix}": se**2}
        row |= {f"ci_l{suffix}": value - z * se, f"ci_u{suffix}": value + z * se}
        row |= {f"cv{suffix}": se / value if value else math.inf}
        effects = None if ratio else result.deff
        if effects is not None:
            row |= {f"DEff.{name}": effects[k], "DEff": effects[k]}
    return row
