"""What is said of further answers: how many make a verdict likely, and nothing where none would."""

import numpy as np
import pytest
from django.utils import translation

from analytics.estimation.official import Edition, Rule
from analytics.estimation.planning import further_for_chance_of_mean
from analytics.estimation.values import Estimate, Interval
from analytics.models import Score
from analytics.scoring.needed import likely_to_decide
from analytics.wording.verdict import needed_sentence

SEED = 2571


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


def test_of_a_mean_as_well(wave):
    undecided = {"measure": "mean_percent", "estimate": 0.905, "low": 0.88, "high": 0.925}
    more = likely_to_decide(score(wave, 0.93, **undecided))
    assert more > 100
    decided = {**undecided, "low": 0.901, "verdict": "MET"}
    assert needed_sentence(score(wave, 0.93, **decided)) == ""


@pytest.mark.parametrize("ratings", [(1, 1, 3, 25, 70), (0, 0, 4, 28, 48)])
def test_so_many_more_ratings_decide_a_mean_about_four_times_in_five(ratings):
    """Shares of ratings as likely as today's make them, answers drawn from those, and the
    official interval of all of them."""
    random, rule = np.random.default_rng(SEED), Rule(Edition.SECOND)
    counts = np.array(ratings)
    (now,) = rule.mean_intervals([mean_of(counts)])
    target, scale = 0.9 * 5, (1.0, 5.0)
    more = further_for_chance_of_mean(now, counts.sum(), target, scale)
    shares = random.dirichlet(counts + 0.2, size=2_000)
    later = rule.mean_intervals([mean_of(counts + random.multinomial(more, p)) for p in shares])
    decided = np.mean([target <= i.low or i.high < target for i in later])

    assert decided == pytest.approx(0.80, abs=0.05), f"seed {SEED}"


def mean_of(counts) -> Estimate:
    n, values = int(counts.sum()), np.arange(1, 6)
    mean = counts @ values / n
    spread = counts @ (values - mean) ** 2 / (n - 1)
    variance = spread / n
    return Estimate(mean, variance, variance**0.5, n, n, spread / variance, n - 1, n)


def test_of_a_mean_at_an_end_of_the_scale_no_number_is_given():
    assert further_for_chance_of_mean(Interval(4.2, 5.0, 0.95, ""), 9, 4.5, (1.0, 5.0)) is None
