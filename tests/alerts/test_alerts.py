"""What changes from week to week is found, and told once to those whom it concerns alone."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from standardwebhooks.webhooks import Webhook

from analytics.alerts.kinds import KINDS
from analytics.alerts.looking import look_at, look_at_all
from analytics.alerts.series import series_of
from analytics.alerts.telling import post_all
from analytics.counting import weeks as recording
from analytics.models import Alert, AlertChoice, AlertMail, Score, WeekCount
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from analytics.tasks import look_for_alerts
from responses.models import Response
from surveys import clock
from surveys.models import Wave
from tests.alerts.weeks import TODAY, steady, weeks
from tests.closing import close_wave
from tests.invitations.servers import gateway
from tests.office.conftest import person

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FALL = [(50, 30, 0)]


@pytest.fixture
def scored(wave, answered, monkeypatch) -> Wave:
    """Its weeks are those that a test writes down."""
    compute_scores(wave)
    monkeypatch.setattr(recording, "record", lambda wave: None)
    return wave


def days_later(number: int):
    return clock.at(TODAY + timedelta(days=number))


def standing() -> set[tuple[str, str]]:
    return set(Alert.objects.filter(ended_on=None).values_list("kind", "agency__code"))


def test_a_drop_is_found_once_and_is_over_later(scored, government):
    weeks(scored, government.dlt, steady(28) + FALL)
    for number in range(3):
        with days_later(number):
            look_at(scored)
    assert standing() == {("drop", "DLT")}
    alert = Alert.objects.get()
    assert alert.facts["share"] == 0.6
    assert alert.facts["week"] == "2026-11-16"
    last = WeekCount.objects.filter(agency=government.dlt).last()
    for number in range(1, 6):
        last.pk, last.week = None, last.week + timedelta(days=7)
        last.rated, last.satisfied = last.rated + 50, last.satisfied + 45
        last.answers += 50
        last.looked_on = last.week + timedelta(days=6)
        last.save(force_insert=True)
        with days_later(7 * number):
            look_at(scored)
    assert not standing()
    assert Alert.objects.count() == 1
    assert Alert.objects.get().ended_on is not None


def test_steady_weeks_set_off_nothing(scored, government, bob):
    weeks(scored, government.dlt, steady(40))
    with clock.at(TODAY):
        look_for_alerts()
    assert not Alert.objects.exists()
    assert not mail.outbox


def test_no_chart_before_half_a_year_of_weeks(scored, government):
    weeks(scored, government.dlt, steady(20) + FALL)
    with clock.at(TODAY):
        look_at(scored)
        (series,) = [s for s in series_of(scored) if s.agency == government.dlt]
    assert len(series.weeks) == 21
    assert series.chart is None
    assert not standing()


def test_a_burst_of_flagged_answers(scored, government):
    weeks(scored, government.dlt, [*steady(5), (50, 45, 25)])
    weeks(scored, government.dopa, [*steady(5), (50, 45, 4)])
    with clock.at(TODAY):
        look_at(scored)
    assert standing() == {("burst", "DLT")}


def test_what_is_often_flagged_is_no_burst(scored, government):
    weeks(scored, government.dlt, [(50, 45, 25)] * 6)
    with clock.at(TODAY):
        look_at(scored)
    assert not standing()


def test_silence_ends_with_the_first_answer(scored, government):
    weeks(scored, government.dlt, [*steady(8), (0, 0, 0)])
    weeks(scored, government.dopa, [*[(3, 3, 0)] * 8, (0, 0, 0)])
    with clock.at(TODAY):
        look_at(scored)
        assert standing() == {("silent", "DLT")}
        row = WeekCount.objects.filter(agency=government.dlt).last()
        row.pk, row.week, row.answers = None, recording.monday(clock.today()), row.answers + 1
        row.save(force_insert=True)
        look_at(scored)
    assert not standing()


def test_a_cell_behind_its_quota(scored, government):
    """Of the four cells only one has ten answers or more, and one has just ten."""
    Wave.objects.filter(pk=scored.pk).update(
        starts_on=TODAY.date() - timedelta(days=80), ends_on=TODAY.date() + timedelta(days=19)
    )
    with clock.at(TODAY):
        look_at_all()
    assert standing() == {("quota", "DLT")}
    assert Alert.objects.get().facts == {"cells": 1, "named": ["DLT-2 e_service"]}
    early = {"starts_on": TODAY.date() - timedelta(days=10)}
    Wave.objects.filter(pk=scored.pk).update(**early)
    with clock.at(TODAY):
        look_at_all()
    assert not standing()


def test_alerts_of_a_wave_that_closed_are_over(scored, government):
    weeks(scored, government.dlt, steady(28) + FALL)
    with clock.at(TODAY):
        look_at_all()
        close_wave(scored)
        look_at_all()
    assert not standing()


# What is recorded


def test_nobody_sees_a_rating_arrive(wave, government, send):
    """The record is looked at after each answer: it moves by ten or more, once a day."""
    seen = []
    for number in range(4):
        with days_later(number):
            for k in range(7):
                send(government.licence, government.counter, 5 if k % 2 else 1)
                compute_scores(wave)
                recording.record(wave)
                row = WeekCount.objects.get(agency=government.dlt)
                seen.append((number, row.rated, row.satisfied))
    by_day = {}
    for number, *figures in seen:
        by_day.setdefault(number, set()).add(tuple(figures))
    assert all(len(found) == 1 for found in by_day.values())
    rated = [next(iter(found))[0] for found in by_day.values()]
    steps = [b - a for a, b in zip([0, *rated], rated, strict=False)]
    assert max(rated) > 0
    assert all(step == 0 or step >= 10 for step in steps)


def test_the_weeks_of_a_wave_that_is_over_leave_no_remainder(wave, government, send):
    """Where a few answers were left over they would follow from the wave's own figures."""
    for number, came in enumerate([25, 3, 40, 4]):
        with days_later(7 * number):
            for k in range(came):
                send(government.licence, government.counter, 5 if k % 4 else 2)
    compute_scores(wave)
    with days_later(40):
        close_wave(wave)
        recording.read_back(wave)
    rows = list(WeekCount.objects.filter(agency=government.dlt).select_related("wave"))
    found = recording.weeks_of(rows)
    assert [week.rated for week in found] == [25, 47]
    assert sum(week.satisfied for week in found) == Response.objects.filter(overall__gte=4).count()


