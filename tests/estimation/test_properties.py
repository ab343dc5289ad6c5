"""What must hold for every survey, tried on random ones."""

import itertools
import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.estimation import cells as counted
from analytics.estimation import estimates, intervals, weighting
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, poststratify
from analytics.estimation.collapse import FrameCell, collapse
from analytics.estimation.design import SurveyDesign
from analytics.estimation.intervals import (
    agresti_coull_interval,
    capped_korn_graubard_interval,
    clopper_pearson_interval,
    jeffreys_interval,
    mean_interval,
    wilson_interval,
)
from analytics.estimation.lonely import LonelyPSU
from analytics.estimation.official import EDITION_1, Edition, Outcome
from analytics.estimation.planning import chance_of_decision
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import judge

SHARE, RATING = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)
WEIGHTED = (
    capped_korn_graubard_interval,
    intervals.korn_graubard_interval,
    intervals.wilson_effective_interval,
    intervals.logit_interval,
    intervals.arcsine_interval,
    intervals.likelihood_interval,
)


@st.composite
def surveys(draw):
    """Cells with any histograms: empty ones, single answers, unanimous ones."""
    cells = draw(st.integers(1, 12))
    rows = st.lists(st.integers(0, 6), min_size=5, max_size=5)
    counts = draw(st.lists(rows, min_size=cells, max_size=cells))
    stratum = draw(st.lists(st.integers(0, 3), min_size=cells, max_size=cells))
    psu = draw(st.lists(st.integers(0, 2), min_size=cells, max_size=cells))
    weight = draw(st.lists(st.sampled_from([0.5, 1.0, 7.25]), min_size=cells, max_size=cells))
    return CellCounts.from_histograms(
        stratum, psu if draw(st.booleans()) else counted.EVERY_RESPONSE, counts, weight
    )


@st.composite
def estimates_of_shares(draw):
    return mean_of_cells(draw(surveys()), SHARE)


def same(a: Estimate, b: Estimate, rel=1e-9):
    for left, right in zip(astuple(a), astuple(b), strict=True):
        if left is None or right is None:
            assert left is right
        else:
            assert left == pytest.approx(right, rel=rel, abs=1e-13)


@given(surveys(), st.floats(1e-3, 1e3))
def test_weights_scaled_by_a_constant_change_nothing(cells, factor):
    scaled = replace(
        cells,
        weights=cells.weights * factor,
        squared_weights=cells.squared_weights * factor**2,
    )
    before, after = mean_of_cells(cells, RATING), mean_of_cells(scaled, RATING)
    same(before, replace(after, weight=before.weight))


