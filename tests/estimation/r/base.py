"""The few functions of base R that the cases use."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation import intervals
from tests.estimation.r.language import Argument, Formula, Frame, Node, Scope, parse
from tests.estimation.r.values import (
    TEXT,
    Factor,
    Truth,
    Vector,
    as_factor,
    by_text,
    combine,
    cut,
    elementwise,
    factor,
    index,
    interaction,
    joined,
    levels_of,
    logical,
    missing,
    text,
)


def quote(scope: Scope, arguments: tuple[Argument, ...]) -> Node:
    assert arguments[0].value is not None
    return arguments[0].value


def numbers(values: Any) -> Any:
    """`as.numeric`: codes of a factor, else the numbers without their names."""
    if isinstance(values, Factor):
        return values.codes
    plain = getattr(values, "values", values)
    plain = getattr(getattr(values, "joint", None), "values", plain)
    found = np.asarray(plain)
    if found.dtype.kind in TEXT:
        return np.array([float(v) if v else np.nan for v in found.tolist()])
    return np.asarray(found, dtype=float)


def known(values: Any, na__rm: bool = False) -> np.ndarray:
    column = np.asarray(values, dtype=float)
    return column[~np.isnan(column)] if na__rm else column


def reduced(function: Callable[[np.ndarray], Any]) -> Callable[..., float]:
    def apply(*values: Any, na__rm: bool = False) -> float:
        parts = [np.atleast_1d(known(v, na__rm)).ravel() for v in values]
        return float(function(np.concatenate(parts)))

    return apply


def sequence(
    from_: Any = 1, to: Any = None, by: Any = None, length__out: Any = None, **given: Any
) -> np.ndarray:
    from_ = given.get("from", from_)
    if to is None:
        size = len(from_) if np.ndim(from_) else int(from_)
        return np.arange(1, size + 1)
    if length__out is not None:
        return np.linspace(from_, to, int(length__out))
    by = (1 if to >= from_ else -1) if by is None else by
    return from_ + by * np.arange(int(np.floor((to - from_) / by + 1e-10)) + 1)


def repeat(x: Any, times: Any = 1, each: Any = 1, length__out: Any = None) -> np.ndarray:
    values = np.repeat(np.atleast_1d(x), int(each))
    if np.ndim(times):
        return np.repeat(values, np.asarray(times, dtype=int))
    values = np.tile(values, int(times))
    return values if length__out is None else np.resize(values, int(length__out))


def paste(*parts: Any, sep: str = " ", collapse: Any = None) -> Any:
    columns = [np.atleast_1d(np.asarray(p)) for p in parts]
    size = max(len(c) for c in columns)
    rows = zip(*(np.resize(c, size).tolist() for c in columns), strict=True)
    found = [sep.join(map(text, row)) for row in rows]
    return np.array(found) if collapse is None else collapse.join(found)


def formatted(fmt: str, *values: Any) -> Any:
    columns = [np.atleast_1d(v) for v in values]
    whole = re.findall(r"%[-0-9.]*([a-z])", fmt)
    rows = [
        fmt % tuple(int(v) if k == "d" else v for k, v in zip(whole, row, strict=True))
        for row in zip(*columns, strict=False)
    ]
    return rows[0] if len(rows) == 1 else np.array(rows)


def choose(test: Any, yes: Any, no: Any) -> Any:
    if isinstance(test, Truth):
        known = choose(test.values == 1, yes, no)
        blank: Any = "" if np.asarray(known).dtype.kind in TEXT else np.nan
        return np.where(np.isnan(test.values), blank, known)
    yes, no = (np.asarray(v) for v in (yes, no))
    if yes.dtype.kind in TEXT or no.dtype.kind in TEXT:
        sides = [v if v.dtype.kind in TEXT else np.where(missing(v), "", "x") for v in (yes, no)]
        return np.where(np.asarray(test, dtype=bool), *sides)
    found = np.where(np.asarray(test, dtype=bool), yes, no)
    return found if found.ndim else found.item()


def grep(pattern: str, x: Any, value: bool = False, **_: Any) -> np.ndarray:
    hits = [k for k, v in enumerate(x) if re.search(pattern, str(v))]
    return np.array([list(x)[k] for k in hits]) if value else np.array(hits) + 1


def bind_columns(*columns: Any, **named: Any) -> Any:
    parts = [*columns, *named.values()]
    if any(isinstance(p, Frame) for p in parts):
        frame = Frame()
        for part in columns:
            frame.update(part if isinstance(part, Frame) else {})
        return Frame({**frame, **{k: np.asarray(v) for k, v in named.items()}})
    return np.column_stack([np.asarray(c, dtype=float) for c in parts])


def bind_rows(*rows: Any, **_: Any) -> Any:
    if all(isinstance(row, Frame) for row in rows):
        return Frame({name: np.concatenate([r[name] for r in rows]) for name in rows[0]})
    if all(isinstance(row, dict) for row in rows):
        return {"rows": [each for row in rows for each in row.get("rows", [row])]}
    return np.vstack([np.asarray(row) for row in rows])


def binomial_row(x: float, n: float, L: float) -> dict[str, Any]:
    row = {"x": x, "n": n, "level": L, "p": x / n}
    forms = {
        "wald": intervals.wald_interval,
        "wilson": intervals.wilson_interval,
        "cp": intervals.clopper_pearson_interval,
        "agresti_coull": intervals.agresti_coull_interval,
        "jeffreys": intervals.jeffreys_interval,
    }
    for form, make in forms.items():
        bounds = make(x, n, L)
        row |= {f"{form}_lo": bounds.low, f"{form}_hi": bounds.high}
    return {"rows": [row], **row}


def proportion_test(
    x: Any, n: float, conf__level: float = 0.95, correct: bool = True, **_: Any
) -> dict[str, Any]:
    """Score interval of one proportion, with the correction for continuity where asked."""
    if not correct:
        bounds = intervals.wilson_interval(x, n, conf__level)
        return {"conf.int": np.array([bounds.low, bounds.high]), "estimate": x / n}
    p, z2 = x / n, float(stats.norm.ppf((1 + conf__level) / 2)) ** 2
    c = min(0.5, abs(x - n / 2))

    def bound(sign: int) -> float:
        q = p + sign * c / n
        half = np.sqrt(z2 * (q * (1 - q) / n + z2 / (4 * n * n)))
        return float((q + z2 / (2 * n) + sign * half) / (1 + z2 / n))

    ends = np.array([max(0.0, bound(-1)), min(1.0, bound(1))])
    return {"conf.int": ends, "estimate": p}


def binomial_test(
    x: Any, n: Any = None, p: float = 0.5, conf__level: float = 0.95, **_: Any
) -> dict[str, Any]:
    if n is None:
        x, n = float(x[0]), float(np.sum(x))
    bounds = intervals.clopper_pearson_interval(x, n, conf__level)
    return {
        "conf.int": np.array([bounds.low, bounds.high]),
        "estimate": x / n,
        "p.value": float(stats.binomtest(int(x), int(n), p).pvalue),
    }


def group_average(x: Any, *groups: Any, FUN: Any = np.mean) -> np.ndarray:
    labels = np.array(joined([np.asarray(g) for g in groups]))
    result = np.array(x, dtype=float)
    for label in np.unique(labels):
        result[labels == label] = FUN(result[labels == label])
    return result


def cross_table(formula: Formula, data: Frame) -> Frame:
    """`xtabs(Freq ~ a + b, data)`: sums by every combination of levels."""
    names = [term.value for term in formula.terms()]
    counted = np.ones(data.rows) if formula.left is None else data[formula.left.value]
    return totals_by({n: data[n] for n in names}, counted, np.sum, "Freq")


def totals_by(columns: dict[str, Any], values: Any, FUN: Any, name: str) -> Frame:
    """One row a combination of levels that occurs, those of the first column running fastest."""
    keys = list(zip(*(np.asarray(c).tolist() for c in columns.values()), strict=True))
    ranks = [{v: k for k, v in enumerate(levels_of(c))} for c in columns.values()]
    order = sorted(
        set(keys), key=lambda key: [r[v] for r, v in zip(ranks[::-1], key[::-1], strict=True)]
    )
    column = np.asarray(values, dtype=float)
    found = [float(FUN(column[[k == key for k in keys]])) for key in order]
    table = {n: np.array([key[i] for key in order]) for i, n in enumerate(columns)}
    return Frame({**table, name: np.array(found)})


def aggregate(x: Any, data: Any = None, FUN: Any = None, by: Any = None, **_: Any) -> Frame:
    if isinstance(x, Formula):
        assert x.left is not None
        names = [term.value for term in x.terms()]
        return totals_by({n: data[n] for n in names}, data[x.left.value], FUN, x.left.value)
    groups = data if by is None else by
    return totals_by(dict(groups), getattr(x, "values", x), FUN, "x")


def grouped(x: Any, index: Any, FUN: Any, **_: Any) -> Any:
    """`tapply`: one value a level; a matrix where two columns group."""
    columns = list(index.values()) if isinstance(index, dict) else index
    columns = columns if isinstance(columns, list) else [columns]
    values, levels = np.asarray(x), [levels_of(c) for c in columns]
    plain = [np.asarray(c) for c in columns]
    if len(columns) == 1:
        found = [FUN(values[plain[0] == level]) for level in levels[0]]
        return Vector(tuple(map(text, levels[0])), np.array(found))
    return np.array(
        [
            [float(FUN(values[(plain[0] == a) & (plain[1] == b)])) for b in levels[1]]
            for a in levels[0]
        ]
    )


def split(x: Any, f: Any, **_: Any) -> dict[str, Any]:
    label = np.asarray(f)
    take = x.take if isinstance(x, Frame) else np.asarray(x).__getitem__
    return {text(level): take(label == level) for level in levels_of(f)}


def named_apply(
    X: Any,
    FUN: Callable[..., Any],
    *more: Any,
    USE__NAMES: bool = True,
    FUN__VALUE: Any = None,
    **given: Any,
) -> Any:
    items = list(X.values()) if isinstance(X, dict) else list(X)
    found = [FUN(item, *more, **given) for item in items]
    labels = list(X) if isinstance(X, dict) else getattr(X, "names", None)
    if labels is None and np.asarray(X).dtype.kind in TEXT and USE__NAMES:
        labels = [str(item) for item in items]
    if any(isinstance(v, dict) for v in found):
        return found if labels is None else dict(zip(labels, found, strict=True))
    if labels is not None and all(isinstance(v, Vector) and len(v) == 1 for v in found):
        labels = [f"{label}.{v.names[0]}" for label, v in zip(labels, found, strict=True)]
    table = np.array([np.asarray(v) for v in found])
    if table.ndim == 2 and table.shape[1] > 1:
        return table.T
    table = table.ravel()
    return table if labels is None else Vector(tuple(labels), table)


def list_apply(X: Any, FUN: Callable[..., Any], *more: Any, **given: Any) -> Any:
    if isinstance(X, dict):
        return {key: FUN(item, *more, **given) for key, item in X.items()}
    return [FUN(item, *more, **given) for item in X]


def map_apply(f: Callable[..., Any], *over: Any, **_: Any) -> list[Any]:
    return [f(*each) for each in zip(*over, strict=True)]


def multi_apply(FUN: Callable[..., Any], *over: Any, **_: Any) -> np.ndarray:
    return np.array(map_apply(FUN, *over))


def frame(*parts: Any, **columns: Any) -> Frame:
    found = Frame()
    for part in parts:
        found.update(part if isinstance(part, dict) else {})
    columns.pop("stringsAsFactors", None)
    columns.pop("check.names", None)
    plain = {k: v if isinstance(v, Factor) else np.atleast_1d(v) for k, v in columns.items()}
    rows = max([found.rows, *(len(v) for v in plain.values())])
    for name, column in plain.items():
        found[name] = column if len(column) == rows else np.resize(column, rows)
    return found


def rename(x: Any, names: Any) -> Any:
    if isinstance(x, Frame):
        return Frame(dict(zip([str(n) for n in names], x.values(), strict=True)))
    return Vector(tuple(map(str, names)), np.atleast_1d(x))


def names_of(x: Any) -> Any:
    return np.array([str(n) for n in getattr(x, "names", x)])


def unique(x: Any) -> Any:
    if isinstance(x, Factor):
        return Factor(np.array(list(dict.fromkeys(x.values.tolist()))), x.levels)
    return np.array(list(dict.fromkeys(np.asarray(x).tolist())))


def expand_grid(**columns: Any) -> Frame:
    sizes = [len(c) for c in columns.values()]
    found, fast = Frame(), 1
    for (name, column), size in zip(columns.items(), sizes, strict=True):
        found[name] = np.resize(np.repeat(np.asarray(column), fast), int(np.prod(sizes)))
        fast *= size
    return found


def distribution(made: Any, quantile: bool) -> Callable[..., Any]:
    """A distribution function, or its inverse, with R's `lower.tail`."""

    def function(x: Any, *parameters: Any, lower__tail: bool = True, **named: Any) -> Any:
        if quantile:
            found = (made.ppf if lower__tail else made.isf)(x, *parameters, *named.values())
        else:
            found = (made.cdf if lower__tail else made.sf)(x, *parameters, *named.values())
        return found if np.ndim(found) else float(found)

    return function


