"""What a table gives away beside those that were made before it.

Where all who are in one figure are in another too, the difference between the two is a figure
itself, of the others. Where it is of one to nine answers, the new figure is suppressed. Figures are
compared in pairs; what follows from three or more is not looked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from analytics.crosstabs.columns import Column
from analytics.crosstabs.order import ANSWERS, Order
from analytics.crosstabs.table import TOP_TWO, Place
from analytics.domains.suppression import SMALLEST_PUBLISHED

ALWAYS_THERE = ("service", "channel", "selection")
"""The stored columns in which every answer has a value."""
RATINGS = ("1", "2", "3", "4", "5")

Values = Mapping[str, frozenset[str]]
"""By stored column those of which an answer has one; any in a column that is not named."""


class Figure(NamedTuple):
    """How many answers there are of some waves, from the first to the last month, with values."""

    n: int
    waves: frozenset[int]
    first: str
    last: str
    values: Values
    place: Place

    def is_within(self, other: Figure) -> bool:
        """Whether whoever may be in this figure is in the other."""
        return (
            self.waves <= other.waves
            and other.first <= self.first
            and self.last <= other.last
            and all(
                stored in self.values and self.values[stored] <= among
                for stored, among in other.values.items()
            )
        )


def figures(
    places: Iterable[tuple[Place, Sequence[int]]],
    order: Order,
    waves: Iterable[int],
    columns: Mapping[str, Column],
    overall: str,
) -> Iterator[Figure]:
    """The figures of a table whose first and last month are known."""
    among = frozenset(waves)
    for place, counts in places:
        chosen = zip((order.rows, order.columns), place, strict=True)
        asked = [*order.only, *((name, value) for name, value in chosen if value is not None)]
        months = [value for name, value in asked if name == "month"]
        first, last = max([order.first, *months]), min([order.last, *months])
        asked = [(name, value) for name, value in asked if name != "month"]
        for ratings, n in _kinds(order, counts):
            values = _values(asked, ratings, columns, overall)
            yield Figure(n, among, first, last, values, place)


def _kinds(order: Order, counts: Sequence[int]) -> list[tuple[Sequence[str], int]]:
    """The figures of a place: how many have which ratings of the whole (none: whatever they are)"""
    if order.measure == ANSWERS:
        return [((), sum(counts))]
    low = tuple(rating for rating in RATINGS if rating not in TOP_TWO)
    return [(RATINGS, sum(counts)), (TOP_TWO, counts[0]), (low, counts[1])]


def _values(
    asked: Iterable[tuple[str, str]],
    ratings: Sequence[str],
    columns: Mapping[str, Column],
    overall: str,
) -> Values:
    found: dict[str, frozenset[str]] = {}
    conditions = [(columns[name].stored, columns[name].stored_values(v)) for name, v in asked]
    for stored, values in (*conditions, *([(overall, ratings)] if ratings else [])):
        found[stored] = found.get(stored, frozenset(values)) & frozenset(values)
    whole = {
        name
        for name in ALWAYS_THERE
        if name in columns and found.get(name, set()) >= columns[name].values.keys()
    }
    return {stored: values for stored, values in found.items() if stored not in whole}


def giving_away(new: Sequence[Figure], earlier: Sequence[Figure]) -> set[Place]:
    """The places of the new table whose figures differ from an earlier one by one to nine."""
    return {inner.place for inner, _outer in _close(new, earlier)} | {
        outer.place for _inner, outer in _close(earlier, new)
    }


def _close(inside: Sequence[Figure], around: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    by_size = sorted(around, key=_size)
    for inner in inside:
        begin = bisect_left(by_size, inner.n + 1, key=_size)
        end = bisect_left(by_size, inner.n + SMALLEST_PUBLISHED, key=_size)
        yield from ((inner, outer) for outer in by_size[begin:end] if inner.is_within(outer))


def _size(figure: Figure) -> int:
    return figure.n
