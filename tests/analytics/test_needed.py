"""What is said of further answers: how many make a verdict likely, and nothing where none would."""

import pytest
from django.utils import translation

from analytics.estimation.official import Edition, Rule
from analytics.models import Score
from analytics.scoring.needed import likely_to_decide
from analytics.wording.verdict import needed_sentence


def score(wave, share, n=100, edition=2, **fields) -> Score:
    low, high = (
        getattr(Rule(Edition(edition)).interval_at(share, n), bound) for bound in ("low", "high")
    )
    verdict = "MET" if low >= 0.9 else "NOT_MET" if high < 0.9 else "INCONCLUSIVE"
    return Score(
        **{
            **{"wave": wave, "measure": "top_two_box", "estimate": share, "edition": edition},
            **{"se": (share * (1 - share) / n) ** 0.5, "n": n, "n_kish": n, "n_eff": n},
            **{"df": n - 1, "size": n, "low": low, "high": high, "verdict": verdict, "needed": 9},
            **fields,
        }
    )


@pytest.mark.parametrize("edition", [1, 2])
def test_the_number_is_that_of_a_chance_of_80_per_cent(wave, edition):
    undecided = score(wave, 0.93, edition=edition)
    more = likely_to_decide(undecided)
    assert more > 285  # after which a verdict comes as often as not
    assert needed_sentence(undecided) == (
        f"With about {more:,} more answers a verdict comes with a chance of 80 %."
    )
    with translation.override("th"):
        assert f"{more:,}" in needed_sentence(undecided)


def test_an_estimate_on_the_target_may_be_decided_too(wave):
    assert likely_to_decide(score(wave, 0.90, needed=None)) > 1000


@pytest.mark.parametrize(
    "fields",
    [
        {"share": 0.99, "n": 1000},
        {"share": 0.60},
        {"share": 0.97, "n": 1000, "verdict": "INCONCLUSIVE", "reason": "NOT_COVERED"},
        {"share": 0.93, "size": 0, "n_kish": 0},
    ],
)
def test_nothing_is_said_where_answers_are_not_what_is_wanting(wave, fields):
    assert needed_sentence(score(wave, **fields)) == ""


def test_of_a_mean_it_is_said_how_many_decide_as_often_as_not(wave):
    mean = score(wave, 0.93, measure="mean_percent", needed=120)
    assert needed_sentence(mean).startswith("About 120 more answers would decide with a chance of")
