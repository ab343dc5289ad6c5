"""How many responses, and where."""

import numpy as np
import pytest
from scipy import stats

from analytics.estimation import planning, response_rates
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.intervals import capped_korn_graubard_interval, clopper_pearson_interval
from analytics.estimation.official import Edition, Outcome, Rule, decide
from analytics.estimation.strength import Strength, band, strength, target_of_respondents
from analytics.estimation.values import Estimate, Interval

Y = (0, 0, 0, 1, 1)


def test_the_width_is_reached_and_not_with_one_fewer():
    n = planning.responses_for_width(0.9, 0.1)
    assert clopper_pearson_interval(0.9 * n, n).width <= 0.1
    assert clopper_pearson_interval(0.9 * (n - 1), n - 1).width > 0.1
    assert planning.responses_for_width(0.9, 0.1, deff=1.5) == pytest.approx(1.5 * n, abs=1)


@pytest.mark.parametrize("share", [0.95, 0.97, 0.85, 0.8])
def test_the_power_is_reached(share):
    n = planning.responses_for_verdict(share)
    assert planning.power_of_verdict(n, share) >= 0.8
    assert planning.power_of_verdict(n // 2, share) < 0.8


def test_on_the_target_no_number_decides():
    assert planning.responses_for_verdict(0.9) is None


@pytest.mark.parametrize(
    ("share", "rate", "outcome"), [(0.97, 0.35, Outcome.MET), (0.80, 0.5, Outcome.NOT_MET)]
)
def test_the_power_of_a_robust_verdict_is_reached_as_strength_judges_it(share, rate, outcome):
    """The chance that band and outcome agree, over samples of the size that was planned."""
    rule = Rule(Edition.SECOND)

    def robust(n: int) -> float:
        x = np.arange(n + 1)
        found = np.array([0.0] * (n + 1))
        for satisfied in x[stats.binom.pmf(x, n, share) > 1e-9].tolist():
            interval = rule.interval_at(satisfied / n, n)
            bounds = band(interval, rate, 2.0)
            found[satisfied] = (
                decide(interval, 0.9) is outcome
                and strength(outcome, bounds, 0.9) is Strength.ROBUST
            )
        return float(stats.binom.pmf(x, n, share) @ found)

    n = planning.responses_for_robust_verdict(share, response_rate=rate, gamma=2.0, rule=rule)
    assert robust(n) >= 0.8 > robust(n // 2)
    assert n > planning.responses_for_verdict(share, rule=rule)


@pytest.mark.parametrize("share", [0.94, 0.87, 0.9, 0.91])
def test_where_few_answer_no_number_makes_a_verdict_robust(share):
    assert planning.responses_for_robust_verdict(share, response_rate=0.1) is None


def test_where_everybody_answers_robust_costs_nothing():
    for share in (0.85, 0.96):
        wanted = planning.responses_for_robust_verdict(share, response_rate=1.0)
        assert wanted == planning.responses_for_verdict(share)


def test_next_to_the_reachable_target_no_sample_is_attainable():
    reached = target_of_respondents(Outcome.MET, 0.9, 0.35, 2.0)
    assert band(Interval(reached, 1.0, 0.95, ""), 0.35, 2.0).low == pytest.approx(0.9)
    for beside in (1e-9, -1e-9):
        near = planning.responses_for_robust_verdict(reached + beside, response_rate=0.35)
        assert near is None


def test_36_of_36_decide_and_35_of_35_do_not():
    assert planning.decisive_counts(36)[0] == 36
    assert planning.decisive_counts(35)[0] == 36
    met, not_met = planning.decisive_counts_real(36)
    assert 35 < met <= 36
    assert planning.decisive_counts(36)[1] == int(not_met)


def test_a_finite_population_needs_fewer():
    assert planning.with_finite_population(385, 500) == 218
    assert planning.with_finite_population(385, 10) == 10
    assert planning.invitations(100, 0.15) == 667
    with pytest.raises(ValueError, match="response rate"):
        planning.invitations(100, 0)


def test_the_chance_of_a_decision_grows_with_the_responses():
    estimate = mean_of_cells(CellCounts.from_histograms([0], -1, [[3, 0, 0, 0, 57]]), Y)
    interval = capped_korn_graubard_interval(estimate)
    chances = [planning.chance_of_decision(estimate, interval, k) for k in (0, 50, 200, 1000)]
    assert chances[0] == 0
    assert chances == sorted(chances)
    assert 0.5 < chances[-1] < 1
    nobody = Estimate.without_data()
    assert planning.chance_of_decision(nobody, capped_korn_graubard_interval(nobody), 10) == 0


def test_the_chance_is_that_of_a_simulation():
    estimate = mean_of_cells(CellCounts.from_histograms([0], -1, [[3, 0, 0, 0, 57]]), Y)
    size = capped_korn_graubard_interval(estimate).size
    rng = np.random.default_rng(3)
    p = rng.beta(0.95 * size + 0.5, 0.05 * size + 0.5, 4000)
    more = round(100 * size / 60)
    final = (0.95 * size + rng.binomial(more, p)), size + more
    bounds = stats.beta.ppf(0.025, final[0], final[1] - final[0] + 1)
    upper = stats.beta.ppf(0.975, final[0] + 1, np.maximum(final[1] - final[0], 1e-9))
    simulated = np.mean((bounds >= 0.9) | (upper < 0.9))
    ours = planning.chance_of_decision(estimate, capped_korn_graubard_interval(estimate), 100)
    assert ours == pytest.approx(simulated, abs=0.03)


@pytest.mark.parametrize(
    "allocation",
    [
        planning.proportional_allocation(100, [50, 30, 20, 0]),
        planning.neyman_allocation(100, [50, 30, 20, 0], [0.3, 0.5, 0.1, 0.4]),
        planning.power_allocation(100, [5000, 300, 1, 0]),
    ],
)
def test_allocations_add_up(allocation):
    assert allocation.sum() == 100
    assert allocation[3] == 0
    assert (allocation[:3] >= 2).all()


def test_allocations_follow_their_measure():
    assert planning.proportional_allocation(100, [50, 30, 20]).tolist() == [50, 30, 20]
    assert planning.neyman_allocation(100, [1, 1], [0.3, 0.1]).tolist() == [75, 25]
    assert planning.power_allocation(100, [9, 1], 0.5).tolist() == [75, 25]
    assert planning.power_allocation(100, [9, 1], 0.0).tolist() == [50, 50]
    with pytest.raises(ValueError, match="too few"):
        planning.proportional_allocation(3, [1, 1])


def test_yamane_and_krejcie_morgan_give_their_published_tables():
    assert [planning.yamane(N) for N in (500, 1000, 10000, 100000)] == [223, 286, 385, 399]
    published = {100: 80, 500: 217, 1000: 278, 10000: 370, 100000: 384}
    assert [planning.krejcie_morgan(N) for N in published] == pytest.approx(
        list(published.values()), abs=1
    )


def test_response_rates_by_definition():
    d = response_rates.Dispositions(
        complete=60,
        partial=10,
        refused=20,
        not_reached=8,
        other=2,
        unknown_whether_reached=30,
        unknown_other=10,
        not_eligible=25,
    )
    assert d.estimated_eligibility == pytest.approx(0.8)
    assert response_rates.rr1(d) == pytest.approx(60 / 140)
    assert response_rates.rr2(d) == pytest.approx(70 / 140)
    assert response_rates.rr3(d) == pytest.approx(60 / (100 + 0.8 * 40))
    assert response_rates.rr4(d, 0.5) == pytest.approx(70 / 120)
    assert response_rates.rr1(response_rates.Dispositions()) is None


@pytest.mark.parametrize(("share", "n"), [(0.93, 100), (0.88, 300), (0.95, 120), (0.90, 100)])
def test_so_many_more_decide_with_a_chance_of_80_per_cent(share, n):
    """Simulated: the share behind the answers so far, then the answers to come."""
    rule, rng = Rule(Edition.SECOND), np.random.default_rng(80)
    variance = share * (1 - share) / n
    estimate = Estimate(share, variance, variance**0.5, n, float(n), float(n), n - 1, float(n))
    (interval,) = rule.intervals([estimate])
    more = planning.further_for_chance(estimate, interval, rule=rule)

    def decided(further: int) -> float:
        truth = rng.beta(n * share + 0.5, n * (1 - share) + 0.5, 2000)
        satisfied = rng.binomial(further, truth) + n * share
        met, not_met = planning.decisive_counts_real(n + further, rule=rule)
        return float(((satisfied >= met) | (satisfied <= not_met)).mean())

    assert decided(more) == pytest.approx(0.80, abs=0.04)
    assert decided(more // 2) < decided(more)


def test_nothing_is_said_of_more_where_nothing_is_known():
    nobody = Estimate.without_data()
    assert planning.further_for_chance(nobody, Interval(0, 1, 0.95, "", 0.0)) is None
    rule = Rule(Edition.SECOND)
    assert planning.further_for_chance(nobody, rule.intervals([nobody])[0], rule=rule) is None
