"""Runs a folder of reference cases: `python -m tests.estimation.cases DIR`.

A case is a JSON file made by R's `survey` (the README beside the cases describes the format). Its
`r_setup` and `r_call` lines are read as R and carried out by `analytics.estimation`; each number
of `expected` is then compared within the relative tolerance that the case names. Prints a line a
case and "N of M" last; the exit code is 1 where any result falls short.

Where R has no interval worth the name (NaN, or of no width, for a proportion of 0 or 1) the
bounds of ours must be numbers.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation.intervals import likelihood_interval
from tests.estimation.r.language import Frame, parse
from tests.estimation.r.results import Proportion, RatioStat, Stat, Table
from tests.estimation.r.session import Session
from tests.estimation.r.values import Factor, Vector

ROUNDING = 1e-9
"""Absolute tolerance for standard errors that are zero up to rounding, as the README asks."""


def read_frame(path: Path) -> Frame:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Frame({name: read_column([row[name] for row in rows]) for name in rows[0]})


def read_column(values: list[str]) -> np.ndarray:
    values = ["" if value == "NA" else value for value in values]
    try:
        return np.array([float(value) if value else math.nan for value in values])
    except ValueError:
        return np.array(values)


def open_session(case: dict[str, Any], folder: Path) -> Session:
    """The session after the setup. A line that is not understood spoils what needs its names,
    and nothing else."""
    session = Session(declared_options(case.get("options") or {}))
    for name, path in (case.get("data") or {}).items():
        session.scope.variables[name] = read_frame(folder / path)
    for line in statements(case.get("r_setup") or []):
        try:
            session.run(line)
        except Exception as error:
            session.scope.failed[line.partition("<-")[0].strip()] = f"{line!r}: {error!r}"
    session.declared |= session.options
    return session


def statements(lines: str | list[str]) -> list[str]:
    """Lines of setup; a statement may be spread over several."""
    whole: list[str] = []
    for line in [lines] if isinstance(lines, str) else lines:
        if whole and not closed(whole[-1]):
            whole[-1] += "\n" + line
        else:
            whole.append(line)
    return whole


def closed(text: str) -> bool:
    try:
        parse(text)
    except (SyntaxError, IndexError):
        return False
    return True


def declared_options(declared: Any) -> dict[str, Any]:
    """Options of the whole case: a map, or a list of `name=value`."""
    if isinstance(declared, dict):
        return declared
    pairs = (str(option).partition("=") for option in declared)
    plain = {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
    return {name: {"TRUE": True, "FALSE": False}.get(v, v) for name, v in plain.items()}


def compute(session: Session, result: dict[str, Any]) -> Any:
    """The entries of one result, in the shape of `expected`."""
    session.options = dict(session.declared)
    if result["r_call"] == "lik":
        return exact_likelihood(session, result["spec"])
    return in_shape(session.run(result["r_call"]))


def exact_likelihood(session: Session, spec: dict[str, Any]) -> list[float]:
    variable, _, level = spec["y"].partition("==")
    y = f'I({variable}=="{level}")' if level else variable
    design = spec.get("design", "d")
    proportion = session.run(f"svyciprop(~{y}, {design}, method='mean')")
    bounds = likelihood_interval(proportion.estimate, spec["level"], df=proportion.df)
    return [bounds.low, bounds.high]


def in_shape(value: Any) -> Any:
    if isinstance(value, RatioStat):
        full = statistic(value.stat)
        if len(value.stat.joint.names) > 1:
            return full
        name = str(value.stat.joint.names[0])
        return {
            "estimate": full["estimate"][name],
            "var": full["vcov"][0][0],
            "se": full["se"][name],
            "df": full["df"],
            "ci_t": full["ci_t"][name],
            "ci_z": full["ci_z"][name],
            "level": 0.95,
            "deff": full.get("deff", {}).get(name),
        }
    if isinstance(value, Stat):
        return statistic(value)
    if isinstance(value, Proportion):
        return {
            "estimate": value.estimate.value,
            "var": value.estimate.variance,
            "se": value.estimate.se,
            "ci": list(value.interval),
            "level": value.level,
            "df": value.df,
        }
    if isinstance(value, Table):
        return {"rows": value.rows, "row_names": value.row_names}
    if isinstance(value, Vector):
        return dict(zip(value.names, value.values.tolist(), strict=True))
    if isinstance(value, Factor):
        return np.asarray(value).tolist()
    if isinstance(value, Frame):
        return {
            "rows": [dict(zip(value, r, strict=True)) for r in zip(*value.values(), strict=True)]
        }
    if isinstance(value, dict):
        return {name: in_shape(part) for name, part in value.items()}
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def statistic(value: Stat) -> dict[str, Any]:
    joint = value.joint
    names = [str(name) for name in joint.names]
    se = joint.se

    def bounds(quantile: float) -> dict[str, list[float]]:
        ends = zip(names, joint.values - quantile * se, joint.values + quantile * se, strict=True)
        return {name: [low, high] for name, low, high in ends}

    found = {
        "estimate": dict(zip(names, joint.values, strict=True)),
        "se": dict(zip(names, se, strict=True)),
        "vcov": joint.covariance.tolist(),
        "df": joint.df,
        "level": 0.95,
        "ci_t": bounds(float(stats.t.ppf(0.975, max(joint.df, 1)))),
        "ci_z": bounds(float(stats.norm.ppf(0.975))),
    }
    if value.deff is not None:
        found["deff"] = dict(zip(names, value.deff, strict=True))
    return found


def shortfalls(expected: Any, found: Any, rtol: float, path: str = "") -> list[str]:
    """Every entry of `expected` that `found` misses."""
    if isinstance(expected, dict):
        if len(expected) == 1 and isinstance(found, int | float | np.generic):
            found = [found]
        if isinstance(found, list) and len(found) == len(expected):
            found = dict(zip(expected, found, strict=True))  # in order, where R has no names
        if not isinstance(found, dict):
            return [f"{path}: {found!r} is not a table of names"]
        if len(expected) == 1 and len(found) == 1:  # R does not name every single value
            found = dict(zip(expected, found.values(), strict=True))
        # R numbers columns that two layers of names gave one name.
        expected = {
            key if key in found else re.sub(r"\.\d+$", "", key): value
            for key, value in without_width(expected).items()
        }
        missing = [f"{path}.{key}: absent" for key in expected if key not in found]
        covariance = {"vcov"} & expected.keys() & found.keys()
        short = [
            line
            for key in expected
            if key in found and key not in covariance
            for line in shortfalls(expected[key], found[key], rtol, f"{path}.{key}")
        ]
        if covariance:
            short += covariance_shortfalls(expected["vcov"], found["vcov"], rtol, f"{path}.vcov")
        return missing + short
    if isinstance(expected, list):
        if isinstance(found, dict) and not {"rows", "estimate"} & found.keys():
            found = list(found.values())  # R's names are not part of what is expected
        given = list(np.atleast_1d(found)) if not isinstance(found, list) else found
        if len(given) == 1 and isinstance(given[0], list) and not isinstance(expected[0], list):
            given = given[0]
        if len(given) != len(expected):
            return [f"{path}: {len(given)} entries, not {len(expected)}"]
        return [
            line
            for k, (e, f) in enumerate(zip(expected, given, strict=True))
            for line in shortfalls(e, f, rtol, f"{path}[{k}]")
        ]
    return [] if agrees(expected, found, rtol) else [f"{path}: {found!r}, not {expected!r}"]


def without_width(expected: dict[str, Any]) -> dict[str, Any]:
    """R's interval of a proportion of 0 or 1 where it has no width: nothing to agree with."""
    bounds = expected.get("ci", [expected.get("ci_l"), expected.get("ci_u")])
    if not isinstance(bounds, list) or len(bounds) != 2 or bounds[0] is None:
        return expected
    if bounds[0] != bounds[1]:
        return expected
    unknown = {"ci": ["NaN", "NaN"], "ci_l": "NaN", "ci_u": "NaN"}
    return {key: unknown.get(key, value) for key, value in expected.items()}