def test_a_suppressed_agency_has_no_weeks(scored, government):
    weeks(scored, government.dlt, steady(30))
    assert Score.objects.filter(agency=government.dlt, level="agency").update(withheld=True)
    with clock.at(TODAY):
        assert [s.weeks for s in series_of(scored, government.dlt)] == [[]]


def test_a_published_wave_before_says_what_is_usual(scored, government, client, bob):
    publish(close_wave(scored))
    WeekCount.objects.all().delete()
    weeks(scored, government.dlt, steady(27))
    Wave.objects.filter(pk=scored.pk).update(ends_on=TODAY.date())
    scored.refresh_from_db()
    later = Wave.objects.create(
        code="W2",
        title_th="รอบที่ 2",
        title_en="Wave 2",
        fiscal_year=2571,
        starts_on=TODAY.date() + timedelta(days=1),
        ends_on=TODAY.date() + timedelta(days=300),
        questionnaire=scored.questionnaire,
        frame=scored.frame,
        method=scored.method,
        state=Wave.State.OPEN,
    )
    for score in Score.objects.filter(wave=scored):
        score.pk, score.wave = None, later
        score.save()
    WeekCount.objects.filter(agency=government.dlt).update()
    WeekCount.objects.create(
        wave=later,
        agency=government.dlt,
        week=recording.monday(TODAY.date()),
        looked_on=TODAY.date(),
        answers=50,
        rated=50,
        satisfied=30,
        flagged=0,
    )
    with days_later(7):
        look_at(later)
    assert standing() == {("drop", "DLT")}


# Who is told


@pytest.fixture
def fallen(scored, government) -> Wave:
    weeks(scored, government.dlt, steady(28) + FALL)
    return scored


def test_each_is_told_once_and_only_of_their_own(fallen, bob, charlie, alice):
    AlertChoice.objects.create(user=bob, language="en")
    for number in range(3):
        with days_later(number):
            look_for_alerts()
    told = {letter.to[0]: letter for letter in mail.outbox}
    assert sorted(told) == ["alice@example.org", "bob@example.org"]
    assert len(mail.outbox) == 2
    letter = told["bob@example.org"]
    assert letter.subject == "Citizen satisfaction: 1 alert"
    assert "Department of Land Transport: A drop" in letter.body
    assert "60.0 % were satisfied in one week" in letter.body
    assert reverse("analytics:agency_alerts", args=["DLT"]) in letter.body


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"how": "never"}, 0),
        ({"without": ["drop"]}, 0),
        ({"without": ["silent"]}, 1),
        ({"snoozed_until": TODAY.date() + timedelta(days=2)}, 0),
        ({"snoozed_until": TODAY.date()}, 1),
        ({"how": "weekly", "told_on": TODAY.date() - timedelta(days=6)}, 0),
        ({"how": "weekly", "told_on": TODAY.date() - timedelta(days=7)}, 1),
    ],
)
def test_each_is_told_as_they_chose(fallen, bob, choice, told):
    AlertChoice.objects.create(user=bob, **choice)
    with clock.at(TODAY):
        look_for_alerts()
    assert len(mail.outbox) == told


def test_a_pause_puts_off_and_loses_nothing(fallen, bob):
    AlertChoice.objects.create(user=bob, snoozed_until=TODAY.date() + timedelta(days=3))
    with days_later(0):
        look_for_alerts()
    assert not mail.outbox
    with days_later(3):
        look_for_alerts()
    assert len(mail.outbox) == 1