@given(surveys(), st.randoms())
def test_the_order_of_cells_changes_nothing(cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    shuffled = CellCounts(
        *(getattr(cells, name)[order] for name in ("stratum", "psu", "counts")),
        cells.weights[order],
        cells.squared_weights[order],
    )
    same(mean_of_cells(cells, RATING), mean_of_cells(shuffled, RATING))


@given(surveys())
def test_splitting_a_cell_in_two_changes_nothing(cells):
    half = cells.counts // 2
    rest = cells.counts - half
    part = np.divide(half, cells.counts, out=np.zeros(half.shape), where=cells.counts > 0)
    split = CellCounts(
        np.tile(cells.stratum, 2),
        np.tile(cells.psu, 2),
        np.concatenate([half, rest]),
        np.concatenate([cells.weights * part, cells.weights * (1 - part)]),
        np.concatenate([cells.squared_weights * part, cells.squared_weights * (1 - part)]),
    )
    same(mean_of_cells(cells, RATING), mean_of_cells(split, RATING))


@given(surveys(), st.lists(st.booleans(), min_size=12, max_size=12), st.sampled_from(LonelyPSU))
def test_no_nan_ever_leaves(cells, mask, lonely):
    if lonely is LonelyPSU.FAIL:
        return
    framed = poststratify(cells, cells.stratum, {int(h): 10.0 + h for h in cells.stratum})
    for survey in (cells, framed):
        for y in (SHARE, RATING):
            estimate = mean_of_cells(survey, y, mask[: len(survey)], lonely=lonely)
            for number in astuple(estimate):
                assert number is None or math.isfinite(number)
            assert estimate.has_data == (estimate.n > 0)
        share = mean_of_cells(survey, SHARE, mask[: len(survey)], lonely=lonely)
        for interval in WEIGHTED:
            bounds = interval(share)
            assert math.isfinite(bounds.low)
            assert math.isfinite(bounds.high)
        verdict = judge(capped_korn_graubard_interval(share), share)
        assert share.has_data or verdict.outcome is Outcome.INCONCLUSIVE
        for (p,) in EDITION_1.p_values([share]):
            assert 0 <= p <= 1


@given(estimates_of_shares(), st.sampled_from(WEIGHTED))
def test_an_interval_contains_its_estimate_within_the_range(estimate, interval):
    bounds = interval(estimate)
    assert 0 <= bounds.low <= bounds.high <= 1
    if estimate.value is not None:
        assert bounds.low <= estimate.value + 1e-12
        assert bounds.high >= estimate.value - 1e-12


@given(estimates_of_shares(), st.sampled_from(WEIGHTED))
def test_more_confidence_is_a_wider_interval(estimate, interval):
    widths = [interval(estimate, level).width for level in (0.5, 0.8, 0.95, 0.99)]
    assert all(a <= b + 1e-12 for a, b in itertools.pairwise(widths))


@given(surveys())
def test_the_interval_of_a_mean_stays_on_its_scale_and_has_some_width(cells):
    estimate = mean_of_cells(cells, RATING)
    bounds = mean_interval(estimate)
    assert 1 <= bounds.low < bounds.high <= 5
    if estimate.value is not None:
        assert bounds.low - 1e-12 <= estimate.value <= bounds.high + 1e-12


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_simple_intervals_mirror_each_other(n, share, level):
    """Counting the dissatisfied instead of the satisfied turns the interval round."""
    x = round(n * share)
    for make in (
        wilson_interval,
        clopper_pearson_interval,
        agresti_coull_interval,
        jeffreys_interval,
    ):
        yes, no = make(x, n, level), make(n - x, n, level)
        assert yes.low == pytest.approx(1 - no.high, abs=1e-10)
        assert yes.high == pytest.approx(1 - no.low, abs=1e-10)


@given(st.integers(1, 200), st.data())
def test_one_more_satisfied_citizen_never_makes_the_verdict_worse(n, data):
    order = (Outcome.NOT_MET, Outcome.INCONCLUSIVE, Outcome.MET)
    x = data.draw(st.integers(0, n - 1))
    outcomes = []
    for satisfied in (x, x + 1):
        cells = CellCounts.from_histograms([0], -1, [[n - satisfied, 0, 0, 0, satisfied]])
        share = mean_of_cells(cells, SHARE)
        outcomes.append(order.index(judge(capped_korn_graubard_interval(share), share).outcome))
    assert outcomes[0] <= outcomes[1]


@given(estimates_of_shares(), st.integers(0, 500))
def test_a_chance_is_a_chance(estimate, further):
    chance = chance_of_decision(estimate, capped_korn_graubard_interval(estimate), further)
    assert 0 <= chance <= 1


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_rows_in_any_order_with_any_weights(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 60))
    y = rng.choice([0.0, 1.0, np.nan], n, p=[0.2, 0.7, 0.1])
    stratum, w = rng.integers(0, 3, n), rng.uniform(0.1, 9, n)

    def estimate(order, factor=1.0):
        design = SurveyDesign.sample(
            n, weights=w[order] * factor, strata=stratum[order], lonely=LonelyPSU.AVERAGE
        )
        return estimates.mean(design, y[order])

    plain = estimate(np.arange(n))
    same(plain, estimate(rng.permutation(n)))
    scaled = estimate(np.arange(n), 250.0)
    same(plain, replace(scaled, weight=plain.weight))


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_raked_margins_are_hit(seed):
    rng = np.random.default_rng(seed)
    n = 80
    design = SurveyDesign.sample(n, weights=rng.uniform(1, 5, n))
    labels = [np.concatenate([np.arange(k), rng.integers(0, k, n - k)]) for k in (2, 3)]
    margins = []
    for label in labels:
        share = rng.dirichlet(np.full(label.max() + 1, 8.0))
        margins.append(weighting.Margin(label, dict(enumerate((1000 * share).tolist()))))
    raked, ended = weighting.rake(design, margins, maximum_iterations=500)
    assert ended.converged
    for margin in margins:
        for level, N in margin.totals.items():
            assert raked.weights[margin.label == level].sum() == pytest.approx(N, rel=1e-5)


frame_cells = st.builds(
    FrameCell,
    agency=st.sampled_from("AB"),
    service=st.sampled_from("st"),
    channel=st.sampled_from(["web", "app", "counter"]),
    family=st.sampled_from(["digital", "person"]),
    encounters=st.sampled_from([0.0, 10.0, 250.0]),
    responses=st.integers(0, 4),
)


@given(st.lists(frame_cells, max_size=12), st.integers(1, 5))
def test_collapsing_keeps_the_frame_and_stays_within_agencies(cells, minimum):
    result = collapse(cells, minimum)
    covered = [i for i, g in enumerate(result.group) if g >= 0]
    assert sum(result.totals.values()) == sum(cells[i].encounters for i in covered)
    for group in result.totals:
        inside = [cells[i] for i in covered if result.group[i] == group]
        assert len({cell.agency for cell in inside}) == 1
        answers = sum(cell.responses for cell in inside)
        assert answers > 0
        if answers < minimum:
            # Only a whole agency can be left with too few.
            agency = inside[0].agency
            framed = [c for c in cells if c.agency == agency and c.encounters > 0]
            assert sum(c.responses for c in framed) == answers
    assert 0 <= result.coverage <= 1


@given(st.lists(frame_cells, max_size=12), st.integers(1, 5), st.sampled_from(Edition))
def test_collapsing_takes_no_notice_of_answers_beyond_the_minimum(cells, minimum, edition):
    few = [cell._replace(responses=min(cell.responses, minimum)) for cell in cells]
    found, same = (collapse(each, minimum, edition=edition) for each in (cells, few))
    assert found.group.tolist() == same.group.tolist()
    assert found.thin.tolist() == same.thin.tolist()
    for name in ("totals", "merges", "uncovered", "unframed", "coverage", "merged"):
        assert getattr(found, name) == getattr(same, name)
