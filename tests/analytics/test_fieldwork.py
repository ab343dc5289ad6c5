"""Rates of response, computed by hand beside; who sees them; what closing and deleting leave."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from analytics.estimation import response_rates as aapor
from analytics.estimation.response_rates import Dispositions
from analytics.fieldwork.dispositions import Fieldwork, groups, groups_for
from analytics.models import Score
from analytics.scoring.publication import publish, verify
from analytics.scoring.scores import compute_scores
from analytics.tasks import refresh_open_waves
from responses.models import Response
from responses.privacy.retention import delete_expired_answers
from surveys import clock
from surveys.models import Contact, Invitation, Question, Service, Wave
from tests.closing import close_wave
from tests.invitations.drawn import Citizen, invite, new_draw

State = Invitation.State


def test_every_rate_of_one_worked_example():
    """100 drawn: 30 complete, 10 partial, 5 refused, 35 silent, 5 others; 8 not sent, 7 returned;
    a half of these are taken for eligible (e = 0.5)."""
    d = Dispositions(
        complete=30,
        partial=10,
        refused=5,
        not_reached=35,
        other=5,
        unknown_whether_reached=8,
        unknown_other=7,
    )
    by_hand = {
        "rr1": 30 / 100,
        "rr2": 40 / 100,
        "rr3": 30 / 92.5,
        "rr4": 40 / 92.5,
        "coop1": 30 / 50,
        "coop2": 40 / 50,
        "coop3": 30 / 45,
        "coop4": 40 / 45,
        "ref1": 5 / 100,
        "ref2": 5 / 92.5,
        "ref3": 5 / 85,
        "con1": 50 / 100,
        "con2": 50 / 92.5,
        "con3": 50 / 85,
    }
    for name, rate in by_hand.items():
        given = (d, 0.5) if name in ("rr3", "rr4", "ref2", "con2") else (d,)
        assert getattr(aapor, name)(*given) == pytest.approx(rate), name
        assert getattr(aapor, name)(Dispositions()) is None


def test_the_products_own_counts_by_hand():
    """60 drawn, 20 answered (15 in full), 4 refused, 6 returned, 2 not sent: 28 are silent."""
    counts = Fieldwork(drawn=60, answered=20, refused=4, undelivered=6, unsent=2, complete=15)
    assert counts.dispositions() == Dispositions(
        complete=15,
        partial=5,
        refused=4,
        not_reached=28,
        unknown_whether_reached=2,
        unknown_other=6,
    )
    rates = counts.rates
    assert rates["RR1"] == rates["RR3"] == 15 / 60
    assert rates["RR2"] == rates["RR4"] == 20 / 60
    assert rates["COOP1"] == rates["COOP3"] == 15 / 24
    assert rates["COOP2"] == rates["COOP4"] == 20 / 24
    assert rates["REF1"] == rates["REF2"] == 4 / 60
    assert rates["REF3"] == 4 / 52
    assert rates["CON1"] == rates["CON2"] == 24 / 60
    assert rates["CON3"] == 24 / 52


@pytest.mark.parametrize(
    "counts",
    [
        Fieldwork(drawn=10, answered=10, refused=3, complete=4),  # who answered, and then refused
        Fieldwork(drawn=5, answered=4, refused=1, undelivered=1, unsent=1, complete=9),
        Fieldwork(complete=0),
    ],
)
def test_every_citizen_counts_once_whatever_they_did_twice(counts):
    d = counts.dispositions()
    assert d._eligible + d._unknown == counts.drawn
    for rate in counts.rates.values():
        assert rate is None or 0 <= rate <= 1


def test_what_is_not_known_yet_is_not_said():
    rates = Fieldwork(drawn=10, answered=4).rates
    assert (rates["RR1"], rates["RR2"]) == (None, 0.4)


@pytest.fixture
def answer() -> Callable[..., Response]:
    def send(citizen: Citizen, overall: int = 5, **more: str) -> Response:
        client = Client()
        page = client.get(citizen.url).content.decode()
        token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
        sent = client.post(citizen.url, {"form_token": token, "overall": str(overall)})
        if more:
            client.post(sent["Location"], more)
        return Response.objects.latest("pk")

    return send


@pytest.fixture
def invited(government, wave, answer):
    """Counter: 30 drawn, 12 answered (7 with more than the overall rating), 3 refused, 2 returned.
    Online: 15 drawn, 2 answered. The neighbour: 20 drawn, 20 answered."""
    draw = new_draw(wave)
    counter = invite(draw, government.licence, government.counter, 30)
    online = invite(draw, government.tax, government.online, 15)
    neighbour = invite(draw, government.id_card, government.counter, 20)
    Invitation.objects.update(state=State.SENT, sent_on=clock.today())
    for number, citizen in enumerate(counter[:12]):
        answer(citizen, **({"P1": "4"} if number < 7 else {}))
    for state, those in ((State.REFUSED, counter[12:15]), (State.FAILED, counter[15:17])):
        keys = [citizen.invitation.pk for citizen in those]
        Invitation.objects.filter(pk__in=keys).update(state=state)
        Contact.objects.filter(pk__in=keys).delete()
    for citizen in [*online[:2], *neighbour]:
        answer(citizen)
    return wave


def of(wave, level: str, code: str = "") -> Fieldwork:
    from analytics.domains.partitions import Registry

    registry = Registry()
    for group in groups(wave):
        unit = group.domain.service or group.domain.agency
        table = registry.services if group.domain.service else registry.agencies
        if group.domain.level == level and (not unit or table[unit].code == code):
            return group.counts
    raise LookupError(level, code)


@pytest.mark.django_db
def test_counts_of_an_open_wave_come_from_ballots(invited):
    assert of(invited, "nation") == Fieldwork(
        drawn=65, answered=34, refused=3, undelivered=2, unsent=0, complete=None
    )
    assert of(invited, "agency", "DLT").answered == 14
    assert of(invited, "service", "DLT-1").answered == 12
    assert of(invited, "service", "DLT-2").responses == pytest.approx(2 / 15)


@pytest.mark.django_db
def test_closing_keeps_the_counts_and_adds_who_answered_in_full(invited):
    close_wave(invited)
    invited.refresh_from_db()
    compute_scores(invited)
    counter = of(invited, "service", "DLT-1")
    assert (counter.answered, counter.complete) == (12, 7)
    assert counter.rates["RR1"] == pytest.approx(7 / 30)
    assert of(invited, "nation").complete == 7


@pytest.mark.django_db
def test_they_outlive_the_single_answers(invited, settings):
    close_wave(invited)
    invited.refresh_from_db()
    before = compute_scores(invited) and of(invited, "nation")
    with clock.at(clock.now() + settings.ANSWERS_KEPT + timedelta(days=1)):
        delete_expired_answers()
        invited.refresh_from_db()
        compute_scores(invited)
    assert of(invited, "nation") == before


@pytest.mark.django_db
def test_a_required_question_that_is_missing_makes_it_partial(invited, answer, wave):
    Question.objects.filter(code="D2").update(required=True)
    close_wave(invited)
    invited.refresh_from_db()
    compute_scores(invited)
    assert of(invited, "nation").complete == 0


@pytest.mark.django_db
def test_few_answers_are_flagged_once_the_wave_has_closed(invited):
    """Vehicle tax: 2 of 15 drawn is 13 %, under the 20 % of judge()."""

    def flagged() -> set[str]:
        return {
            score.service.code if score.service else score.level
            for score in Score.objects.filter(wave=invited, measure="top_two_box", is_overall=True)
            if "LOW_RESPONSE" in score.flags
        }

    compute_scores(invited)
    assert flagged() == set()
    with clock.at(clock.now() + timedelta(hours=1)):
        close_wave(invited)
        refresh_open_waves()
    assert "DLT-2" in flagged()
    assert "DLT-1" not in flagged()
    invited.refresh_from_db()
    published = publish(invited)
    assert verify(published) == []
    compute_scores(published)  # still the same


@pytest.mark.django_db
def test_an_agency_sees_its_own_and_no_other(client, invited, bob, charlie, alice):
    seen = {
        user.username: {group.domain.agency for group in groups_for(user, invited)}
        for user in (bob, charlie)
    }
    assert seen == {"bob": {bob.agency.pk}, "charlie": {charlie.agency.pk}}
    address = "/api/v1/waves/W1/response-rates/"
    client.force_login(bob)
    rows = client.get(address).json()["results"]
    assert {row["agency"] for row in rows} == {"DLT"}
    assert {row["level"] for row in rows} == {
        "agency",
        "agency_channel",
        "service",
        "service_channel",
    }
    assert client.get(address + "?agency=DOPA").json()["results"] == []
    assert "Who was asked" in client.get("/en/agency/DLT/reached/?wave=W1").content.decode()
    assert client.get("/en/waves/W1/agencies/DOPA/").status_code == 404
    assert "Who was asked" not in client.get("/en/waves/W1/").content.decode()
    client.force_login(alice)
    rows = client.get(address + "?level=nation").json()["results"]
    assert [(row["drawn"], row["answered"], row["rates"]["RR1"]) for row in rows] == [
        (65, 34, None)
    ]
    assert "65 citizens were drawn" in client.get("/en/waves/W1/").content.decode()
    client.logout()
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_everybody_sees_what_has_been_published(client, invited):
    close_wave(invited)
    invited.refresh_from_db()
    publish(invited)
    rows = client.get("/api/v1/waves/W1/response-rates/?level=nation").json()["results"]
    assert rows[0]["rates"]["RR1"] == pytest.approx(7 / 65)
    page = client.get("/en/waves/W1/").content.decode()
    assert "(I + P) / ((I + P) + (R + NC + O) + (UH + UO))" in page


@pytest.mark.django_db
def test_small_groups_are_not_shown_nor_found_by_subtraction(government, wave, bob, alice):
    draw = new_draw(wave)
    invite(draw, government.licence, government.counter, 9)
    invite(draw, government.licence, government.online, 30)
    invite(draw, government.tax, government.online, 40)

    def cells(user) -> set[int]:
        return {
            group.counts.drawn
            for group in groups_for(user, wave)
            if group.domain.level == "service_channel" and not group.withheld
        }

    assert cells(bob) == {40}  # 30 is hidden beside 9
    assert cells(alice) == {9, 30, 40}


@pytest.mark.django_db
def test_a_small_group_of_each_agency_does_not_follow_from_its_own_total(government, wave, alice):
    """One small service in each of two agencies: each has another hidden beside it."""
    draw = new_draw(wave)
    invite(draw, government.licence, government.counter, 40)
    invite(draw, government.tax, government.online, 9)
    passport = Service.objects.create(agency=government.dopa, code="DOPA-2", name_th="หนังสือ")
    invite(draw, government.id_card, government.counter, 50)
    invite(draw, passport, government.counter, 8)
    close_wave(wave)
    publish(Wave.objects.get())
    shown = {
        (group.domain.level, group.counts.drawn)
        for group in groups_for(AnonymousUser(), Wave.objects.get())
        if not group.withheld
    }
    assert {("agency", 49), ("agency", 58)} <= shown
    assert not {drawn for level, drawn in shown if level.startswith("service")}


@pytest.mark.django_db
def test_the_report_says_how_it_was_counted(invited):
    from analytics.dashboards.fieldwork_panel import reported_panel
    from analytics.reporting.content import gather

    close_wave(invited)
    invited.refresh_from_db()
    compute_scores(invited)
    panel = gather(invited, None)["fieldwork"]
    assert panel == reported_panel(invited, None)
    assert {rate.name: rate.value for rate in panel.rates}["RR2"] == pytest.approx(34 / 65)


@pytest.mark.django_db
def test_without_a_draw_nothing_is_said(client, wave, answered, alice):
    compute_scores(wave)
    client.force_login(alice)
    assert "Who was asked" not in client.get("/en/waves/W1/").content.decode()
    assert client.get("/api/v1/waves/W1/response-rates/").json()["results"] == []
