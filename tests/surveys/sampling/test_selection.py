"""Every encounter of a cell has the same chance, whichever way is drawn."""

import secrets
import sys
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surveys.sampling.allocation import Cell, allocate
from surveys.sampling.design import Design
from surveys.sampling.selection import Listed, commitment_to, seed_of, select

SIZE, DRAWN, SEEDS = 60, 12, 4_000


@pytest.fixture
def seeds():
    """Seeds that follow from a number that is printed, so that a failure can be repeated."""
    start = secrets.randbits(64)
    sys.stdout.write(f"seed {start}\n")
    return [np.random.default_rng([start, k]).bytes(32) for k in range(SEEDS)]


@pytest.mark.parametrize("systematic", [False, True])
def test_all_are_drawn_alike(seeds, systematic):
    """Chi-square over many seeds; it fails by chance once in 10,000 runs."""
    listed = rows(SIZE, order="2027-01-01" if systematic else "")
    counts = Counter(
        key for seed in seeds for key in select(seed, listed, DRAWN, systematic=systematic)
    )
    observed = np.array([counts[row.key] for row in listed])
    assert observed.sum() == SEEDS * DRAWN
    # Without replacement the counts vary less than a multinomial's: by 1 − n/N.
    scaled = (observed - SEEDS * DRAWN / SIZE) ** 2 / (SEEDS * DRAWN / SIZE * (1 - DRAWN / SIZE))
    statistic = scaled.sum() * (SIZE - 1) / SIZE
    if systematic:  # rows that are always drawn together do not vary one by one
        assert statistic < stats.chi2.ppf(0.9999, SIZE // DRAWN) * DRAWN
    else:
        assert stats.chi2.ppf(0.00005, SIZE - 1) < statistic < stats.chi2.ppf(0.99995, SIZE - 1)


def test_pairs_are_drawn_alike_in_a_simple_random_sample(seeds):
    listed = rows(10)
    pairs = Counter()
    for seed in seeds:
        drawn = sorted(select(seed, listed, 4, systematic=False))
        pairs.update((a, b) for k, a in enumerate(drawn) for b in drawn[k + 1 :])
    expected = SEEDS * (4 * 3) / (10 * 9)
    assert len(pairs) == 45
    assert all(abs(count - expected) < 5 * expected**0.5 for count in pairs.values())


def test_a_systematic_sample_spreads_along_the_days(seeds):
    listed = [Listed("S", "C", f"k{k:03}", True, f"2027-01-{k // 10 + 1:02}") for k in range(100)]
    days = {row.key: row.order for row in listed}
    for seed in seeds[:50]:
        drawn = Counter(days[key] for key in select(seed, listed, 10, systematic=True))
        assert set(drawn.values()) == {1}


@given(
    st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.binary(min_size=32, max_size=32),
)
def test_exactly_as_many_as_asked_and_nobody_twice(sizes, seed):
    size, number = sizes
    for systematic in (False, True):
        drawn = select(seed, rows(size), number, systematic=systematic)
        assert len(drawn) == len(set(drawn)) == number


def test_every_start_of_a_systematic_sample_counts_alike():
    """By counting, not by chance: of all starts each row is in `number`."""
    size, number = 13, 5
    counts = Counter((start + k * size) // number for start in range(size) for k in range(number))
    assert counts == dict.fromkeys(range(size), number)


def test_the_seed_follows_from_secret_list_and_public_number():
    secret = "00" * 32
    assert (
        commitment_to(secret) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    )
    seeds = {
        seed_of(secret, "a", ""),
        seed_of(secret, "b", ""),
        seed_of(secret, "a", "1"),
        seed_of("01" * 32, "a", ""),
    }
    assert len(seeds) == 4


def rows(size: int, order: str = "") -> list[Listed]:
    return [Listed("S", "C", f"key-{k}", True, order) for k in range(size)]


# --- how many -------------------------------------------------------------------------------------

CELLS = [
    Cell("A", "x", 1000, 800),
    Cell("A", "y", 100, 90),
    Cell("B", "x", 10, 3),
    Cell("B", "y", 5, 0),
]


@pytest.mark.parametrize(
    ("design", "drawn"),
    [
        (Design(allocation="rate", rate="0.1"), [80, 9, 1, 0]),
        (Design(allocation="rate", rate="0.005"), [4, 1, 1, 0]),
        (Design(allocation="rate", rate="1"), [800, 90, 3, 0]),
        (Design(allocation="per_cell", number=50), [50, 50, 3, 0]),
        (Design(allocation="per_cell", number=1, minimum=20), [20, 20, 3, 0]),
        (Design(allocation="proportional", number=223, minimum=2), [201, 20, 2, 0]),
        (Design(allocation="proportional", number=100, minimum=20), [77, 20, 3, 0]),
        (Design(allocation="proportional", number=5000), [800, 90, 3, 0]),
        (
            Design(
                allocation="neyman",
                number=60,
                spread={"A|x": "0.1", "A|y": "0.5", "B|x": "0.4", "B|y": "0.4"},
            ),
            [39, 19, 2, 0],
        ),
    ],
)
def test_how_many_are_drawn_of_each_cell(design, drawn):
    assert allocate(design, CELLS) == drawn


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12),
    st.integers(1, 4000),
    st.integers(1, 10),
)
def test_a_division_keeps_its_bounds_and_its_sum(sizes, number, minimum):
    cells = [Cell("S", str(k), a + b, a) for k, (a, b) in enumerate(sizes)]
    least = sum(min(minimum, cell.reachable) for cell in cells)
    design = Design(allocation="proportional", number=number, minimum=minimum)
    if number < least:
        with pytest.raises(ValidationError, match="are too few"):
            allocate(design, cells)
        return
    drawn = allocate(design, cells)
    assert sum(drawn) == min(number, sum(cell.reachable for cell in cells))
    for cell, n in zip(cells, drawn, strict=True):
        assert min(minimum, cell.reachable) <= n <= cell.reachable
    inside = [
        (Fraction(n), cell)
        for cell, n in zip(cells, drawn, strict=True)
        if min(minimum, cell.reachable) < n < cell.reachable
    ]
    for n, cell in inside:  # within their bounds all cells are drawn at one rate, but for rounding
        for m, other in inside:
            assert n - 1 <= Fraction(cell.encounters * (m + 1), other.encounters)


@pytest.mark.parametrize(
    "wrong",
    [
        {"allocation": "lottery"},
        {"allocation": "rate"},
        {"allocation": "rate", "rate": "1.5"},
        {"allocation": "rate", "rate": "nan"},
        {"allocation": "per_cell"},
        {"allocation": "per_cell", "number": 5, "minimum": 0},
        {"allocation": "per_cell", "number": 5, "order": "alphabetical"},
        {"allocation": "per_cell", "number": 5, "answer_days": 0},
        {"allocation": "neyman", "number": 5, "spread": {"A|x": "-1"}},
    ],
)
def test_what_is_no_design_is_refused(wrong):
    with pytest.raises(ValidationError):
        Design(**wrong)
