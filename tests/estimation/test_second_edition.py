"""The second edition of the official interval: the numbers of the method, and what it mends."""

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, means_by_domain
from analytics.estimation.effective_size import Clusters, effective_sizes
from analytics.estimation.official import (
    Edition,
    Outcome,
    Rule,
    decide,
    official_interval,
    official_interval_edition_1,
)
from analytics.estimation.values import Columns, Estimate
from analytics.estimation.verdict import Reason, Unreliability, judge, unreliability

Y = (0, 0, 0, 1, 1)
RATING = (1, 2, 3, 4, 5)
SECOND = Rule(Edition.SECOND)
FEW = Clusters(correlation=0.0, agencies=3)
"""Declared clusters in a wave with too few agencies to pool."""


def share(unsatisfied: int, satisfied: int) -> Estimate:
    cells = CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]])
    return mean_of_cells(cells, Y)


def clustered(p: float, n: int, psus: int, effect: float = 1.0) -> Estimate:
    """Equal weights in one stratum; the variance is `effect` times the unclustered one."""
    variance = effect * p * (1 - p) / n
    return Estimate(
        value=p,
        variance=variance,
        se=variance**0.5,
        n=n,
        n_kish=float(n),
        n_eff=n / effect if variance else None,
        df=psus - 1,
        weight=float(n),
        psus=psus,
    )


def weighted_sample() -> Estimate:
    variance = 0.93 * 0.07 / 100.77
    return Estimate(0.93, variance, variance**0.5, 100, 85.71, 100.77, 98, 100.0)


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [(weighted_sample(), 0.8556, 0.9721), (share(5, 95), 0.8878, 0.9822)],
)
def test_the_numbers_of_the_method(estimate, low, high):
    found = official_interval(estimate)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_where_all_are_satisfied():
    assert official_interval(share(0, 36)).low == pytest.approx(0.9036, abs=5e-5)
    assert official_interval(share(0, 36)).high == 1
    assert decide(official_interval(share(0, 35)), 0.9) is Outcome.MET
    assert decide(official_interval(share(0, 34)), 0.9) is Outcome.INCONCLUSIVE


def test_44_of_44_in_four_psus_are_no_44_citizens():
    found = official_interval(clustered(1.0, 44, 4), clusters=FEW)
    assert found.low == pytest.approx(0.754, abs=5e-4)


def one_counter_in_one_week() -> Estimate:
    cells = CellCounts.from_histograms([0], [0], [[6, 0, 0, 0, 194]])
    return mean_of_cells(cells, Y)


@pytest.mark.parametrize("correlation", [0.0, 0.001, 0.05, 0.2])
@pytest.mark.parametrize("agencies", [1, 60])
def test_one_counter_in_one_week_is_not_met(correlation, agencies):
    """194 of 200, without a degree of freedom: the first edition called it MET."""
    estimate = one_counter_in_one_week()
    assert (estimate.df, estimate.psus) == (0, 1)
    assert decide(official_interval_edition_1(estimate), 0.9) is Outcome.MET
    found = official_interval(estimate, clusters=Clusters(correlation, agencies))
    assert decide(found, 0.9) is Outcome.INCONCLUSIVE


def test_one_psu_is_never_surer_than_two():
    for clusters in (None, FEW, Clusters(0.05, 20)):
        one, two = (official_interval(clustered(1.0, 60, k), clusters=clusters) for k in (1, 2))
        assert one.low <= two.low


def wave(rng, agencies: int, psus: int, size: int, p: float, rho: float) -> list[Estimate]:
    shares = rng.beta(p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho, (agencies, psus))
    satisfied = rng.binomial(size, shares).ravel()
    none = np.zeros_like(satisfied)
    counts = np.column_stack([size - satisfied, none, none, none, satisfied])
    agency = np.repeat(np.arange(agencies), psus)
    unit = np.tile(np.arange(psus), agencies)
    cells = CellCounts.from_histograms(agency, unit, counts)
    return means_by_domain(cells, Y, agency, domains=agencies)


