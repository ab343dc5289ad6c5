"""8,597 completed complaint tickets of Bangkok, post-stratified by district, against R."""

import csv
import json

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, means_by_domain, poststratify
from analytics.estimation.intervals import capped_korn_graubard_interval, korn_graubard_interval
from analytics.estimation.official import Outcome
from analytics.estimation.verdict import judge
from tests.estimation.shared import shared

TOP_TWO_BOX = (0, 0, 0, 1, 1)
RATING = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def districts():
    frame: dict[str, int] = {}
    counts: dict[str, list[int]] = {}
    path = shared("data/traffy/traffy_bkk_completed_2022-09_2022-12.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            code = row["district_code"]
            frame[code] = frame.get(code, 0) + 1
            histogram = counts.setdefault(code, [0] * 5)
            if row["star"]:
                histogram[int(float(row["star"])) - 1] += 1
    return {code: (frame[code], counts[code]) for code in sorted(frame)}


@pytest.fixture(scope="module")
def cells(districts):
    stratum = np.arange(len(districts))
    raw = CellCounts.from_histograms(stratum, -1, [c for _, c in districts.values()])
    return poststratify(raw, stratum, dict(enumerate(N for N, _ in districts.values())))


def test_top_two_box_is_that_of_r(cells):
    share = mean_of_cells(cells, TOP_TWO_BOX)
    assert share.value == pytest.approx(0.795119112370, abs=1e-12)
    assert share.se == pytest.approx(0.00561373570847, abs=1e-13)
    assert (share.n, share.df) == (5253, 5203)


def test_mean_is_that_of_r(cells):
    mean = mean_of_cells(cells, RATING)
    assert mean.value == pytest.approx(4.133709751343, abs=1e-12)
    assert mean.se == pytest.approx(0.01801342606466, abs=1e-13)


def test_korn_graubard_is_that_of_r(cells):
    interval = korn_graubard_interval(mean_of_cells(cells, TOP_TWO_BOX))
    assert interval.low == pytest.approx(0.783854423122, abs=1e-11)
    assert interval.high == pytest.approx(0.806049578431, abs=1e-11)


def test_the_city_has_not_met_the_target(cells):
    share = mean_of_cells(cells, TOP_TWO_BOX)
    assert judge(capped_korn_graubard_interval(share), share).outcome is Outcome.NOT_MET


def test_the_stratified_variance_needs_only_counts(cells, districts):
    """Σ W_h² s_h²/n_h."""
    N = sum(frame for frame, _ in districts.values())
    y = np.array(TOP_TWO_BOX)
    expected = 0.0
    for frame, histogram in districts.values():
        n = sum(histogram)
        p = np.dot(histogram, y) / n
        expected += (frame / N) ** 2 * p * (1 - p) / (n - 1)
    assert mean_of_cells(cells, TOP_TWO_BOX).variance == pytest.approx(expected, rel=1e-13)


def test_each_district_equals_the_independent_result(cells, districts):
    expected = json.loads(shared("data/expected/traffy_2022.json").read_text())["by_district"]
    shares = means_by_domain(cells, TOP_TWO_BOX, np.arange(len(districts)))
    means = means_by_domain(cells, RATING, np.arange(len(districts)))
    for code, share, mean in zip(districts, shares, means, strict=True):
        assert share.n == expected[code]["n"]
        assert share.value == pytest.approx(expected[code]["t2b"], abs=1e-6)
        assert mean.value == pytest.approx(expected[code]["mean"], abs=1e-6)


def test_four_satisfied_citizens_do_not_meet_the_target(cells, districts):
    share = mean_of_cells(cells, TOP_TWO_BOX, np.array([code == "1016" for code in districts]))
    interval = capped_korn_graubard_interval(share)
    assert (share.value, share.n, share.n_eff) == (1.0, 4, None)
    assert interval.low == pytest.approx(0.025**0.25)
    verdict = judge(interval, share)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.further_responses == 36 - 4
