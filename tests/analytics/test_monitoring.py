"""An open wave may be looked at daily: the first edition's bounds hold at all looks at once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from analytics.models import Score, Watch
from analytics.scoring import interim as monitoring
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from analytics.tasks import refresh_open_waves
from responses.intake.door import Door, Submission, set_aside
from responses.models import Response
from surveys import clock
from surveys.waves import open_wave
from tests.closing import close_wave
from tests.first_edition import first_edition

FIRST = datetime(2026, 11, 2, 5, tzinfo=UTC)  # noon in Thailand


@pytest.fixture(autouse=True)
def as_declared_then():
    with first_edition():
        yield


@pytest.fixture
def daily(wave, government, send):
    """Send `count` answers a day about ID cards for `days` days, then look the day after."""

    def go(days: int, count: int, rating=lambda k: 5) -> datetime:
        for day in range(days):
            for k in range(count):
                send(
                    government.id_card,
                    government.counter,
                    rating(k),
                    answered_at=FIRST + timedelta(days=day),
                )
        compute_scores(wave)
        return FIRST + timedelta(days=days)

    return go


def dopa(**where) -> Score:
    return Score.objects.get(
        level="agency", agency__code="DOPA", is_overall=True, measure="top_two_box"
    )


def test_forty_happy_answers_decide_once_but_not_if_one_looks_daily(wave, daily):
    with clock.at(daily(days=10, count=4)):
        monitoring.watch(wave)
        fixed, (watched,) = dopa(), monitoring.watched(wave, [dopa()])
    assert fixed.verdict == "MET"
    assert watched.verdict == "INCONCLUSIVE"
    assert watched.low < fixed.low


def test_enough_answers_decide_also_when_looked_at_daily(wave, daily):
    with clock.at(daily(days=20, count=20)):
        monitoring.watch(wave)
        (met,) = monitoring.watched(wave, [dopa()])
    assert met.verdict == "MET"


def test_plainly_unsatisfied_citizens_are_seen_soon(wave, daily):
    with clock.at(daily(days=10, count=10, rating=lambda k: 2 if k < 5 else 4)):
        monitoring.watch(wave)
        (not_met,) = monitoring.watched(wave, [dopa()])
    assert not_met.verdict == "NOT_MET"


def test_bounds_never_widen_from_one_day_to_the_next(wave, daily):
    end = daily(days=8, count=6, rating=lambda k: 5 if k else 2)
    bounds = []
    for day in range(1, 9):
        with clock.at(end - timedelta(days=8 - day)):
            monitoring.watch(wave)
        row = Watch.objects.get(level="agency", agency__code="DOPA")
        bounds.append((row.low, row.high))
    assert all(b[0] >= a[0] and b[1] <= a[1] for a, b in pairwise(bounds))
    assert bounds[-1][1] - bounds[-1][0] < bounds[0][1] - bounds[0][0]


def test_today_is_not_looked_at_until_it_is_over(wave, daily):
    daily(days=1, count=10)
    with clock.at(FIRST):
        assert monitoring.watch(wave) == 0
        (unknown,) = monitoring.watched(wave, [dopa()])
    assert (unknown.low, unknown.high, unknown.verdict) == (0.0, 1.0, "INCONCLUSIVE")


def test_several_agencies_add_up_to_the_nation(wave, government, daily, send):
    for day in range(15):
        for k in range(10):
            for service in (government.licence, government.tax):
                for channel in (government.counter, government.online):
                    send(
                        service,
                        channel,
                        4 if k else 1,
                        answered_at=FIRST + timedelta(days=day),
                    )
    with clock.at(daily(days=15, count=10)):
        monitoring.watch(wave)
        nation = Watch.objects.get(level="nation")
        score = Score.objects.get(level="nation", is_overall=True, measure="top_two_box")
    assert nation.low < score.estimate < nation.high
    assert nation.low > 0.7


def test_a_closed_wave_is_judged_by_its_own_interval(wave, daily):
    with clock.at(daily(days=10, count=4)):
        monitoring.watch(wave)
    published = publish(close_wave(wave))
    (score,) = monitoring.watched(published, [dopa()])
    assert score.verdict == "MET"


def test_the_worker_looks_once_a_day(wave, daily):
    with clock.at(daily(days=3, count=4)):
        assert not monitoring.is_current(wave)
        refresh_open_waves()
        assert monitoring.is_current(wave)
    with clock.at(FIRST + timedelta(days=4)):
        assert not monitoring.is_current(wave)


def test_the_page_of_an_open_wave_shows_the_bounds_for_daily_looks(wave, daily, client, alice):
    client.force_login(alice)
    with clock.at(daily(days=10, count=4)):
        monitoring.watch(wave)
        text = client.get("/en/agency/DOPA/?wave=W1").content.decode()
    low = Watch.objects.get(level="agency", agency__code="DOPA").low
    assert f"{100 * low:.1f}–" in text
    assert "may be looked at every day" in text


def test_no_page_and_no_api_shows_the_interval_of_a_single_look(wave, daily, client, alice):
    client.force_login(alice)
    with clock.at(daily(days=10, count=4)):
        monitoring.watch(wave)
        nation = Watch.objects.get(level="nation")
        shown = f"({100 * nation.low:.1f}–{100 * nation.high:.1f})"
        assert shown in client.get("/en/waves/W1/").content.decode()
        assert shown in client.get("/en/waves/").content.decode()
        (score,) = client.get(
            "/api/v1/waves/W1/scores/?level=nation&measure=top_two_box&question=OV"
        ).json()["results"]
    assert (score["low"], score["high"]) == (nation.low, nation.high)


def test_bounds_rest_on_doubted_answers_where_the_figures_do(draft, government):
    draft.method |= {"screened": "count"}
    draft.save()
    wave = open_wave(draft)
    door = Door(wave)
    for k in range(40):
        door.receive(
            Submission(
                key=f"{k}",
                service=government.id_card,
                channel=government.counter,
                answers={"OV": 1 if k < 20 else 5},
                source=Response.Source.WEB,
                answered_at=FIRST,
            )
        )
    doubted = list(Response.objects.filter(overall=1).values_list("pk", flat=True))
    with clock.at(FIRST + timedelta(days=1)):
        monitoring.watch(wave)
        before = bounds(wave)
        assert set_aside(wave, doubted, reason="screening") == 20
        monitoring.watch(wave)
    assert bounds(wave) == before


def bounds(wave) -> list[tuple[float, float]]:
    return list(Watch.objects.filter(wave=wave, level="agency").values_list("low", "high"))