def call_with(what: Any, args: Any) -> Any:
    function = FUNCTIONS[what] if isinstance(what, str) else what
    return function(**args) if isinstance(args, dict) else function(*args)


def level_names(x: Any) -> np.ndarray:
    return np.array((as_factor(x) or factor(x)).levels)


def ordered(x: Any, decreasing: bool = False) -> np.ndarray:
    at = np.argsort(np.asarray(x), kind="stable") + 1
    return at[::-1] if decreasing else at


def sort(x: Any, decreasing: bool = False) -> Any:
    at = ordered(x, decreasing)
    return index(x, at)


def table(*columns: Any) -> Any:
    if len(columns) == 1:
        levels = levels_of(columns[0])
        found = [int(np.sum(np.asarray(columns[0]) == level)) for level in levels]
        return Vector(tuple(map(text, levels)), np.array(found))
    return grouped(np.ones(len(columns[0])), list(columns[:2]), np.sum)


def quantile(x: Any, probs: Any = (0, 0.25, 0.5, 0.75, 1), na__rm: bool = False, **_: Any) -> Any:
    found = np.quantile(known(x, na__rm), np.asarray(probs))
    return found if np.ndim(found) else float(found)


def as_list(*given: Any, **named: Any) -> Any:
    return {**{str(k): v for k, v in enumerate(given)}, **named} if named else list(given)


