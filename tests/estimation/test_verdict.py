"""Met, not met, or not decided."""

import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.intervals import capped_korn_graubard_interval, mean_interval
from analytics.estimation.official import Outcome
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import Flag, Reason, Unreliability, judge

Y = (0, 0, 0, 1, 1)
RATING = (1, 2, 3, 4, 5)


def share(unsatisfied, satisfied):
    return mean_of_cells(
        CellCounts.from_histograms([0], -1, [[unsatisfied, 0, 0, 0, satisfied]]), Y
    )


def verdict_on(estimate, **known):
    return judge(capped_korn_graubard_interval(estimate), estimate, **known)


@pytest.mark.parametrize(
    ("unsatisfied", "satisfied", "outcome"),
    [
        (0, 35, Outcome.INCONCLUSIVE),
        (0, 36, Outcome.MET),
        (50, 950, Outcome.MET),
        (100, 900, Outcome.INCONCLUSIVE),
        (150, 850, Outcome.NOT_MET),
        (5, 0, Outcome.NOT_MET),
        (0, 1, Outcome.INCONCLUSIVE),
    ],
)
def test_the_interval_decides(unsatisfied, satisfied, outcome):
    assert verdict_on(share(unsatisfied, satisfied)).outcome is outcome


@pytest.mark.parametrize(("unsatisfied", "satisfied"), [(0, 4), (3, 57), (12, 68), (9, 91)])
def test_the_further_responses_decide_and_one_fewer_do_not(unsatisfied, satisfied):
    estimate = share(unsatisfied, satisfied)
    more = verdict_on(estimate).further_responses

    def outcome_with(responses):
        grown = responses / estimate.n
        size = capped_korn_graubard_interval(estimate).size * grown
        same = Estimate(
            value=estimate.value,
            variance=0.0,
            se=0.0,
            n=responses,
            n_kish=size,
            n_eff=None,
            df=responses - 1,
            weight=float(responses),
        )
        return verdict_on(same).outcome

    assert outcome_with(estimate.n + more) is not Outcome.INCONCLUSIVE
    assert outcome_with(estimate.n + more - 1) is Outcome.INCONCLUSIVE


def test_an_estimate_on_the_target_is_never_decided_by_more():
    assert verdict_on(share(10, 90)).further_responses is None


def test_a_decided_verdict_needs_no_more():
    assert verdict_on(share(50, 950)).further_responses == 0


def test_no_data_is_inconclusive_and_unreliable():
    verdict = verdict_on(Estimate.without_data())
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, Reason.NO_DATA)
    assert Flag.UNRELIABLE in verdict.flags
    assert verdict.further_responses is None


def test_flags_do_not_change_the_outcome():
    estimate = share(50, 950)
    verdict = verdict_on(estimate, coverage=0.79, response_rate=0.05, reach=0.79)
    assert verdict.outcome is Outcome.MET
    assert verdict.flags == {Flag.LOW_COVERAGE, Flag.LOW_RESPONSE, Flag.LOW_REACH}


def test_under_30_responses_is_unreliable():
    verdict = verdict_on(share(2, 27))
    assert Unreliability.FEW_RESPONSES in verdict.unreliable_because
    assert verdict_on(share(2, 28)).unreliable_because != ()
    assert verdict_on(share(20, 280)).unreliable_because == ()


def test_values_are_compared_unrounded():
    """89.6 % rounds to 90 %; its interval does not."""
    estimate = share(1040, 8960)
    low = capped_korn_graubard_interval(estimate).low
    assert round(low, 2) == 0.89
    assert verdict_on(share(905, 9095)).outcome is Outcome.MET
    assert verdict_on(share(945, 9055)).outcome is Outcome.INCONCLUSIVE


def test_a_mean_is_judged_on_its_scale():
    cells = CellCounts.from_histograms([0], -1, [[1, 1, 3, 20, 75]])
    mean = mean_of_cells(cells, RATING)
    interval = mean_interval(mean)
    high = judge(interval, mean, 4.0, scale=(1, 5))
    near = judge(interval, mean, 4.6, scale=(1, 5))
    assert high.outcome is Outcome.MET
    assert near.outcome is Outcome.INCONCLUSIVE
    assert near.further_responses > 0


def test_a_target_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="not on the scale"):
        verdict_on(share(1, 9), target=90)