@pytest.mark.parametrize("rho", [0.02, 0.1, 0.3])
def test_the_pooled_correlation_is_the_one_simulated(rho):
    estimates = wave(np.random.default_rng(11), 400, 12, 20, 0.85, rho)
    clusters = Clusters.of(Columns.of(estimates))
    assert clusters.pooled
    assert clusters.correlation == pytest.approx(rho, rel=0.15)


def test_correlation_is_not_negative_and_needs_ten_agencies_that_tell():
    assert Clusters.of(Columns.of([clustered(0.9, 100, 10, effect=0.5)] * 12)) == Clusters(0.0, 12)
    told = [clustered(0.9, 100, 10, effect=1.5)] * 9
    silent = [clustered(1.0, 100, 10), clustered(0.9, 100, 1), Estimate.without_data()]
    assert Clusters.of(Columns.of(told + silent)).agencies == 9
    assert not Clusters.of(Columns.of(told + silent)).pooled
    assert Clusters.of(Columns.of([])) == Clusters(0.0, 0)


def test_sizes_by_the_formulas_of_the_method():
    ordinary, far_out = clustered(0.9, 200, 20, effect=1.3), clustered(0.9, 200, 20, effect=9.0)
    pooled = 200 / (1 + 1.25 * 0.04 * 9)
    t = (stats.t.isf(0.025, 199) / stats.t.isf(0.025, 19)) ** 2
    sizes = effective_sizes(Columns.of([ordinary, far_out]), Clusters(0.04, 10), 0.95)
    assert sizes == pytest.approx([pooled, 200 / 9 * t])
    limit = stats.chi2.isf(0.01, 19) * (1 + 0.04 * 9) / 19
    near = [clustered(0.9, 200, 20, effect=limit * k) for k in (0.999, 1.001)]
    below, beyond = effective_sizes(Columns.of(near), Clusters(0.04, 10), 0.95)
    assert below == pytest.approx(pooled)
    assert beyond == pytest.approx(200 / (limit * 1.001) * t)
    few = effective_sizes(Columns.of([ordinary]), FEW, 0.95)
    assert few == pytest.approx([200 / 1.45 * t])


@pytest.mark.parametrize("p", [0.0, 0.03, 0.3, 0.5, 0.77, 0.93, 1.0])
def test_shares_and_their_complements_mirror_each_other(p):
    a, b = (SECOND.interval_at(share, 57.3) for share in (p, 1 - p))
    if p != 0.5:
        assert (a.low, a.high) == pytest.approx((1 - b.high, 1 - b.low), abs=1e-12)
    assert a.low <= p <= a.high
    assert 0 <= a.low < a.high <= 1


@pytest.mark.parametrize("target", [0.3, 0.5, 0.9, 0.97])
def test_p_values_pass_one_in_forty_where_the_outcome_changes(target):
    estimates = [
        share(n - x, x) for n in (5, 34, 35, 100, 700) for x in range(0, n + 1, 1 + n // 50)
    ]
    met, not_met = SECOND.p_values(estimates, target)
    for interval, above, below in zip(SECOND.intervals(estimates), met, not_met, strict=True):
        outcome = decide(interval, target)
        assert (above <= 0.025) == (outcome is Outcome.MET)
        assert (below <= 0.025) == (outcome is Outcome.NOT_MET)


def test_without_data_nothing_is_said():
    nobody = Estimate.without_data()
    for rule in (
        SECOND,
        Rule(Edition.SECOND, clusters=FEW),
        Rule(Edition.SECOND, 0.9, Clusters(0.1, 20)),
    ):
        (interval,) = rule.intervals([nobody])
        assert (interval.low, interval.high, interval.size) == (0.0, 1.0, 0.0)
        (mean,) = rule.mean_intervals([nobody])
        assert (mean.low, mean.high) == (1.0, 5.0)
        assert rule.p_values([nobody]) == ([1.0], [1.0])
        assert (rule.intervals([]), rule.mean_intervals([])) == ([], [])


def mean(histogram) -> Estimate:
    return mean_of_cells(CellCounts.from_histograms([0], -1, [histogram]), RATING)


def test_the_mean_is_student_on_the_logit_of_its_scale():
    estimate = mean([3, 5, 12, 60, 120])
    q = (estimate.value - 1) / 4
    half = stats.t.isf(0.025, 199) * estimate.se / 4 / (q * (1 - q))
    odds = np.log(q / (1 - q))
    (found,) = SECOND.mean_intervals([estimate])
    expected = [1 + 4 / (1 + np.exp(-(odds + s * half))) for s in (-1, 1)]
    # The variance of one sample is that of n − 1 answers, Kish's size n: no cap is felt.
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-12)
    assert found.size is None


