"""Vectors, factors, frames: the values of R that the cases use, and how they are indexed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tests.estimation.r.language import Frame

TEXT = ("U", "O")


@dataclass(frozen=True)
class Vector:
    """A named vector, as `c(a = 1, b = 2)` makes it."""

    names: tuple[str, ...]
    values: np.ndarray

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.values, dtype=dtype)

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Truth:
    """Truth values of which some are missing: 1, 0 and NaN."""

    values: np.ndarray

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.values, dtype=dtype)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> Truth:
        return Truth(self.values[rows])


@dataclass(frozen=True)
class Factor:
    values: np.ndarray
    levels: tuple[Any, ...]

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.values, dtype=dtype)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> Factor:
        return Factor(self.values[rows], self.levels)

    @property
    def codes(self) -> np.ndarray:
        at = {level: float(k + 1) for k, level in enumerate(self.levels)}
        return np.array([at.get(value, np.nan) for value in self.values.tolist()])


def text(value: Any) -> str:
    """As R writes a value: 15 digits, truth values in capitals."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).upper()
    return f"{value:.15g}" if isinstance(value, float | np.floating) else str(value)


def missing(values: Any) -> np.ndarray:
    column = np.asarray(values)
    if column.dtype.kind in "fc":
        return np.isnan(column)
    if column.dtype.kind in TEXT:
        return np.asarray(column == "")
    return np.zeros(column.shape, dtype=bool)


def factor(x: Any, levels: Any = None, labels: Any = None, **_: Any) -> Factor:
    if isinstance(x, Factor) and levels is None:
        levels = [v for v in x.levels if v in set(x.values.tolist())]
    column = np.asarray(x)
    if column.dtype.kind == "b" or isinstance(x, Truth):
        column = (as_factor(x) or Factor(column, ())).values
    known = column[~missing(column)]
    order = sorted(set(known.tolist())) if levels is None else list(np.asarray(levels).tolist())
    blank: Any = "" if column.dtype.kind in TEXT else np.nan
    if labels is None:
        absent = ~np.isin(column, order)
        return Factor(np.where(absent, blank, column) if absent.any() else column, tuple(order))
    named = dict(zip(order, np.asarray(labels).tolist(), strict=True))
    return Factor(
        np.array([named.get(v, "") for v in column.tolist()]),
        tuple(dict.fromkeys(named.values())),
    )


def as_factor(values: Any, shown: np.ndarray | None = None) -> Factor | None:
    """Text and truth values are categories; their levels are those shown, sorted."""
    if isinstance(values, Factor):
        return values
    column = np.asarray(values)
    if isinstance(values, Truth):
        named = np.where(np.isnan(column), "", np.where(column == 1, "TRUE", "FALSE"))
        return Factor(named, ("FALSE", "TRUE"))
    if column.dtype.kind == "b":
        return Factor(np.where(column, "TRUE", "FALSE"), ("FALSE", "TRUE"))
    if column.dtype.kind not in TEXT:
        return None
    seen = column if shown is None else column[shown]
    return Factor(column, tuple(sorted(set(seen[~missing(seen)].tolist()))))


def levels_of(values: Any, shown: np.ndarray | None = None) -> list[Any]:
    """The distinct values in R's order: that of a factor's levels, else sorted."""
    found = as_factor(values)
    column = np.asarray(values)
    seen = column if shown is None else column[shown]
    present = set(seen[~missing(seen)].tolist())
    if found is not None and column.dtype.kind != "b":
        return [level for level in found.levels if level in present]
    return sorted(present)


def joined(columns: list[np.ndarray]) -> list[str]:
    return [" : ".join(text(v) for v in row) for row in zip(*columns, strict=True)]


def interaction(*columns: Any, sep: str = ".", drop: bool = False, **_: Any) -> Factor:
    """Every combination of levels, those of the first column running fastest."""
    if len(columns) == 1 and isinstance(columns[0], Frame):
        columns = tuple(columns[0].values())
    factors = [as_factor(c) or factor(c) for c in columns]
    values = np.array(
        [
            sep.join(map(text, row))
            for row in zip(*(f.values.tolist() for f in factors), strict=True)
        ]
    )
    unknown = np.any([missing(f.values) for f in factors], axis=0)
    values = np.where(unknown, "", values)
    levels = [text(level) for level in factors[0].levels]
    for other in factors[1:]:
        levels = [f"{a}{sep}{text(b)}" for b in other.levels for a in levels]
    return Factor(values, tuple(v for v in levels if not drop or v in set(values.tolist())))


