"""Figures equal those computed by hand; what people enter counts once approved."""

import json
import math
from datetime import date

import pytest
from django.core.management import call_command

from analytics.models import Score
from analytics.scorecard.indicators import INDICATORS
from analytics.scorecard.scorecard import line_of, scorecard
from analytics.scoring.publication import publish
from surveys.models import Process, Wave
from tests.analytics.scorecard.conftest import TODAY
from tests.closing import close_wave


def values(code: str, today: date = TODAY) -> dict[int, float]:
    return {each.fiscal_year: each.value for each in INDICATORS[code].values(today)}


def test_the_portal_share_is_portals_by_all_encounters(quarters):
    quarters([(90, 10), (80, 20), (170, 30), (60, 40)])
    # 10 + 20 + 30 + 40 of 100 + 100 + 200 + 100 encounters
    [found] = INDICATORS["portals"].values(TODAY)
    assert (found.fiscal_year, found.value, found.of) == (2567, 100 / 500, "100 of 500")
    assert found.as_of == date(2024, 9, 30)
    assert not found.simulated


def test_only_periods_that_have_ended_count(quarters):
    quarters([(90, 10), (80, 20), (0, 100)])
    assert values("portals", date(2024, 3, 31)) == {2567: 30 / 200}
    assert values("portals", date(2024, 3, 30)) == {2567: 10 / 100}


def test_of_a_year_one_frame_counts_the_finest(quarters):
    quarters([(90, 10), (80, 20)])
    quarters([(0, 1000)], code="COARSE")
    assert values("portals") == {2567: 30 / 200}


def test_channels_count_only_where_they_are_marked(quarters, government):
    quarters([(90, 10)])
    type(government.online).objects.update(portal=False)
    assert values("portals") == {2567: 0}


def test_the_portal_share_is_forecast_from_its_periods(quarters):
    """Odds that grow by a tenth each quarter go on so."""
    odds = [0.2 * 1.1**k for k in range(12)]
    quarters([(10**9, round(10**9 * each)) for each in odds])
    line = line_of(INDICATORS["portals"], TODAY)
    ahead = 0.2 * 1.1**15  # four quarters on; quarters differ by a day or two
    assert line.outlook.value == pytest.approx(ahead / (1 + ahead), abs=1e-3)
    assert line.outlook.low < line.outlook.value < line.outlook.high
    assert line.outlook.periods == 12
    assert line.judgement.status == "on_course"
    assert math.isclose(line.outlook.last.value, odds[-1] / (1 + odds[-1]), rel_tol=1e-6)


def test_too_few_periods_make_no_forecast(quarters):
    quarters([(90, 10), (80, 20), (70, 30)])
    assert line_of(INDICATORS["portals"], TODAY).outlook is None


def test_digital_processes_are_the_eligible_ones_that_are_fully_digital(process):
    process("A", "fully", date(2023, 9, 30))
    process("B", "fully", date(2024, 10, 1))
    process("C", "fully", date(2026, 10, 31))
    process("D", "fully", date(2023, 1, 1), eligible=False)
    process("E", "partly", date(2023, 1, 1))
    process("F", "none")
    process("G", "fully", date(2023, 1, 1), retired_on=date(2024, 9, 30))
    # by the end of 2566: A and G; 2567: G is gone; 2568: B as well; 2570, today: C as well
    assert values("digital_processes") == {2566: 2, 2567: 1, 2568: 2, 2569: 2, 2570: 3}
    assert INDICATORS["digital_processes"].values(TODAY)[-1].of == "of 5 eligible"


def test_transfers_are_those_done_of_all_planned(undertaking):
    undertaking("A", "transfer", planned_on=date(2024, 9, 30), done_on=date(2024, 9, 1))
    undertaking("B", "transfer", planned_on=date(2025, 9, 30), done_on=date(2026, 1, 1))
    undertaking("C", "transfer", planned_on=date(2027, 9, 30))
    undertaking("D", "transfer", planned_on=date(2027, 10, 1), done_on=date(2024, 1, 1))
    assert values("transfers") == {2566: 0, 2567: 1 / 3, 2568: 1 / 3, 2569: 2 / 3, 2570: 2 / 3}


