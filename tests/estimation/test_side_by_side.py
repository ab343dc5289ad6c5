"""Many estimates side by side are what each of them is alone."""

import numpy as np
import pytest

from analytics.estimation.cell_counts import EVERY_RESPONSE, CellCounts
from analytics.estimation.cells import columns_by_domain, mean_of_cells
from analytics.estimation.official import Edition, Rule
from analytics.estimation.strength import band, strength, strengths, widened
from analytics.estimation.values import Columns, Intervals
from analytics.estimation.verdict import judge, raised, verdicts

TOP, RATING = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)
DOMAINS = 40


@pytest.fixture(params=[Edition.FIRST, Edition.SECOND])
def rule(request) -> Rule:
    return Rule(request.param)


@pytest.fixture
def cells() -> CellCounts:
    random = np.random.default_rng(3)
    counts = random.poisson(random.gamma(1, 12, (3 * DOMAINS, 1)) * [0.01, 0.02, 0.05, 0.3, 0.6])
    counts[:6] = 0
    weight = random.uniform(1, 9, 3 * DOMAINS)
    return CellCounts.from_histograms(np.arange(3 * DOMAINS) // 2, EVERY_RESPONSE, counts, weight)


def test_estimates_and_intervals(cells, rule):
    label = np.arange(len(cells)) // 3
    for y, columns in zip(
        (TOP, RATING), columns_by_domain(cells, [TOP, RATING], label), strict=True
    ):
        each = columns.separate()
        assert each == [mean_of_cells(cells, y, label == k) for k in range(DOMAINS)]
        assert [e.has_data for e in each] == columns.has_data.tolist()
        assert Columns.of(each).separate() == each
        found = rule.of_shares(columns) if y == TOP else rule.of_means(columns)
        one = rule.intervals if y == TOP else rule.mean_intervals
        assert found.separate() == [one([estimate])[0] for estimate in each]
        rows = columns.has_data
        assert found.where(rows).separate() == [
            interval for interval, known in zip(found.separate(), rows, strict=True) if known
        ]
        assert Intervals.of(found.separate(), rule.level).separate() == found.separate()


def test_verdicts_and_how_far_they_stand(cells, rule):
    random = np.random.default_rng(4)
    columns = columns_by_domain(cells, [TOP], np.arange(len(cells)) // 3)[0]
    intervals = rule.of_shares(columns)
    coverage, rate, reach = random.uniform(0, 1, (3, DOMAINS))
    outside = random.random(DOMAINS) < 0.3
    for still_open in (False, True):
        found = verdicts(
            *(intervals, columns, 0.9),
            coverage=coverage,
            response_rate=rate,
            reach=reach,
            outside_frame=outside,
            still_open=still_open,
            scale=(0.0, 1.0),
            rule=rule,
        )
        flags = raised(found.flags)
        for k, (interval, estimate) in enumerate(
            zip(intervals.separate(), columns.separate(), strict=True)
        ):
            alone = judge(
                *(interval, estimate, 0.9),
                coverage=float(coverage[k]),
                response_rate=float(rate[k]),
                reach=float(reach[k]),
                outside_frame=bool(outside[k]),
                still_open=still_open,
                rule=rule,
            )
            assert (found.outcome[k], found.reason[k]) == (alone.outcome, alone.reason)
            assert set(flags[k]) == alone.flags
            assert found.further_responses[k] == alone.further_responses
    bands, wide = band(intervals, rate, 2.0), widened(intervals, coverage)
    strong = strengths(found.outcome, bands, 0.9)
    for k, interval in enumerate(intervals.separate()):
        own = band(interval, float(rate[k]), 2.0)
        assert (own.low, own.high) == (bands.low[k], bands.high[k])
        assert strong[k] is strength(found.outcome[k], own, 0.9)
        assert widened(interval, float(coverage[k])).high == wide.high[k]
