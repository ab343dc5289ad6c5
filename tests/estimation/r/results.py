"""What R's `survey` functions return, as far as the cases look at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation.estimates import Joint
from tests.estimation.r.language import Frame


@dataclass(frozen=True)
class Design:
    """A design object of R: the variables and the design of the library."""

    variables: Frame
    survey: Any
    kind: str = ""


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

    @property
    def joint(self) -> Joint:
        e = self.estimate
        return Joint((self.name,), np.array([e.value]), np.array([[e.variance]]), self.df)


@dataclass(frozen=True)
class Table:
    """What `svyby` returns: rows to compare, and the joint estimate for contrasts."""

    rows: list[dict[str, Any]]
    row_names: list[str]
    covariance: Callable[[], Joint]

    @property
    def joint(self) -> Joint:
        return self.covariance()


def joint_of(of: Any) -> Joint:
    return of.stat.joint if isinstance(of, RatioStat) else of.joint  # type: ignore[no-any-return]


def table_entries(result: Any, vartypes: Any) -> dict[str, Any]:
    """One row of a `svyby` table under R's names."""
    if isinstance(result, int):
        return {"counts": result, "se": 0.0}
    if isinstance(result, Proportion):
        return {
            result.name: result.estimate.value,
            "ci_l": result.interval[0],
            "ci_u": result.interval[1],
            "se": result.estimate.se,
            f"se.as.numeric({result.name})": result.estimate.se,
            f"se.{result.name}": result.estimate.se,
            "var": result.estimate.variance,
            "cv": result.estimate.se / result.estimate.value if result.estimate.value else math.inf,
        }
    if isinstance(result, dict):
        return quantile_entries(result)
    joint = joint_of(result)
    ratio = isinstance(result, RatioStat)
    row: dict[str, Any] = {}
    several = len(joint.names) > 1
    z = stats.norm.ppf(0.975)
    for k, name in enumerate(joint.names):
        value, se = joint.values[k], joint.se[k]
        cv = se / value if value else math.inf
        given = {"se": se, "var": se**2, "ci_l": value - z * se, "ci_u": value + z * se}
        given |= {"cv": cv, "cv%": 100 * cv}
        row[str(name)] = value
        # R names these by position or by variable, as the statistic happens to keep names.
        row |= {f"{kind}.{name}": entry for kind, entry in given.items()}
        row |= {f"{kind}{k + 1}": entry for kind, entry in given.items()}
        if not several:
            row |= given
        effects = None if ratio else result.deff
        if effects is not None:
            row |= {f"DEff.{name}": effects[k], "DEff": effects[k]}
    return row


def quantile_entries(result: dict[str, Any]) -> dict[str, Any]:
    """The entries of a table of quantiles: the probability is named where there are several."""
    row: dict[str, Any] = {}
    alone = len(result) == 1
    for variable, by_probability in result.items():
        for p, entries in by_probability.items():
            name = variable if len(by_probability) == 1 else f"{variable}.{p}"
            bounds = [v for k, v in entries.items() if k.startswith("ci.")]
            given = {"se": entries["se"], "ci_l": bounds[0], "ci_u": bounds[1]}
            given["var"] = given["se"] ** 2
            row[name] = entries["quantile"]
            row |= {f"{kind}.{name}": value for kind, value in given.items()}
            if alone and len(by_probability) == 1:
                row |= given
    return row
