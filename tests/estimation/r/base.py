"""Vectors, factors and the few functions of base R that the cases use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation import intervals
from tests.estimation.r.language import Argument, Formula, Frame, Node, Scope

TEXT = ("U", "O")


@dataclass(frozen=True)
class Vector:
    """A named vector, as `c(a = 1, b = 2)` makes it."""

    names: tuple[str, ...]
    values: np.ndarray

    def __truediv__(self, other: float) -> np.ndarray:
        return self.values / other


@dataclass(frozen=True)
class Factor:
    values: np.ndarray
    levels: tuple[Any, ...]


def text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def as_factor(values: np.ndarray, shown: np.ndarray) -> Factor | None:
    """Text and truth values are categories; their levels are those shown, sorted."""
    if values.dtype.kind not in (*TEXT, "b"):
        return None
    if values.dtype.kind == "b":
        named = np.where(values, "TRUE", "FALSE")
        return Factor(named, ("FALSE", "TRUE"))
    seen = values[shown]
    return Factor(values, tuple(sorted(set(seen[~missing(seen)].tolist()))))


def factor(values: Any, levels: Any = None) -> Factor:
    column = np.asarray(values)
    known = column[~missing(column)]
    return Factor(column, tuple(sorted(set(known.tolist())) if levels is None else levels))


def missing(values: Any) -> np.ndarray:
    column = np.asarray(values)
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in TEXT:
        return np.asarray(column == "")
    return np.zeros(column.shape, dtype=bool)


def joined(columns: list[np.ndarray]) -> list[str]:
    return [" : ".join(text(v) for v in row) for row in zip(*columns, strict=True)]


def quote(scope: Scope, arguments: tuple[Argument, ...]) -> Node:
    assert arguments[0].value is not None
    return arguments[0].value


def combine(*positional: Any, **named: Any) -> Any:
    if named:
        values = [float(np.atleast_1d(v)[0]) for v in named.values()]
        return Vector(tuple(named), np.array(values))
    parts = [np.atleast_1d(getattr(p, "values", p)) for p in positional]
    return np.concatenate(parts)


def index(holder: Any, *where: Any) -> Any:
    if isinstance(holder, Frame):
        rows, columns = (*where, None)[:2] if len(where) > 1 else (None, where[0])
        chosen = (
            holder if columns is None else Frame({c: holder[c] for c in names_at(holder, columns)})
        )
        return chosen if rows is None else chosen.take(position(rows))
    if isinstance(holder, list):
        return holder[int(where[0]) - 1]
    values = np.asarray(getattr(holder, "values", holder))
    if len(where) == 2:
        rows, columns = where
        values = values if rows is None else values[position(rows)]
        return values if columns is None else values[:, position(columns)]
    chosen = np.atleast_1d(values)[position(where[0])]
    return chosen[0] if np.ndim(where[0]) == 0 else chosen


def names_at(frame: Frame, columns: Any) -> list[str]:
    names = list(frame)
    wanted = np.atleast_1d(columns)
    return list(wanted) if wanted.dtype.kind in TEXT else [names[int(k) - 1] for k in wanted]


def position(where: Any) -> np.ndarray:
    """R counts from 1; truth values choose."""
    at = np.atleast_1d(where)
    return at if at.dtype.kind == "b" else at.astype(int) - 1


def index_assign(holder: Any, where: Any, value: Any) -> Any:
    changed = np.array(holder, dtype=object if isinstance(value, str) else None)
    changed[position(where)] = value
    return changed


def rename(frame: Frame, names: Any) -> Frame:
    return Frame(dict(zip([str(n) for n in names], frame.values(), strict=True)))


def grep(pattern: str, values: Any) -> np.ndarray:
    return np.array([k + 1 for k, v in enumerate(values) if re.search(pattern, str(v))])


def bind_columns(*columns: Any) -> np.ndarray:
    return np.column_stack([np.asarray(c, dtype=float) for c in columns])


def binomial_row(x: float, n: float, level: float) -> dict[str, float]:
    row = {"x": x, "n": n, "level": level, "p": x / n}
    forms = {
        "wald": intervals.wald_interval,
        "wilson": intervals.wilson_interval,
        "cp": intervals.clopper_pearson_interval,
        "agresti_coull": intervals.agresti_coull_interval,
        "jeffreys": intervals.jeffreys_interval,
    }
    for form, make in forms.items():
        bounds = make(x, n, level)
        row |= {f"{form}_lo": bounds.low, f"{form}_hi": bounds.high}
    return row


def proportion_test(x: float, n: float, conf__level: float = 0.95, **dotted: Any) -> dict[str, Any]:
    bounds = intervals.wilson_interval(x, n, float(dotted.get("conf.level", conf__level)))
    return {"conf.int": np.array([bounds.low, bounds.high])}


def binomial_test(x: float, n: float, **dotted: Any) -> dict[str, Any]:
    bounds = intervals.clopper_pearson_interval(x, n, float(dotted.get("conf.level", 0.95)))
    return {"conf.int": np.array([bounds.low, bounds.high])}


def group_average(x: Any, *groups: Any, FUN: Any = np.mean) -> np.ndarray:
    labels = np.array(joined([np.asarray(g) for g in groups]))
    result = np.array(x, dtype=float)
    for label in np.unique(labels):
        result[labels == label] = FUN(result[labels == label])
    return result


def cross_table(formula: Formula, data: Frame) -> Frame:
    """`xtabs(Freq ~ a, data)` of a table that has one row a level."""
    assert formula.left is not None
    names = [term.value for term in formula.terms()]
    return Frame({**{n: data[n] for n in names}, "Freq": data[formula.left.value]})


def text_or_number(values: Any) -> np.ndarray:
    return np.asarray(getattr(values, "values", values), dtype=float)


BASE: dict[str, Callable[..., Any]] = {
    "(": lambda x: x,
    "+": lambda a, b=None: a if b is None else a + b,
    "-": lambda a, b=None: -a if b is None else a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    ":": lambda a, b: np.arange(int(a), int(b) + 1),
    "==": lambda a, b: np.equal(a, b),
    "!=": lambda a, b: np.not_equal(a, b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "&": np.logical_and,
    "|": np.logical_or,
    "&&": np.logical_and,
    "||": np.logical_or,
    "!": np.logical_not,
    "%in%": lambda a, b: np.isin(a, b),
    "c": combine,
    "list": lambda *p, **n: n if n else list(p),
    "I": lambda x: x,
    "identity": lambda x: x,
    "suppressWarnings": lambda x: x,
    "suppressMessages": lambda x: x,
    "as.numeric": text_or_number,
    "as.integer": text_or_number,
    "as.vector": text_or_number,
    "as.character": lambda x: np.array([text(v) for v in np.atleast_1d(x)]),
    "as.matrix": lambda x: np.column_stack(list(x.values())) if isinstance(x, Frame) else x,
    "cbind": bind_columns,
    "rep": lambda x, times: np.repeat(x, int(times)),
    "factor": factor,
    "ifelse": np.where,
    "is.na": missing,
    "sum": lambda *x, **_: float(sum(np.sum(v) for v in x)),
    "mean": lambda x, **_: float(np.mean(x)),
    "ave": group_average,
    "seq_len": lambda n: np.arange(1, int(n) + 1),
    "setNames": lambda x, names: Vector(tuple(names), np.asarray(x, dtype=float)),
    "which": lambda x: np.flatnonzero(x) + 1,
    "head": lambda x, n=6: x[: int(n)],
    "range": lambda x: np.array([np.min(x), np.max(x)]),
    "min": np.min,
    "max": np.max,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "exp": np.exp,
    "round": lambda x, digits=0: np.round(x, int(digits)),
    "unique": lambda x: np.array(list(dict.fromkeys(np.asarray(x).tolist()))),
    "sort": lambda x: np.sort(x),
    "length": lambda x: len(x),
    "paste": lambda *x, sep=" ", **_: np.array(
        [sep.join(map(text, r)) for r in zip(*x, strict=True)]
    ),
    "names": lambda x: list(getattr(x, "names", x)),
    "names<-": rename,
    "grep": grep,
    "data.frame": lambda **columns: Frame({k: np.asarray(v) for k, v in columns.items()}),
    "xtabs": cross_table,
    "qbeta": lambda p, a, b: float(stats.beta.ppf(p, a, b)),
    "prop.test": proportion_test,
    "binom.test": binomial_test,
    "bin": binomial_row,
    "Map": lambda f, *over: [f(*each) for each in zip(*over, strict=True)],
    "rbind": lambda *rows: {"rows": list(rows)},
    "do.call": lambda f, given: f(*given),
}