def test_what_could_not_be_sent_is_sent_later(fallen, bob, monkeypatch):
    def refuse(self):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as broken, clock.at(TODAY):
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        look_for_alerts()
    assert not AlertMail.objects.exists()
    with clock.at(TODAY):
        look_for_alerts()
    assert len(mail.outbox) == 1


def test_the_webhook_is_signed_and_each_event_is_posted_once(fallen, settings):
    with gateway() as hook:
        settings.ALERT_HOOK_URL, settings.ALERT_HOOK_SECRET = hook.url, SECRET
        with clock.at(TODAY):
            hook.replies = [(503, {})]
            look_for_alerts()
            assert Alert.objects.get().beginning_posted_at is None
            look_for_alerts()
            look_for_alerts()
            close_wave(fallen)
            look_for_alerts()
            look_for_alerts()
        taken = [Webhook(SECRET).verify(body, headers) for headers, body in hook.requests]
    assert [event["type"] for event in taken] == ["alert.began", "alert.began", "alert.ended"]
    assert taken[1]["data"]["agency"] == "DLT"
    assert taken[1]["data"]["kind"] == "drop"


@pytest.mark.parametrize("refused", [422, 400])
def test_an_alert_that_the_webhook_refuses_holds_no_other_back(
    fallen, settings, government, refused
):
    with clock.at(TODAY):
        look_for_alerts()
    first = Alert.objects.get()
    second = Alert.objects.get()
    second.pk, second.agency = None, government.dopa
    second.save()
    with gateway() as hook:
        settings.ALERT_HOOK_URL, settings.ALERT_HOOK_SECRET = hook.url, SECRET
        hook.replies = [(refused, {})]
        with clock.at(TODAY):
            post_all()
    first.refresh_from_db()
    second.refresh_from_db()
    posted = (first.beginning_posted_at, second.beginning_posted_at)
    assert sorted(at is None for at in posted) == [False, True]


# The pages


def test_the_pages_say_which_were_sent_and_why(client, fallen, bob):
    with clock.at(TODAY):
        look_for_alerts()
        client.force_login(bob)
        page = client.get("/en/agency/DLT/alerts/").content.decode()
        every = client.get("/en/alerts/").content.decode()
    assert "/en/agency/DLT/alerts/" in every
    for html in (page, every):
        assert "A drop" in html
        assert "60.0 % were satisfied in one week" in html
        assert "mail to 1 person" in html
    assert 'role="img" aria-label="Share of satisfied citizens week by week, from' in page
    assert page.count('<tr><th scope="row">') == 29


def test_the_neighbour_is_refused(client, fallen, charlie):
    with clock.at(TODAY):
        look_for_alerts()
        client.force_login(charlie)
        assert client.get("/en/agency/DLT/alerts/").status_code == 404
        assert "/en/agency/DLT/alerts/" not in client.get("/en/alerts/").content.decode()
    stranger = Client()
    assert stranger.get("/en/alerts/").status_code == 302
    assert stranger.get("/en/agency/DLT/alerts/").status_code == 302


def test_a_choice_is_kept(client, bob, wave):
    client.force_login(bob)
    with clock.at(TODAY):
        sent = client.post(
            "/en/alerts/",
            {"how": "weekly", "language": "en", "kinds": ["drop", "quota"], "snooze": "7"},
        )
        assert sent.status_code == 302
        client.post("/en/alerts/", {"how": "hourly", "language": "en"})
    choice = AlertChoice.objects.get(user=bob)
    assert (choice.how, choice.language, choice.without) == ("weekly", "en", ["burst", "silent"])
    assert choice.snoozed_until == TODAY.date() + timedelta(days=7)


def test_danger_is_listed_for_the_office_alone(client, wave, government, send, bob):
    for _ in range(12):
        send(government.licence, government.counter, 1, D7="สายไฟรั่ว คนเกือบโดนไฟดูด")
    compute_scores(wave)
    for user, listed in ((person("somchai", "Survey office"), True), (bob, False)):
        client.force_login(user)
        for address in ("/en/alerts/", "/en/agency/DLT/alerts/"):
            html = client.get(address).content.decode()
            assert ("A comment may name a danger" in html) == listed


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_kind_says_what_it_is(language):
    facts = {
        "drop": {"rule": "RUN", "share": 0.8, "usual": 0.9},
        "burst": {"flagged": 30, "came": 80, "usual": 0.02},
        "silent": {"usual": 20, "since": "2026-11-15"},
        "quota": {"cells": 2, "named": ["A b", "C d"]},
    }
    assert facts.keys() == KINDS.keys()
    assert len({kind.icon for kind in KINDS.values()}) == len(KINDS)
    with translation.override(language):
        for code, kind in KINDS.items():
            said = f"{kind.name} {kind.when} {kind.sentence(facts[code])}"
            assert "%(" not in said
            assert any("ก" <= letter <= "๛" for letter in said) == (language == "th")
