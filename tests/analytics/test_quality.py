"""The quality report of a wave: counted again by hand, and without what is suppressed."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from analytics.dashboards.quality import count_quality, quality_of
from analytics.fieldwork.reminders import Step, steps
from analytics.models import Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from responses.intake.door import amend
from responses.models import Flag, Response
from surveys import clock
from surveys.models import Invitation
from tests.closing import close_wave
from tests.invitations.drawn import invite, new_draw

PAGE = "/en/waves/W1/quality/"
SENT = date(2026, 11, 2)
FEW = [("P1", 4)] * 4


@pytest.fixture
def published(wave, answered):
    closed = close_wave(wave)
    compute_scores(closed)
    return publish(closed)


def test_the_report_is_what_was_counted(published):
    found = quality_of(published)
    nation = Score.objects.get(level="nation", measure="top_two_box", question="OV")
    assert found["sampling_error"]["answers"] == 50
    assert found["sampling_error"]["estimate"] == nation.estimate
    # Nobody answered about taxes: 3,000 of 10,000 encounters.
    assert found["coverage"]["coverage"] == pytest.approx(0.7)
    assert (found["coverage"]["silent_cells"], found["coverage"]["silent_encounters"]) == (1, 3000)
    items = {item["question"]: item for item in found["items"]}
    assert (items["P1"]["asked"], items["P1"]["answered"]) == (50, 40)
    assert items["P1"]["nonresponse"] == pytest.approx(0.2)
    # Asked at counters alone: of 40 answers there 30 rate it.
    assert (items["S1"]["asked"], items["S1"]["answered"]) == (40, 30)
    modes = {mode["channel"]: mode for mode in found["modes"]}
    assert modes["counter"]["encounters"] == pytest.approx(0.6)
    assert modes["counter"]["answers"] == pytest.approx(40 / 50)
    assert found["agencies"]["shown"] + found["agencies"]["suppressed"] == 2
    assert found["revisions"]["corrected_answers"] == 0


def test_it_is_for_everybody_once_published_and_before_for_the_office_alone(
    client, wave, answered, alice, bob
):
    compute_scores(wave)
    client.force_login(alice)
    assert client.get(PAGE).status_code == 404  # open
    closed = close_wave(wave)
    compute_scores(closed)
    assert client.get(PAGE).status_code == 200
    client.force_login(bob)
    assert client.get(PAGE).status_code == 404
    client.logout()
    assert client.get(PAGE).status_code == 404
    assert "quality" not in client.get("/en/waves/").content.decode()
    publish(closed)
    page = client.get(PAGE).content.decode()
    assert "70.0" in page
    assert "Clear steps" in page
    assert PAGE in client.get("/en/waves/W1/").content.decode()
    with translation.override("th"):
        assert "รายงานคุณภาพ" in client.get("/th/waves/W1/quality/").content.decode()


def test_small_parts_are_suppressed_and_said_to_be(client, wave, government, send):
    for k in range(30):
        send(
            government.licence,
            government.counter,
            5 if k % 4 else 2,
            **({"P1": 4} if k < 4 else {}),
        )
    for _k in range(4):
        send(government.licence, government.online, 5)
    for _k in range(30):
        send(government.tax, government.online, 4)
    closed = close_wave(wave)
    compute_scores(closed)
    found = quality_of(publish(closed))
    (item,) = found["items"]
    assert (item["answered"], item["nonresponse"]) == (None, None)
    assert "suppressed, to protect those who answered" in client.get(PAGE).content.decode()


def test_without_a_figure_of_the_nation_there_is_no_report(client, wave, government, send, alice):
    for _k in range(5):
        send(government.licence, government.counter, 5)
    closed = close_wave(wave)
    compute_scores(closed)
    assert quality_of(closed) is None
    client.force_login(alice)
    assert "nothing to report on" in client.get(PAGE).content.decode()
    with pytest.raises(CommandError, match="no figures"):
        call_command("quality", "W1")


@pytest.mark.parametrize(("high", "low", "told"), [(12, 11, True), (12, 3, False), (30, 0, False)])
def test_what_a_rule_set_aside_is_shown_with_both_signs_from_ten_on(
    wave, answered, government, send, high, low, told
):
    sent = [
        send(government.licence, government.counter, 5 if k < high else 1)
        for k in range(high + low)
    ]
    closed = close_wave(wave)
    compute_scores(closed)
    for doubted in sent:  # since closing screens by itself
        Flag.objects.create(
            response=doubted, rule="too_fast", strength=1.0, raised_at=doubted.received_at
        )
        Response.objects.filter(pk=doubted.pk).update(disposition="screened")
    (line,) = [line for line in quality_of(closed)["screening"] if line["rule"] == "too_fast"]
    assert (line["satisfied"], line["not_satisfied"]) == ((high, low) if told else (None, None))


def test_before_and_after_each_reminder(wave, government, send, settings):
    """Two draws, sent on different days; answers by the days since their own draw's."""
    settings.INVITATION_REMINDER_DAYS = [7, 14]
    assert steps(wave) == []
    came = {0: 0, 7: 0, 14: 0}
    for number, days in ((1, (0, 3, 6, 7, 13, 14, 40)), (2, (0, 6, 8))):
        draw = new_draw(wave)
        invite(draw, government.licence, government.counter, 40)
        sent = SENT + timedelta(days=20 * number)
        Invitation.objects.filter(cell__draw=draw).update(sent_on=sent, state="sent")
        for passed in days:
            at = datetime.combine(sent, datetime.min.time(), ZoneInfo("Asia/Bangkok"))
            with clock.at(at + timedelta(days=passed, hours=1)):
                answer = send(government.licence, government.counter, 5, selection="drawn")
            Response.objects.filter(pk=answer.pk).update(draw=draw.number)
            came[14 if passed >= 14 else 7 if passed >= 7 else 0] += 1
    assert came == {0: 5, 7: 3, 14: 2}
    assert steps(wave) == [Step(0, 5, 5 / 80), Step(7, 3, 8 / 80), Step(14, 2, 10 / 80)]


def test_the_command_prints_what_the_page_shows(published, capsys):
    call_command("quality", "W1", "--json")
    found = json.loads(capsys.readouterr().out)
    with translation.override("en"):
        assert found == json.loads(json.dumps(quality_of(published)))
    call_command("quality", "W1")
    said = capsys.readouterr().out
    assert "silent_encounters 3000" in said
    with pytest.raises(CommandError, match="No wave"):
        call_command("quality", "W9")


def test_of_an_open_wave_the_command_says_nothing(wave, answered):
    compute_scores(wave)
    with pytest.raises(CommandError, match="has not closed"):
        call_command("quality", "W1")


def test_corrected_answers_are_counted(wave, answered, government, send):
    for _k in range(2):
        amend(send(government.licence, government.counter, 2), {"OV": 4}, reason="corrected")
    closed = close_wave(wave)
    compute_scores(closed)
    assert quality_of(closed)["revisions"]["corrected_answers"] == 2


def test_the_published_report_stays_as_it_was_whatever_comes_later(client, published, monkeypatch):
    before = quality_of(published)
    given = Response.objects.filter(wave=published, overall__gte=4).first()
    Response.objects.filter(pk=given.pk).update(revision=2)
    assert count_quality(published, published.computation) != before
    assert quality_of(published) == before
    with translation.override("th"):
        assert quality_of(published)["modes"] != before["modes"]  # the names alone
    page = client.get(PAGE).content.decode()
    assert "Kept as it was when the wave was published" in page
