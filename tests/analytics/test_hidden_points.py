"""Which service points of a cell are suppressed, and that nobody can work out what is."""

from itertools import combinations

import numpy as np
import pytest
from scipy import optimize

from analytics.domain import Level
from analytics.domains.audit import PROTECTION, audit
from analytics.domains.points import hidden_points
from analytics.domains.sums import Sum, sums_of
from analytics.domains.suppression import protect
from benchmarks.disclosure import table as agencies


def table(*points, rest=(0, 0)):
    """Answers of service points by kind, and of their cell."""
    counts = np.array(points).reshape(-1, 2)
    return counts, counts.sum(axis=0) + rest


@pytest.mark.parametrize(
    ("points", "rest", "hidden"),
    [
        (((20, 0), (30, 5)), (0, 0), [False, False]),
        (((20, 0),), (0, 0), [False]),
        (((20, 0), (30, 5)), (9, 1), [False, False]),  # ten that name none are as good as shown
        (((20, 0), (30, 5)), (9, 0), [False, True]),  # and nine are not
        (((20, 9), (30, 9)), (9, 0), [True, False]),
        (((8, 1), (20, 9), (40, 9)), (0, 0), [True, True, False]),
        (((8, 1), (20, 3), (40, 9)), (0, 0), [True, False, True]),  # four would tell too much
        (((8, 1), (20, 4), (40, 9)), (0, 0), [True, True, False]),
        (((8, 1), (40, 9)), (9, 5), [True, False]),
        (((4, 5), (40, 9)), (0, 0), None),  # one alone is what is left
        (((4, 1), (5, 4), (40, 9)), (0, 0), [True, True, False]),
        (((3, 1), (1, 4), (40, 9)), (0, 0), None),  # nine are left
        (((4, 5), (5, 4)), (0, 0), None),  # none would be shown
    ],
)
def test_what_is_left_of_a_cell_is_nobody_or_ten_and_five_of_each_kind(points, rest, hidden):
    counts, total = table(*points, rest=rest)
    found = hidden_points(counts, total)
    assert (found if found is None else found.tolist()) == hidden


def random_table(random):
    share = random.uniform(0.6, 0.97)
    sizes = random.choice([1, 3, 9, 10, 15, 40, 100], size=random.integers(1, 6))
    points = [(k := random.binomial(n, share), n - k) for n in sizes]
    rest = random.choice([0, 0, 1, 9, 10, 40])
    return table(*points, rest=(k := random.binomial(rest, share), rest - k))


def attack(counts, total, hidden, about, kinds):
    """The range of a service point's answers of these kinds, by an attacker of our own who knows
    the cell and what is shown: a column for each service point, and one for the rest."""
    known = np.append(~hidden, False)
    ends = []
    for sign in (1, -1):
        ends.append(0.0)
        for kind in kinds:
            equal = [np.ones(len(known)), *np.eye(len(known))[known]]
            right = [total[kind], *counts[~hidden][:, kind]]
            objective = sign * np.eye(len(known))[about]
            found = optimize.linprog(objective, A_eq=equal, b_eq=right, bounds=(0, 1e5))
            ends[-1] += sign * found.fun
    return ends


@pytest.mark.parametrize("seed", range(60))
def test_no_service_point_is_given_away(seed):
    counts, total = random_table(np.random.default_rng(seed))
    hidden = hidden_points(counts, total)
    rest = total - counts.sum(axis=0)
    if hidden is None:
        return
    left = rest.sum() + counts[hidden].sum()
    assert left == 0 or left >= 10
    assert hidden[counts.sum(axis=1) < 10].all()
    whole = Sum(0, tuple(range(1, len(counts) + 1)), tuple(rest.tolist()), block=1)
    assert audit(np.vstack([total, counts]), [whole], np.append(False, hidden)) == []
    for about in np.flatnonzero(hidden):
        for kinds in ([0], [1], [0, 1]):
            low, high = attack(counts, total, hidden, about, kinds)
            assert high - low >= PROTECTION - 1e-6, (about, kinds)


@pytest.mark.parametrize("seed", range(60))
def test_a_cell_is_split_wherever_it_can_be(seed):
    """Nothing is shown exactly where whatever is suppressed would be given away."""
    counts, total = random_table(np.random.default_rng(seed))
    rest, sizes = total - counts.sum(axis=0), counts.sum(axis=1)
    small = set(np.flatnonzero(sizes < 10))

    def safe(rows):
        left = rest + counts[list(rows)].sum(axis=0)
        if not rows:
            return left.sum() == 0 or left.sum() >= 10
        return len(rows) + any(rest) > 1 and left.sum() >= 10 and min(left) >= 5

    sets = [set(s) for k in range(len(counts)) for s in combinations(range(len(counts)), k)]
    possible = any(small <= rows and safe(rows) for rows in sets)
    assert (hidden_points(counts, total) is not None) is possible


@pytest.mark.parametrize("seed", range(8))
def test_together_with_every_other_table_nothing_is_given_away(seed):
    """Agencies of a nation, whose cells are split as they come: all sums at once, each kind."""
    random = np.random.default_rng(seed)
    counts, parents = agencies(random, 3, 4, 3, whole=True)
    hidden = protect(counts, parents)
    cells = [d for d in counts if d.level == Level.SERVICE_CHANNEL and d not in hidden]
    split = 0
    for cell in cells:
        left, points = counts[cell].copy(), []
        for _point in range(random.integers(1, 5)):
            points.append(random.binomial(left, random.uniform(0.05, 0.8)))
            left -= points[-1]
        if random.random() < 0.5:
            points.append(left)
        named = np.array([each for each in points if each.sum()]).reshape(-1, 2)
        suppressed = hidden_points(named, counts[cell]) if len(named) else None
        if suppressed is None:
            continue
        split += 1
        for number, (kinds, small) in enumerate(zip(named, suppressed, strict=True), start=1):
            domain = cell._replace(level=Level.SERVICE_POINT, point=number)
            counts[domain] = kinds
            hidden |= {domain} if small else set()
    assert split
    domains = list(counts)
    numbers = np.array([counts[domain] for domain in domains])
    rows = np.array([domain in hidden for domain in domains])
    assert audit(numbers, sums_of(domains, numbers, parents), rows) == []
