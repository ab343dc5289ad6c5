"""The one rule of status, case by case."""

from datetime import date

import pytest

from analytics.scorecard.status import judge, path_at
from analytics.scorecard.values import Direction, Outlook, Value

HALF_WAY = date(2025, 9, 30)  # two of the four years


def value(number: float, day: date = HALF_WAY, **fields) -> Value:
    return Value(day.year + 543, number, day, "test", **fields)


def start(number: float) -> Value:
    return value(number, date(2023, 9, 30))


def status(*values: Value, target=0.82, direction=Direction.AT_LEAST, outlook=None):
    found = judge(values, target, direction, outlook)
    return f"{found.status} {found.because}"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "not_yet_known no_value"),
        ([start(0.9)], "not_yet_known no_value"),
        ([value(0.5)], "not_yet_known one_value"),
        ([value(0.82)], "reached target"),
        ([start(0.62), value(0.72)], "on_course path"),
        ([start(0.62), value(0.7199)], "off_course path"),
        ([start(0.62), value(0.9), value(0.72, date(2027, 9, 30))], "off_course path"),
        ([value(0.62, date(2024, 9, 30)), value(0.7)], "on_course path"),
    ],
)
def test_bare_values(values, said):
    assert status(*values) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.82, 0.9, "reached target"),
        (0.8, 0.9, "on_course path"),
        (0.72, 0.8, "on_course path"),
        (0.70, 0.75, "not_yet_known path"),
        (0.65, 0.7, "off_course path"),
    ],
)
def test_the_whole_interval_decides(low, high, said):
    assert status(start(0.62), value((low + high) / 2, low=low, high=high)) == said


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("MET", "reached target"), ("INCONCLUSIVE", "on_course path"), ("NOT_MET", "on_course path")],
)
def test_where_the_official_rule_speaks_it_alone_says_reached(outcome, said):
    assert status(start(0.62), value(0.9, low=0.85, high=0.95, outcome=outcome)) == said


@pytest.mark.parametrize(
    ("rank", "said"),
    [(40, "reached target"), (46, "on_course path"), (47, "off_course path")],
)
def test_a_rank_is_better_the_lower(rank, said):
    assert status(start(52), value(rank), target=40, direction=Direction.AT_MOST) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.82, 0.9, "on_course forecast"),
        (0.8, 0.9, "not_yet_known forecast"),
        (0.7, 0.81, "off_course forecast"),
    ],
)
def test_a_forecast_comes_before_the_path(low, high, said):
    newest = value(0.7)
    outlook = Outlook(0.8, low, high, date(2027, 9, 30), 8, newest)
    assert status(start(0.62), newest, outlook=outlook) == said


def test_without_a_target_nothing_is_reached():
    assert status(start(1), value(500), target=None) == "not_yet_known no_target"


def test_the_path_is_a_straight_line_from_the_day_the_strategy_began():
    earlier = value(0.62, date(2022, 9, 30))
    assert path_at(earlier, 0.82, date(2023, 9, 30)) == pytest.approx(0.62)
    assert path_at(earlier, 0.82, date(2025, 9, 30)) == pytest.approx(0.72, abs=1e-3)
    assert path_at(earlier, 0.82, date(2027, 9, 30)) == pytest.approx(0.82)
    assert path_at(earlier, 0.82, date(2029, 9, 30)) == pytest.approx(0.82)
