"""No agency lifts its figure by more than its interval's width unseen, and a smeared neighbour
keeps her verdict. The quick ones; `python -m benchmarks.attacks` runs them all."""

import pytest

from tests.attacks.chosen import erased
from tests.attacks.ground import after
from tests.attacks.listed import honest, invented
from tests.attacks.strategies import LIFTS, SMEARS

pytestmark = pytest.mark.django_db

TRIED = [
    "own key, 1,000 back-dated over the wave",
    "own OpenRosa device, 100 forms",
    "confirmed kiosk, 400 fives in an hour",
    "independent program bribed, 1,000 back-dated over the wave",
    "one form's token sent 300 times",
]


@pytest.fixture(scope="module")
def before(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return {code: after(LIFTS["nothing is done"], code) for code in "AB"}


def test_the_ground_is_honest(before):
    assert (before["A"].outcome, before["B"].outcome) == ("NOT_MET", "MET")
    assert before["A"].set_aside == before["B"].set_aside == 0
    assert [before[code].seen for code in "AB"] == [False, False]


@pytest.mark.parametrize("name", TRIED)
def test_nobody_is_lifted_unseen(before, name):
    result = after(LIFTS[name], "A")
    assert result.added
    assert not result.gained_unseen(before["A"])
    assert result.outcome == "NOT_MET"
    assert abs(result.shown - before["A"].shown) < 0.01
    if name.startswith("own"):  # it stands beside the figure
        assert (result.own, result.n) == (result.added, before["A"].n)


def test_a_smear_leaves_no_doubt(before):
    result = after(SMEARS["one address, 400 ones in one night"], "B")
    assert (result.outcome, result.alarm) == ("MET", True)
    assert "REPELLED" in result.flags
    assert "FLAGGED" not in result.flags


def test_a_neighbours_key_adds_nothing(before):
    assert after(LIFTS["a neighbour's key sends for it"], "A").added == 0


def test_a_list_of_invented_encounters_marks_the_verdict():
    result = after(invented, "A")
    assert (result.outcome, result.official) == ("MET", True)
    assert "LIST_DOUBTED" in result.flags


def test_an_honest_list_does_not():
    assert "LIST_DOUBTED" not in after(honest, "A").flags


def test_an_officer_who_erases_the_discontent_marks_the_verdict():
    result = after(erased, "A")
    assert result.evidence == "PROBABILITY"
    assert "ERASED" in result.flags
