"""Each sum that a public figure is part of, by itself: what a small domain takes with it.

Domains and sizes are plain; `withheld` alone knows in what form the product takes them. The nation
N has two ministries: M with the agencies A and B, and L without any; A has the services S and T.
"""

import pytest

from analytics.domain import Domain, Level
from analytics.domains.sums import totals_of
from analytics.domains.suppression import mark_suppressed, suppress
from analytics.estimation.official import Edition
from analytics.models import Score

ABOVE = {"M": None, "L": None, "A": "M", "B": "M"}
KEYS = {name: number for number, name in enumerate(["", "M", "L", "A", "B", "S", "T", "x", "y"])}
LEVELS = {
    (False, False, False): "nation",
    (True, False, False): "agency",
    (False, False, True): "channel",
    (True, False, True): "agency_channel",
    (True, True, False): "service",
    (True, True, True): "service_channel",
}

Place = tuple[str, str, str]
"""Agency, service and channel; "" for all of them."""
PARENTS = {KEYS[name]: KEYS[top] if top else None for name, top in ABOVE.items()}


def withheld(sizes: dict[Place, int]) -> set[Place]:
    place_of = {_domain(place): place for place in sizes}
    numbers = {domain: sizes[place] for domain, place in place_of.items()}
    return {place_of[each] for each in suppress(numbers, PARENTS, edition=Edition.FIRST)}


def _domain(place: Place) -> Domain:
    level = LEVELS[tuple(map(bool, place))]
    if place[0] in ("M", "L"):
        level = level.replace("agency", "ministry")
    return Domain(Level(level), *(KEYS[name] or None for name in place))


def _score(place: Place, n: int, question: str) -> Score:
    domain = _domain(place)
    return Score(
        level=domain.level,
        agency_id=domain.agency,
        service_id=domain.service,
        channel_id=domain.channel,
        question=question,
        measure="top_two_box",
        n=n,
    )


def test_a_service_point_is_a_part_of_its_cell_alone():
    point = Domain(Level.SERVICE_POINT, KEYS["A"], KEYS["S"], KEYS["x"], 7)
    cell = Domain(Level.SERVICE_CHANNEL, KEYS["A"], KEYS["S"], KEYS["x"])
    assert totals_of(point, PARENTS) == [(cell, "points")]


@pytest.mark.parametrize(("n", "hidden"), [(0, True), (1, True), (9, True), (10, False)])
def test_from_ten_answers_on_a_domain_is_public(n, hidden):
    assert withheld({("", "", ""): n}) == ({("", "", "")} if hidden else set())


NATION, M, L, A, B = ("", "", ""), ("M", "", ""), ("L", "", ""), ("A", "", ""), ("B", "", "")
S, T = ("A", "S", ""), ("A", "T", "")
X, Y = ("", "", "x"), ("", "", "y")
M_X, L_X, A_X, A_Y = ("M", "", "x"), ("L", "", "x"), ("A", "", "x"), ("A", "", "y")
B_X, S_X, S_Y, T_X = ("B", "", "x"), ("A", "S", "x"), ("A", "S", "y"), ("A", "T", "x")


@pytest.mark.parametrize(
    ("total", "small", "large"),
    [
        (NATION, M, L),
        (NATION, X, Y),
        (M, A, B),
        (A, S, T),
        (A, A_X, A_Y),
        (X, M_X, L_X),
        (M_X, A_X, B_X),
        (S, S_X, S_Y),
        (A_X, S_X, T_X),
    ],
    ids=lambda place: "·".join(filter(None, place)) or "nation",
)
def test_in_each_sum_the_other_part_covers_the_small_one(total, small, large):
    assert withheld({total: 39, small: 9, large: 30}) == {small, large}
    assert withheld({total: 60, small: 30, large: 30}) == set()
    # With no second part the total itself would tell it.
    assert withheld({total: 9 + 30, small: 9}) == {small, total}
    # Two small ones cover each other.
    assert withheld({total: 18, small: 9, large: 9}) == {small, large}
    # Without its total, a part is told by none.
    assert withheld({small: 9}) == {small}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, X),
        (A, L),
        (A, S_X),
        (A, M_X),
        (A, B_X),
        (S, A_X),
        (S, B_X),
        (S, L),
        (T, S_X),
        (A_X, S_Y),
        (A_X, B),
        (A_X, L_X),
        (X, M),
    ],
)
def test_what_is_in_no_sum_with_it_stays(one, other):
    assert withheld({one: 9, other: 30}) == {one}


def test_of_three_parts_the_smallest_public_one_is_taken():
    assert withheld({A: 120, S: 9, ("A", "x", ""): 61, T: 50}) == {S, T}


def test_a_tie_is_broken_by_the_agency_and_then_by_the_service():
    assert withheld({L: 5, M: 60, B: 30, A: 30}) == {L, M, A}
    U = ("A", "x", "")
    assert withheld({A: 69, U: 9, T: 30, S: 30}) == {U, S}


def test_what_covers_a_part_is_itself_covered():
    """S is small, so T goes; their only channel would tell them, so it goes too."""
    sizes = {NATION: 139, M: 139, A: 39, B: 100, S: 9, T: 30, S_X: 9, T_X: 30, A_X: 39, X: 139}
    assert withheld(sizes) == {S, T, S_X, T_X}
    # The sum over services is looked at before that over channels, and again afterwards.
    assert withheld({A: 60, S: 30, T: 30, S_X: 9}) == {S_X, S, T}
    assert withheld({A: 60, S: 30, T: 30, S_X: 9, S_Y: 21, T_X: 30, A_X: 39, A_Y: 21}) >= {
        S_X,
        S_Y,
        T_X,
        A_Y,
    }


def test_questions_are_covered_each_by_itself():
    scores = [_score(S, 9, "OV"), _score(T, 30, "P1"), _score(A, 39, "OV")]
    mark_suppressed(scores, {KEYS["A"]: None}, edition=Edition.FIRST)
    assert [score.withheld for score in scores] == [True, False, True]


def test_a_score_that_was_withheld_and_has_grown_is_shown():
    score = _score(A, 10, "OV")
    score.withheld = True
    mark_suppressed([score], {}, edition=Edition.FIRST)
    assert not score.withheld
