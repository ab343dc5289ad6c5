"""Answers that the judged agency itself sent stand beside the official figure, not in it."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from analytics.wording.alternatives import beside_sentences
from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.models import Kiosk, Response
from responses.models.collecting_system import CollectingSystem
from surveys import remembered
from surveys.method import Method
from surveys.models import Channel, EntryPoint, User
from surveys.roles import place
from surveys.waves import open_wave
from tests.agency_pages import agency_page
from tests.closing import close_wave
from tests.first_edition import first_edition

pytestmark = pytest.mark.django_db

OPEN, OWN = Response.Selection.OPEN, Response.Selection.OWN


def send_by_program(client, system, number: int, overall: int = 5) -> None:
    item = {"service": "DLT-1", "channel": "counter", "answers": {"OV": overall}}
    rows = [{**item, "key": f"{overall}-{k}"} for k in range(number)]
    sent = client.post(
        reverse("api:batch"),
        json.dumps({"responses": rows}),
        content_type="application/json",
        headers=system.headers,
    )
    assert {row["status"] for row in sent.json()["results"]} == {"stored"}


def hand_in(kiosk: Kiosk, overall: int = 5) -> None:
    client = Client()
    client.cookies[COOKIE] = kiosks.token_of(kiosk)
    key = f"{Response.objects.count():032x}"
    queue = [{"key": key, "wave": "W1", "answers": {"OV": overall}, "age": 0}]
    address = f"/kiosk/{kiosk.entry_point.slug}/answers/"
    kind = {"content_type": "application/json", "headers": {"X-Kiosk": "1"}}
    sent = client.post(address, json.dumps({"answers": queue}), **kind)
    assert sent.json()["outcomes"][0]["outcome"] == "stored"


def selections() -> list[str]:
    return list(Response.objects.order_by("pk").values_list("selection", flat=True))


def agency_score(wave) -> Score:
    return Score.objects.get(
        wave=wave, level="agency", agency__code="DLT", is_overall=True, measure="top_two_box"
    )


def test_an_agency_cannot_lift_itself_with_its_own_key(wave, client, kiosk, answered):
    compute_scores(wave)
    before = agency_score(wave)
    send_by_program(client, kiosk, 200)
    wave = close_wave(wave)
    compute_scores(wave)
    after = agency_score(wave)
    assert (after.n, after.estimate) == (before.n, before.estimate)
    assert after.beside["with_own"]["n"] == before.n + 200
    assert after.beside["with_own"]["estimate"] > before.estimate
    (sentence,) = beside_sentences(after)
    assert sentence.startswith("200 answers that the agency itself sent")


def test_what_an_independent_program_sends_counts(wave, client, kiosk, answered):
    CollectingSystem.objects.update(independent=True)
    remembered.forget()
    send_by_program(client, kiosk, 20)
    assert set(selections()) == {OPEN}


def test_a_wave_that_declared_nothing_of_senders_counts_all(draft, client, kiosk):
    with first_edition():
        draft.method = Method().to_dict()
        draft.save()
        open_wave(draft)
    send_by_program(client, kiosk, 3)
    assert selections() == [OPEN] * 3


def test_a_kiosk_counts_from_when_the_office_confirmed_it(
    wave, client, bob, alice, licence_counter
):
    kiosk = kiosks.put_up(licence_counter, bob, pin="4711")
    hand_in(kiosk)
    change(client, alice, kiosk, "confirm")
    hand_in(kiosk)
    change(client, alice, kiosk, "withdraw")
    hand_in(kiosk)
    assert selections() == [OWN, OPEN, OWN]


def change(client: Client, user: User, kiosk: Kiosk, action: str) -> int:
    client.force_login(user)
    chosen = {"action": action, "_selected_action": kiosk.pk}
    return client.post("/en/admin/responses/kiosk/", chosen).status_code


def test_no_agency_confirms_its_own_kiosk(wave, client, bob, licence_counter):
    kiosk = kiosks.put_up(licence_counter, bob, pin="4711")
    assert change(client, bob, kiosk, "confirm") in (302, 403)
    kiosk.refresh_from_db()
    assert kiosk.confirmed_at is None


def test_a_kiosk_that_the_office_puts_up_counts_at_once(wave, alice, licence_counter):
    hand_in(kiosks.put_up(licence_counter, alice, pin="4711"))
    assert selections() == [OPEN]


def test_a_kiosk_stands_where_people_are_served_in_person(wave, client, bob, government):
    online = EntryPoint.objects.create(service=government.licence, channel=government.online)
    client.force_login(bob)
    assert client.get(f"/kiosk/{online.slug}/start/").status_code == 404


@pytest.mark.parametrize(
    ("agency", "selection"),
    [("dlt", OWN), ("transport", OWN), ("dopa", None), (None, OPEN)],
)
def test_calls_that_the_agencys_staff_enter(draft, client, government, agency, selection):
    """Another agency's staff take none: a rival's telephones cannot pull it down."""
    line = Channel.objects.create(
        code="phone", family="telephone", position=3, name_th="โทรศัพท์", name_en="Telephone"
    )
    draft.frame.cells.create(
        service=government.licence,
        channel=line,
        encounters=100,
        starts_on=draft.frame.cells.first().starts_on,
        ends_on=draft.frame.cells.first().ends_on,
    )
    open_wave(draft)
    agent = User.objects.create_user("agent", agency=agency and getattr(government, agency))
    place(agent, "Telephone agent")
    client.force_login(agent)
    address = reverse("responses:agent-call", args=["DLT-1", "phone"])
    sent = client.post(address, {"OV": "5", "key": "k" * 22})
    assert sent.status_code == (303 if selection else 404), sent.content.decode()
    assert selections() == ([selection] if selection else [])


def test_a_page_without_a_figure_says_what_becomes_of_own_answers(wave, client, kiosk, bob):
    send_by_program(client, kiosk, 30)
    wave = close_wave(wave)
    compute_scores(wave)
    assert not Score.objects.filter(wave=wave).exists()
    client.force_login(bob)
    page = client.get(agency_page("W1", "DLT")).content.decode()
    assert "Answers that the agency itself sent" in page