def shares(x: Any) -> Any:
    values = np.asarray(x, dtype=float)
    return elementwise(lambda v: v / values.sum())(x if isinstance(x, Vector) else values)


def size(x: Any) -> int:
    return len(x)


def table_of(x: Any) -> np.ndarray:
    return np.column_stack(list(x.values())) if isinstance(x, Frame) else np.asarray(x)


def summary(object: Any, **_: Any) -> Vector:
    x = known(object, na__rm=True)
    found = [x.min(), *np.quantile(x, [0.25, 0.5]), x.mean(), np.quantile(x, 0.75), x.max()]
    return Vector(("Min.", "1st Qu.", "Median", "Mean", "3rd Qu.", "Max."), np.array(found))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "(": lambda x: x,
    "+": elementwise(lambda a, b=None: a if b is None else np.add(a, b)),
    "-": elementwise(lambda a, b=None: np.negative(a) if b is None else a - b),
    "*": elementwise(lambda a, b: a * b),
    "/": elementwise(lambda a, b: np.divide(a, b)),
    "^": elementwise(lambda a, b: a**b),
    "%%": elementwise(np.mod),
    "%/%": elementwise(np.floor_divide),
    "%*%": lambda a, b: np.asarray(a) @ np.asarray(b),
    ":": lambda a, b: np.arange(int(a), int(b) + (1 if b >= a else -1), 1 if b >= a else -1),
    "==": by_text(np.equal),
    "!=": by_text(np.not_equal),
    "<": by_text(np.less),
    ">": by_text(np.greater),
    "<=": by_text(np.less_equal),
    ">=": by_text(np.greater_equal),
    "&": logical(np.logical_and),
    "|": logical(np.logical_or),
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
    "!": logical(np.logical_not),
    "xor": elementwise(np.logical_xor),
    "%in%": lambda x, table: np.isin(
        *(
            (np.asarray(x), np.asarray(table))
            if (np.asarray(x).dtype.kind in TEXT) == (np.asarray(table).dtype.kind in TEXT)
            else (as_text(x), as_text(table))
        )
    ),
    "c": combine,
    "list": as_list,
    "I": lambda x: x,
    "identity": lambda x: x,
    "invisible": lambda x=None: x,
    "print": lambda x, **_: x,
    "suppressWarnings": lambda expr, **_: expr,
    "suppressMessages": lambda expr, **_: expr,
    "library": lambda *_, **__: None,
    "set.seed": lambda *_, **__: None,
    "as.numeric": numbers,
    "as.double": numbers,
    "as.integer": lambda x: np.trunc(numbers(x)),
    "as.vector": lambda x, **_: numbers(x) if isinstance(x, Vector) else getattr(x, "values", x),
    "unname": lambda x: getattr(x, "values", x),
    "as.logical": lambda x: np.asarray(x).astype(bool),
    "as.character": lambda x: as_text(x),
    "as.factor": lambda x: as_factor(x) or factor(x),
    "as.data.frame": lambda x, **_: x if isinstance(x, Frame) else Frame(x),
    "as.table": lambda x: x,
    "as.matrix": lambda x: np.column_stack(list(x.values())) if isinstance(x, Frame) else x,
    "unlist": lambda x, **_: combine(**x) if isinstance(x, dict) else combine(*x),
    "cbind": bind_columns,
    "rbind": bind_rows,
    "t": lambda x: np.asarray(x).T,
    "diag": lambda x: np.diag(np.asarray(x)),
    "matrix": lambda data, nrow=None, ncol=None, byrow=False, **_: np.reshape(
        np.asarray(data), (int(nrow or -1), int(ncol or -1)), order="C" if byrow else "F"
    ),
    "rep": repeat,
    "rep_len": lambda x, length__out: np.resize(x, int(length__out)),
    "seq": sequence,
    "seq_len": lambda length__out: np.arange(1, int(length__out) + 1),
    "seq_along": lambda x: np.arange(1, len(x) + 1),
    "rev": lambda x: np.asarray(x)[::-1],
    "factor": factor,
    "interaction": interaction,
    "cut": cut,
    "levels": level_names,
    "nlevels": lambda x: len(level_names(x)),
    "droplevels": lambda x: factor(x) if isinstance(x, Factor) else x,
    "ifelse": choose,
    "is.na": missing,
    "complete.cases": lambda x: ~np.any([missing(c) for c in x.values()], axis=0),
    "sum": reduced(np.sum),
    "prod": reduced(np.prod),
    "mean": reduced(np.mean),
    "median": reduced(np.median),
    "min": reduced(np.min),
    "max": reduced(np.max),
    "var": reduced(lambda x: np.var(x, ddof=1)),
    "sd": reduced(lambda x: np.std(x, ddof=1)),
    "range": lambda *x, na__rm=False: np.array(
        [reduced(np.min)(*x, na__rm=na__rm), reduced(np.max)(*x, na__rm=na__rm)]
    ),
    "quantile": quantile,
    "summary": summary,
    "any": lambda *x, **_: any(bool(np.any(v)) for v in x),
    "all": lambda *x, **_: all(bool(np.all(v)) for v in x),
    "pmin": elementwise(np.minimum),
    "pmax": elementwise(np.maximum),
    "colSums": lambda x, **_: table_of(x).sum(axis=0),
    "rowSums": lambda x, **_: table_of(x).sum(axis=1),
    "colMeans": lambda x, **_: table_of(x).mean(axis=0),
    "rowMeans": lambda x, **_: table_of(x).mean(axis=1),
    "cumsum": lambda x: np.cumsum(np.asarray(x)),
    "diff": lambda x: np.diff(np.asarray(x)),
    "ave": group_average,
    "tapply": lambda X, INDEX, FUN, **_: grouped(X, INDEX, FUN),
    "aggregate": aggregate,
    "split": split,
    "sapply": named_apply,
    "vapply": lambda X, FUN, FUN__VALUE=None, *more, **g: named_apply(X, FUN, *more, **g),
    "lapply": list_apply,
    "Map": map_apply,
    "mapply": multi_apply,
    "do.call": call_with,
    "Reduce": lambda f, x: reduce(f, list(x)),
    "setNames": lambda object, nm: rename(object, nm),
    "which": lambda x: np.flatnonzero(np.asarray(x) == 1) + 1,
    "which.max": lambda x: int(np.argmax(np.asarray(x))) + 1,
    "which.min": lambda x: int(np.argmin(np.asarray(x))) + 1,
    "head": lambda x, n=6: index(x, np.arange(1, min(int(n), len(x)) + 1)),
    "tail": lambda x, n=6: index(x, np.arange(max(len(x) - int(n), 0) + 1, len(x) + 1)),
    "abs": elementwise(np.abs),
    "sqrt": elementwise(np.sqrt),
    "log": elementwise(
        lambda x, base=None: np.log(x) if base is None else np.log(x) / np.log(base)
    ),
    "log1p": elementwise(np.log1p),
    "log10": elementwise(np.log10),
    "log2": elementwise(np.log2),
    "exp": elementwise(np.exp),
    "floor": elementwise(np.floor),
    "ceiling": elementwise(np.ceil),
    "round": elementwise(lambda x, digits=0: np.round(x, int(digits))),
    "signif": elementwise(
        lambda x, digits=6: np.vectorize(lambda v: float(f"{v:.{int(digits)}g}"))(x)
    ),
    "qlogis": elementwise(lambda p: np.log(p / (1 - p))),
    "plogis": elementwise(lambda x: 1 / (1 + np.exp(-x))),
    "unique": unique,
    "duplicated": lambda x: np.array(
        [v in np.asarray(x).tolist()[:k] for k, v in enumerate(np.asarray(x).tolist())]
    ),
    "sort": sort,
    "order": ordered,
    "length": size,
    "paste": paste,
    "paste0": lambda *x, collapse=None: paste(*x, sep="", collapse=collapse),
    "sprintf": formatted,
    "substr": lambda x, start, stop: np.array(
        [str(v)[int(start) - 1 : int(stop)] for v in np.atleast_1d(x)]
    ),
    "names": names_of,
    "colnames": names_of,
    "names<-": rename,
    "colnames<-": rename,
    "grep": grep,
    "grepl": lambda pattern, x, **_: np.array(
        [bool(re.search(pattern, str(v))) for v in np.atleast_1d(np.asarray(x))]
    ),
    "sub": lambda pattern, replacement, x: np.array(
        [re.sub(pattern, replacement, str(v), count=1) for v in np.atleast_1d(x)]
    ),
    "startsWith": lambda x, prefix: np.array([str(v).startswith(prefix) for v in np.asarray(x)]),
    "data.frame": frame,
    "expand.grid": expand_grid,
    "xtabs": cross_table,
    "table": table,
    "prop.table": shares,
    "proportions": shares,
    "as.formula": lambda object, **_: as_formula(object),
    "formula": lambda x, **_: as_formula(x),
    "reformulate": lambda termlabels, **_: as_formula("~" + "+".join(np.atleast_1d(termlabels))),
    "make.formula": lambda names: as_formula("~" + "+".join(np.atleast_1d(names))),
    "qbeta": distribution(stats.beta, True),
    "pbeta": distribution(stats.beta, False),
    "qnorm": distribution(stats.norm, True),
    "pnorm": distribution(stats.norm, False),
    "qt": distribution(stats.t, True),
    "pt": distribution(stats.t, False),
    "qchisq": distribution(stats.chi2, True),
    "pchisq": distribution(stats.chi2, False),
    "qf": distribution(stats.f, True),
    "pf": distribution(stats.f, False),
    "qbinom": distribution(stats.binom, True),
    "pbinom": distribution(stats.binom, False),
    "prop.test": proportion_test,
    "binom.test": binomial_test,
    "bin": binomial_row,
    "numeric": lambda length=0: np.zeros(int(length)),
    "is.null": lambda x: x is None,
}


def as_text(x: Any) -> np.ndarray:
    return np.array([text(v) for v in np.atleast_1d(np.asarray(x)).tolist()])


def as_formula(given: Any) -> Formula:
    if isinstance(given, Formula):
        return given
    (node,) = parse(str(np.atleast_1d(given)[0]))
    sides = [a.value for a in node.parts]
    return Formula(sides[0] if len(sides) == 2 else None, sides[-1])