def test_means_that_nobody_disturbs_are_not_certain():
    """In four PSUs the same answers say less than one by one."""
    alone = mean([0, 0, 0, 0, 44])
    together = Estimate(5.0, 0.0, 0.0, 44, 44.0, None, 3, 44.0, psus=4)
    first = [Rule(Edition.FIRST).mean_intervals([e])[0].low for e in (alone, together)]
    assert first[0] == pytest.approx(first[1])
    (one,) = SECOND.mean_intervals([alone])
    (few,) = Rule(Edition.SECOND, clusters=FEW).mean_intervals([together])
    (pooled,) = Rule(Edition.SECOND, clusters=Clusters(0.1, 20)).mean_intervals([together])
    assert few.low < pooled.low < one.low
    assert few.high == one.high == 5.0


def test_the_mean_with_pooled_clusters_takes_their_size():
    estimate = Estimate(4.2, 0.01, 0.1, 200, 200.0, 100.0, 9, 200.0, psus=10)
    (found,) = Rule(Edition.SECOND, clusters=Clusters(0.04, 20)).mean_intervals([estimate])
    q, size = 0.8, 200 / (1 + 1.25 * 0.04 * 19)
    half = stats.t.isf(0.025, 199) * 1.0 / 4 / np.sqrt(size) / (q * (1 - q))
    assert found.low == pytest.approx(1 + 4 / (1 + np.exp(-(np.log(4) - half))), rel=1e-12)


def test_scalar_and_many_agree():
    rng = np.random.default_rng(5)
    estimates = wave(rng, 40, 6, 9, 0.9, 0.1)
    clusters = Clusters.of(Columns.of(estimates))
    many = Rule(Edition.SECOND, clusters=clusters).intervals(estimates)
    assert many == [official_interval(e, clusters=clusters) for e in estimates]


def test_unreliability_looks_at_the_rarer_kind_of_answer():
    estimate = share(1, 59)
    interval = official_interval(estimate)
    assert 0.05 < interval.width < 0.3
    assert unreliability(interval, estimate) == ()
    reasons = unreliability(interval, estimate, rule=SECOND)
    assert reasons == (Unreliability.WIDE_RELATIVE_TO_SHARE,)


@pytest.mark.parametrize(("psus", "few"), [(29, True), (30, False)])
def test_declared_clusters_need_30_psus(psus, few):
    estimate = clustered(0.9, 1000, psus)
    rule = Rule(Edition.SECOND, clusters=Clusters(0.0, 20))
    (interval,) = rule.intervals([estimate])
    assert (Unreliability.FEW_PSUS in unreliability(interval, estimate, rule=rule)) is few
    assert unreliability(interval, estimate, rule=SECOND) == ()


def test_nothing_is_met_where_the_frame_is_not_covered():
    estimate = share(10, 990)
    interval = official_interval(estimate)
    covered, not_covered = (
        judge(interval, estimate, coverage=c, rule=SECOND) for c in (0.8, 0.799)
    )
    assert covered.outcome is Outcome.MET
    assert (not_covered.outcome, not_covered.reason) == (Outcome.INCONCLUSIVE, Reason.NOT_COVERED)
    assert not_covered.further_responses is None
    low = share(500, 500)
    verdict = judge(official_interval(low), low, coverage=0.5, rule=SECOND)
    assert verdict.outcome is Outcome.NOT_MET