def cut(
    x: Any,
    breaks: Any,
    labels: Any = None,
    include__lowest: bool = False,
    right: bool = True,
    **_: Any,
) -> Factor:
    column, at = np.asarray(x, dtype=float), np.asarray(breaks, dtype=float)
    if labels is None:
        ends = [f"{b:.3g}" if abs(b) < 1e5 else text(float(b)) for b in at]
        ends = [f"{e[:-3]}e+03" if e == "1000" else e for e in ends]
        ends = [re.sub(r"^-?inf$", lambda m: m[0].replace("inf", "Inf"), e) for e in ends]
        opening, closing = ("(", "]") if right else ("[", ")")
        labels = [f"{opening}{a},{b}{closing}" for a, b in pairwise(ends)]
        if include__lowest and right:
            labels[0] = "[" + labels[0][1:]
        if include__lowest and not right:
            labels[-1] = labels[-1][:-1] + "]"
    position = np.searchsorted(at, column, side="left" if right else "right") - 1
    if include__lowest:
        position = np.where(
            column == (at[0] if right else at[-1]), 0 if right else len(at) - 2, position
        )
    inside = (position >= 0) & (position < len(at) - 1) & ~np.isnan(column)
    if labels is False:
        return factor(np.where(inside, position + 1.0, np.nan))
    names = [text(label) for label in np.asarray(labels).tolist()]
    values = np.array([names[k] if ok else "" for k, ok in zip(position, inside, strict=True)])
    return Factor(values, tuple(names))


def combine(*positional: Any, **named: Any) -> Any:
    parts = [p for p in positional if p is not None]
    if any(isinstance(p, dict | Frame) or callable(p) for p in (*parts, *named.values())):
        return {**{str(k): v for k, v in enumerate(parts)}, **named}
    if named or any(isinstance(p, Vector) for p in parts):
        names: list[str] = []
        values: list[Any] = []
        for part in parts:
            each = np.atleast_1d(part)
            names += part.names if isinstance(part, Vector) else [""] * len(each)
            values += each.tolist()
        for name, part in named.items():
            each = np.atleast_1d(part)
            ends = part.names if isinstance(part, Vector) else range(1, len(each) + 1)
            names += [name] if len(each) == 1 else [f"{name}{end}" for end in ends]
            values += each.tolist()
        return Vector(tuple(names), np.array(values))
    arrays = [np.atleast_1d(p) for p in parts]
    if any(a.dtype.kind in TEXT for a in arrays):
        arrays = [np.array([text(v) for v in a.tolist()]) for a in arrays]
    return np.concatenate(arrays) if arrays else None


def index(holder: Any, *where: Any, drop: bool = True) -> Any:
    if isinstance(holder, Frame):
        rows, columns = where if len(where) > 1 else (None, where[0])
        names = list(holder) if columns is None else names_at(holder, columns)
        chosen = Frame({c: holder[c] for c in names})
        if rows is not None:
            chosen = chosen.take(position(rows, holder.rows))
        single = len(where) > 1 and columns is not None and len(names) == 1 and drop
        return chosen[names[0]] if single else chosen
    if isinstance(holder, dict) and len(where) == 2:  # rows of a table of named rows
        return element(element(holder, where[0]), where[1])
    if isinstance(holder, list | dict):
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        wanted = np.atleast_1d(where[0])
        found = (
            wanted.tolist()
            if wanted.dtype.kind in TEXT
            else [keys[k] for k in position(wanted, len(keys))]
        )
        return (
            {k: holder[k] for k in found}
            if isinstance(holder, dict)
            else [holder[k] for k in found]
        )
    if isinstance(holder, Vector):
        at = position(where[0], len(holder), holder.names)
        return Vector(tuple(np.array(holder.names)[at].tolist()), holder.values[at])
    if isinstance(holder, Factor | Truth):
        return holder[position(where[0], len(holder))]
    values = np.asarray(holder)
    if len(where) == 2:
        rows, columns = where
        values = values if rows is None else values[position(rows, len(values))]
        if columns is not None:
            values = values[:, position(columns, values.shape[1])]
        return values.squeeze() if drop else values
    values = values.ravel(order="F") if values.ndim > 1 else np.atleast_1d(values)
    chosen = values[position(where[0], len(values))]
    return chosen[0] if np.ndim(where[0]) == 0 else chosen