def agrees(expected: Any, found: Any, rtol: float) -> bool:
    if expected in ("NaN", "NA"):
        return found is not None and math.isfinite(float(found))
    if isinstance(found, dict) and len(found) == 1:
        found = list(found.values())
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(expected, str) and expected not in ("Inf", "-Inf"):
        return str(found) == expected
    target = float(expected)
    if found is None or isinstance(found, str):
        return False
    difference = abs(float(found) - target)
    return difference <= rtol * abs(target) or (
        abs(target) < 10 * ROUNDING and difference < ROUNDING
    )


def covariance_shortfalls(expected: Any, found: Any, rtol: float, path: str) -> list[str]:
    """Covariances are known to the precision of the standard errors they join."""
    E = np.atleast_2d(np.array(expected, dtype=float))
    F = np.atleast_2d(np.array(found, dtype=float))
    if E.size != F.size:
        return [f"{path}: shape {F.shape}, not {E.shape}"]
    E = E.reshape(F.shape)
    se = np.sqrt(np.clip(np.diag(E), 0, None))
    allowed = rtol * np.outer(se, se) + ROUNDING * np.add.outer(se, se) + ROUNDING**2
    wrong = np.argwhere(np.abs(E - F) > np.maximum(allowed, rtol * np.abs(E)))
    return [f"{path}[{i}][{j}]: {F[i, j]!r}, not {E[i, j]!r}" for i, j in wrong]


def check(session: Session, result: dict[str, Any]) -> list[str]:
    """What one result falls short of; empty where all agrees."""
    if "r_error" in result:
        try:
            compute(session, result)
        except ValueError:
            return []
        return [f"no error, where R says: {result['r_error']}"]
    return shortfalls(result["expected"], compute(session, result), result["rtol"])


def entries(expected: Any) -> int:
    """How many numbers an expected value holds."""
    if isinstance(expected, dict):
        return sum(entries(value) for value in expected.values())
    if isinstance(expected, list):
        return sum(entries(value) for value in expected)
    return int(not isinstance(expected, str) or expected in ("NaN", "NA", "Inf", "-Inf"))


def run_case(case: dict[str, Any], folder: Path) -> tuple[int, dict[str, list[str]]]:
    """How many results a case has and what falls short, by name of the result."""
    try:
        session = open_session(case, folder)
    except Exception as error:
        return len(case["results"]), {r["name"]: [f"setup: {error!r}"] for r in case["results"]}
    short: dict[str, list[str]] = {}
    for result in case["results"]:
        try:
            lines = check(session, result)
        except Exception as error:
            lines = [repr(error)]
        if lines:
            short[result["name"]] = lines
    return len(case["results"]), short


def main(folder: str) -> int:
    total = passed = 0
    for path in sorted(Path(folder).glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(case, dict) or "results" not in case:
            continue
        results, short = run_case(case, path.parent)
        total, passed = total + results, passed + results - len(short)
        print(f"{path.stem}: {results - len(short)} of {results}")
        for name, lines in short.items():
            more = f" (and {len(lines) - 3} more)" if len(lines) > 3 else ""
            print(f"    {name}: {'; '.join(lines[:3])}{more}")
    print(f"{passed} of {total}")
    return 0 if passed == total and total else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.estimation.cases DIR")
    sys.exit(main(sys.argv[1]))
