"""The limits of disclosure: how few answers may be left, and how nearly they may be known."""

import numpy as np
import pytest

from analytics.domains.audit import Breach, Component, audit, breaches, components
from analytics.domains.least import Least
from analytics.domains.sums import Sum

SMALLEST = 10


def table(parts, rest=(0,)):
    """Row 0 is the total of the others and of `rest`; a part is a number, or one of each kind."""
    below = np.array([part if isinstance(part, tuple) else (part,) for part in parts])
    counts = np.vstack([below.sum(axis=0) + rest, below])
    return counts, Sum(0, tuple(range(1, len(counts))), rest, block=1)


def hidden(counts, rows):
    return np.isin(np.arange(len(counts)), rows)


@pytest.mark.parametrize(
    ("parts", "rest", "rows", "enough"),
    [
        ((20, 30), (0,), (), True),
        ((20, 30), (0,), (1,), False),  # the others tell it
        ((4, 6, 30), (0,), (1, 2), True),
        ((4, 5, 30), (0,), (1, 2), False),
        ((4, 30), (6,), (1,), True),  # what no part holds covers it too
        ((4, 30), (5,), (1,), False),
        ((4, 6, 30), (3,), (1, 2), True),
        ((20, 30), (0,), (0, 1), True),
        ((20, 30, 9), (0,), (0, 1, 2), True),
        ((20, 30), (3,), (0,), False),
        ((4, 5), (0,), (0, 1, 2), True),  # a total that is small itself
        ((3, 4, 3), (0,), (0, 1, 2), False),  # and one of ten is not
        ((1, 2), (0,), (1, 2), True),
        (((5, 5), (0, 0), (40, 9)), (0, 0), (1, 2), True),
        (((4, 6), (0, 0), (40, 9)), (0, 0), (1, 2), False),
        (((4, 6), (0, 0), (40, 9)), (0, 0), (0, 1, 2), True),
    ],
)
def test_what_is_left_of_a_sum_is_nobody_or_ten_and_five_of_each_kind(parts, rest, rows, enough):
    counts, total = table(parts, rest)
    held = Least(counts, [total], SMALLEST)._holds(total, hidden(counts, rows))
    assert bool(held) is enough


def test_ten_answers_are_public():
    counts, total = table((10, 10))
    assert not Least(counts, [total], SMALLEST).hidden().any()
    counts, total = table((9, 10, 50))
    assert Least(counts, [total], SMALLEST).hidden().tolist() == [False, True, True, False]


def test_what_the_audit_asks_for_is_suppressed_too(monkeypatch):
    asked = iter([{3}])
    monkeypatch.setattr(Least, "_beside", lambda *_given: next(asked, set()))
    counts, total = table((9, 10, 50, 60))
    found = Least(counts, [total], SMALLEST).hidden()
    assert found.tolist() == [False, True, True, True, False]


@pytest.mark.parametrize(("together", "known"), [(4, True), (5, False), (6, False)])
def test_a_suppressed_row_may_be_known_to_within_five(together, known):
    counts, total = table((1, together - 1, 30))
    found = audit(counts, [total], hidden(counts, (1, 2)))
    whole = [Breach(row, kind, 0.0, together) for row in (1, 2) for kind in (None, 0)]
    assert found == (whole if known else [])


def crossed():
    """Row 2 is in two sums, of which one leaves it three answers at most: so row 1 has 17 to 20."""
    counts = np.array([[20], [18], [2], [3], [1]])
    return counts, [Sum(0, (1, 2), (0,), 1), Sum(3, (2, 4), (0,), 2)]


def test_what_one_sum_tells_of_another_is_found():
    counts, sums = crossed()
    found = audit(counts, sums, hidden(counts, (1, 2, 4)))
    assert [(b.row, b.low, b.high) for b in found if b.kind is None] == [
        (1, 17, 20),
        (2, 0, 3),
        (4, 0, 3),
    ]


def test_only_suppressed_rows_are_tied_together():
    counts, sums = crossed()
    assert list(components(sums, hidden(counts, (1, 2, 4)))) == [Component((1, 2, 4), tuple(sums))]
    assert list(components(sums[:1], hidden(counts, (2,)))) == [Component((2,), (sums[0],))]
    assert list(components(sums, hidden(counts, ()))) == []


def test_for_a_block_its_first_breach_is_enough():
    counts, total = table((1, 3, 30))
    suppressed = hidden(counts, (1, 2))
    [part] = components([total], suppressed)
    assert {b.row for b in breaches(part, counts, suppressed)} == {1, 2}
    assert {b.row for b in breaches(part, counts, suppressed, block_of=lambda _row: 7)} == {1}
