"""The control chart: what it calls an alarm, and how often it is wrong."""

import pytest

from analytics.estimation.control_chart import (
    FALSE_ALARMS_A_YEAR,
    FEWEST_WEEKS,
    RUN,
    Alarm,
    Rule,
    control_chart,
)
from benchmarks.alerts import SEED, YEAR, Design, run

USUAL = [0.92, 0.94] * (FEWEST_WEEKS // 2)


def chart(*later: float, size: int = 100, usual=USUAL):
    shares = [*usual, *later]
    return control_chart(shares, [size] * len(shares), len(usual))


def test_a_week_far_below_is_an_alarm_and_one_near_by_is_none():
    assert chart(0.80).alarms == (Alarm(0, Rule.BEYOND, fell=True),)
    assert chart(0.90).alarms == ()
    assert chart(0.98).alarms == ()
    assert chart(1.0, size=400).alarms == (Alarm(0, Rule.BEYOND, fell=False),)


def test_a_run_on_one_side_is_one_alarm_when_it_is_complete():
    assert chart(*[0.91] * (RUN - 1)).alarms == ()
    assert chart(*[0.91] * (RUN + 3)).alarms == (Alarm(RUN - 1, Rule.RUN, fell=True),)


def test_limits_are_wider_for_fewer_answers_and_where_usual_weeks_differ_more():
    even = [0.926, 0.934] * (FEWEST_WEEKS // 2)
    few, many = chart(0.93, size=50, usual=even), chart(0.93, size=500, usual=even)
    assert few.low[0] < many.low[0] < 0.93 < many.high[0] <= few.high[0]
    uneven = chart(0.93, size=500, usual=[0.88, 0.98] * (FEWEST_WEEKS // 2))
    assert uneven.spread > 1
    assert many.spread == 1
    assert uneven.low[0] < many.low[0]


def test_without_a_baseline_there_is_no_chart():
    assert control_chart([0.9] * 30, [50] * 30, FEWEST_WEEKS - 1) is None
    assert control_chart([1.0] * 30, [50] * 30, FEWEST_WEEKS) is None


@pytest.mark.parametrize("design", [Design(0.93, 50), Design(0.97, 20), Design(0.85, 200)])
def test_false_alarms_are_as_rare_as_stated(design):
    agencies = 150
    found = run(design, agencies)
    error = 2 * (FALSE_ALARMS_A_YEAR / agencies) ** 0.5
    assert found.false <= FALSE_ALARMS_A_YEAR + error, SEED
    assert found.noticed > 0
    assert found.days < 7 * YEAR