def test_projects_are_on_time_and_on_budget_or_not(undertaking):
    planned = {"planned_on": date(2025, 9, 30), "budget": 100}
    undertaking("A", "infrastructure", done_on=date(2025, 9, 30), spent=100, **planned)
    undertaking("B", "infrastructure", done_on=date(2025, 10, 1), spent=90, **planned)
    undertaking("C", "infrastructure", done_on=date(2025, 1, 1), spent=101, **planned)
    undertaking("D", "infrastructure", **planned)
    undertaking("E", "infrastructure", planned_on=date(2027, 9, 30), budget=5)
    undertaking(
        "F",
        "infrastructure",
        planned_on=date(2027, 9, 30),
        budget=5,
        spent=5,
        done_on=date(2026, 10, 1),
    )
    # nothing was due before 2568; then A of A, B, C, D; in 2570 F is done early
    assert values("infrastructure") == {2568: 1 / 4, 2569: 1 / 4, 2570: 2 / 5}


@pytest.mark.parametrize(
    ("code", "kind"), [("innovation", "innovation"), ("collaborations", "collaboration")]
)
def test_what_has_no_target_is_counted_all_the_same(undertaking, code, kind):
    undertaking("A", kind, done_on=date(2024, 1, 1))
    undertaking("B", kind, done_on=date(2026, 1, 1), simulated=True)
    undertaking("C", kind)
    assert values(code) == {2566: 0, 2567: 1, 2568: 1, 2569: 2, 2570: 2}
    assert [v.simulated for v in INDICATORS[code].values(TODAY)] == [False] * 3 + [True] * 2


def test_satisfaction_is_the_nations_figure_of_a_published_wave(wave, answered):
    assert values("satisfaction") == {}
    Wave.objects.update(ends_on=date(2026, 10, 31))
    wave.refresh_from_db()
    published = publish(close_wave(wave))
    nation = Score.objects.get(
        wave=published, level="nation", is_overall=True, measure="top_two_box"
    )
    [found] = INDICATORS["satisfaction"].values(TODAY)
    assert (found.fiscal_year, found.value) == (2570, nation.estimate)
    assert (found.low, found.high, found.outcome) == (nation.low, nation.high, nation.verdict)
    assert found.link.endswith("/waves/W1/")


def test_what_waits_or_was_refused_does_not_count(entered):
    entered("egdi_rank", 2565, 55)
    entered("egdi_rank", 2567, 1, state="pending", decided_by=None, decided_at=None)
    entered("egdi_rank", 2568, 1, state="refused")
    assert values("egdi_rank") == {2565: 55}


def test_the_command_prints_every_indicator(entered, quarters, capsys):
    entered("egdi_rank", 2565, 55)
    entered("egdi_rank", 2567, 52)
    quarters([(90, 10), (80, 20), (170, 30), (60, 40)], source="simulation with seed 1")
    call_command("scorecard")
    lines = {
        line.split()[0]: " ".join(line.split()) for line in capsys.readouterr().out.splitlines()
    }
    assert list(lines) == list(INDICATORS)
    assert lines["egdi_rank"] == (
        "egdi_rank 52 2567 target 40 by 2570 (at_most) off_course UN E-Government Survey"
    )
    assert lines["portals"].endswith("not_yet_known frame Q SIMULATED")
    call_command("scorecard", json=True)
    told = {each["code"]: each for each in json.loads(capsys.readouterr().out)}
    assert told["egdi_rank"]["newest"]["as_of"] == "2024-09-30"
    assert told["egdi_rank"]["path"] == 55 - 15 / 4
    assert told["portals"]["forecast"]["periods"] == 4


def test_the_scorecard_asks_the_database_no_more_for_more_rows(
    process, quarters, django_assert_max_num_queries
):
    for k in range(20):
        process(f"P{k}", "fully", date(2024, 1, 1))
    quarters([(90, 10)] * 12)
    with django_assert_max_num_queries(30):
        scorecard()
    assert Process.objects.count() == 20
