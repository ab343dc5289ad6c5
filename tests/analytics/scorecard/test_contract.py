"""Every indicator answers every question, in Thai and in English."""

from pathlib import Path

import pytest
from django.utils import translation

import analytics.scorecard.indicators as folder
from analytics.scorecard import words
from analytics.scorecard.indicator import Entered, Indicator, Origin
from analytics.scorecard.indicators import INDICATORS
from analytics.scorecard.records import record
from analytics.scorecard.scorecard import line_of
from analytics.scorecard.status import Because, Status
from analytics.scorecard.values import Direction, Unit
from surveys.registers import REGISTERS
from tests.analytics.scorecard.conftest import TODAY

PROMISED = {
    # what the strategy prints for fiscal year 2570
    "satisfaction": 0.9,
    "egdi_rank": 40,
    "egdi_score": 0.82,
    "osi_rank": 40,
    "osi_score": 0.82,
    "government_effectiveness": 204,
    "transfers": 1.0,
    "digital_processes": 1452,
    "infrastructure": 1.0,
    "portals": 0.35,
    "innovation": None,
    "collaborations": None,
}


def test_the_strategy_is_complete_and_in_order():
    assert {code: each.target for code, each in INDICATORS.items()} == PROMISED
    assert list(INDICATORS) == list(PROMISED)


def test_each_file_is_one_indicator_of_its_name():
    files = {path.stem for path in Path(folder.__path__[0]).glob("*.py")} - {"__init__"}
    assert files == set(INDICATORS)


@pytest.fixture(params=INDICATORS.values(), ids=lambda each: each.code)
def indicator(request) -> Indicator:
    return request.param


def test_it_says_what_it_is_in_both_languages(indicator):
    for name in ("name", "how", "who", "counted", "remark"):
        said = {}
        for language in ("th", "en"):
            with translation.override(language):
                said[language] = str(getattr(indicator, name))
        if name in ("name", "how", "who"):
            assert all(said.values()), name
        assert said["th"] != said["en"] or not said["en"], name


def test_its_parts_fit_together(indicator):
    assert isinstance(indicator.unit, Unit)
    assert isinstance(indicator.direction, Direction)
    assert isinstance(indicator.origin, Origin)
    assert bool(indicator.counted) == (indicator.unit == Unit.COUNT)
    assert bool(indicator.register) == (indicator.origin == Origin.REGISTERED)
    assert indicator.register in {"", *REGISTERS}
    assert isinstance(indicator, Entered) == (indicator.origin == Origin.ENTERED)
    if isinstance(indicator, Entered):
        assert indicator.lowest <= indicator.target <= indicator.highest


def test_without_data_nothing_is_known_and_that_is_said(db, indicator):
    line = line_of(indicator, TODAY)
    assert line.values == []
    assert line.judgement.status == Status.NOT_YET_KNOWN
    expected = Because.NO_TARGET if indicator.target is None else Because.NO_VALUE
    assert line.judgement.because == expected
    assert words.why(line)
    assert record(line)["newest"] is None


def test_a_target_is_put_in_words(indicator):
    assert words.target_text(indicator).endswith(
        "no number printed" if indicator.target is None else "by fiscal year 2570"
    )