def element(holder: Any, at: Any) -> Any:
    """`x[[at]]`: one element by name or by position."""
    if isinstance(holder, Frame | dict):
        return holder[at] if isinstance(at, str) else list(holder.values())[int(at) - 1]
    if isinstance(holder, list):
        return holder[int(at) - 1]
    if isinstance(holder, Vector):
        return holder.values[holder.names.index(at) if isinstance(at, str) else int(at) - 1]
    return np.asarray(holder)[int(at) - 1]


def names_at(frame: Frame, columns: Any) -> list[str]:
    names = list(frame)
    wanted = np.atleast_1d(columns)
    if wanted.dtype.kind in TEXT:
        return [str(name) for name in wanted]
    return [names[k] for k in position(wanted, len(names))]


def position(where: Any, size: int, names: Iterable[str] = ()) -> np.ndarray:
    """R counts from 1, leaves out what is negative, and takes what is true or named."""
    at = np.atleast_1d(np.asarray(where) == 1) if isinstance(where, Truth) else np.atleast_1d(where)
    if at.dtype.kind == "b":
        return np.flatnonzero(at)
    if at.dtype.kind in TEXT:
        known = list(names)
        return np.array([known.index(name) for name in at.tolist()], dtype=int)
    if len(at) and np.all(at < 0):
        return np.setdiff1d(np.arange(size), -at.astype(int) - 1)
    return at.astype(int) - 1


def index_assign(holder: Any, *given: Any) -> Any:
    *where, value = given
    if isinstance(holder, Frame):
        rows, columns = where if len(where) > 1 else (None, where[0])
        changed = Frame(holder)
        for name in names_at(holder, columns):
            old = holder.get(name, np.full(holder.rows, np.nan))
            changed[name] = (
                index_assign(old, rows, value)
                if rows is not None
                else (np.broadcast_to(np.asarray(value), (holder.rows,)).copy())
            )
        return changed
    if isinstance(holder, Vector):
        at = position(where[0], len(holder), holder.names)
        return Vector(holder.names, index_assign(holder.values, at + 1, value))
    plain = np.array(holder, dtype=object if isinstance(value, str) else None)
    if plain.dtype.kind in "ib" and np.asarray(value).dtype.kind == "f":
        plain = plain.astype(float)
    plain[position(where[0], len(plain))] = value
    return plain


def elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    """An operation on numbers, on named numbers and on categories; shorter vectors repeat."""

    def apply(*given: Any) -> Any:
        names = next((v.names for v in given if isinstance(v, Vector)), None)
        plain = [
            np.asarray(v) if isinstance(v, Vector | Factor | Truth | list | tuple) else v
            for v in given
        ]
        sizes = [len(v) for v in plain if isinstance(v, np.ndarray) and v.ndim == 1]
        longest = max(sizes, default=1)
        plain = [
            np.resize(v, longest)
            if isinstance(v, np.ndarray) and v.ndim == 1 and 1 < len(v) < longest
            else v[:, None]
            if isinstance(v, np.ndarray) and v.ndim == 1 and any(np.ndim(o) == 2 for o in plain)
            else v
            for v in plain
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            result = function(*plain)
        if names is not None and np.shape(result) == (len(names),):
            return Vector(names, np.asarray(result))
        return result

    return apply


def logical(function: Callable[..., Any]) -> Callable[..., Any]:
    """`&`, `|` and `!`: unknown where a missing value decides."""

    def apply(*given: Any) -> Any:
        if not any(isinstance(v, Truth) for v in given):
            return elementwise(function)(*given)
        # What holds for either answer is known.
        low, high = (
            [np.where(missing(v), end, np.asarray(v)) == 1 for v in given] for end in (0, 1)
        )
        either = np.asarray(function(*low)), np.asarray(function(*high))
        return Truth(np.where(either[0] == either[1], either[0], np.nan))

    return apply


def by_text(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A comparison: of text where either side is text, as R does it."""

    def compare(a: Any, b: Any) -> Any:
        sides = [np.asarray(v) for v in (a, b)]
        kinds = {side.dtype.kind in TEXT for side in sides}
        if kinds == {True, False}:
            shapes = [side.shape for side in sides]
            sides = [
                np.array([text(v) for v in side.ravel().tolist()]).reshape(shape)
                for side, shape in zip(sides, shapes, strict=True)
            ]
        if sides[0].dtype == object or sides[1].dtype == object:
            sides = [side.astype(str) if side.dtype == object else side for side in sides]
        result = np.asarray(function(*sides))
        unknown = missing(sides[0]) | missing(sides[1])
        if not result.ndim:
            return bool(result)
        return Truth(np.where(unknown, np.nan, result)) if unknown.any() else result

    return elementwise(compare)
