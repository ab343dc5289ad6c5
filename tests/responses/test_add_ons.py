"""An agency's own questions are put and taken behind the core, at its own places and by every way
to answer; nobody else's."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import translation

from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.channels.web.steps import DetailsForm
from responses.intake.answers import AnswerError
from responses.intake.door import Door, amend
from responses.models import Response
from responses.receipts import own_answer
from responses.web import tokens
from surveys.add_ons import add, stop
from surveys.models import AddOnUse, Channel, EntryPoint
from tests.closing import close_wave

pytestmark = pytest.mark.django_db
QUESTIONNAIRE = "/api/v1/questionnaire/?service=DLT-1&channel=counter"


@pytest.fixture
def use(wave, government, make_add_on) -> AddOnUse:
    """A rating of the queue at the counters of Land Transport, and why, where it was bad."""
    add_on = make_add_on("QUEUE", government.dlt, "QUEUE_1")
    add_on.questions.create(
        code="QUEUE_2",
        kind="text",
        text_th="เพราะอะไร",
        text_en="Why so?",
        relevant="${QUEUE_1} <= 2 or ${OV} <= 2",
        position=2,
    )
    return add(
        AddOnUse(wave=wave, agency=government.dlt, add_on=add_on, channel=government.counter)
    )


def codes(wave, service, channel) -> list[str]:
    return [question.code for question in Door(wave).asked(service, channel)]


def test_behind_the_core_and_only_there(wave, government, use):
    core = ["OV", "P1", "S1", "D2", "D7"]
    own = [*core, "QUEUE_1", "QUEUE_2"]
    assert codes(wave, government.licence, government.counter) == own
    assert codes(wave, government.tax, government.counter) == own
    assert codes(wave, government.licence, government.online) == ["OV", "P1", "D2", "D7"]
    assert codes(wave, government.id_card, government.counter) == core


def test_a_neighbours_answers_to_it_are_refused(government, send, use):
    stored = send(government.licence, government.counter, 2, QUEUE_1=4, QUEUE_2="ช้า")
    assert stored.answers == {"OV": 2, "QUEUE_1": 4, "QUEUE_2": "ช้า"}
    for service, channel in (
        (government.id_card, government.counter),
        (government.licence, government.online),
    ):
        with pytest.raises(AnswerError, match="does not ask it"):
            send(service, channel, 2, QUEUE_1=4)
    assert Response.objects.count() == 1


def test_its_conditions_look_at_the_core(government, send, use):
    stored = send(government.licence, government.counter, 5, QUEUE_1=4, QUEUE_2="ช้า")
    assert stored.answers == {"OV": 5, "QUEUE_1": 4}


def test_the_second_page_asks_it_last(client, government, send, licence_counter, use):
    stored = send(government.licence, government.counter, 1, entry_point=licence_counter)
    url = f"/s/{licence_counter.slug}/more/{tokens.for_response(stored)}/"
    assert "Suggestions" in client.get(url + "?lang=en").content.decode()
    last = len(DetailsForm(stored).steps) - 1
    html = client.get(f"{url}{last}/?lang=en").content.decode()
    places = [html.index(text) for text in ("Further questions", "QUEUE_1", "Why")]
    assert places == sorted(places)
    assert html.count("Further questions from this agency</h1>") == 1
    assert client.post(url, {"QUEUE_1": "3", "QUEUE_2": "ช้า"}).status_code == 303
    stored.refresh_from_db()
    assert stored.answers == {"OV": 1, "QUEUE_1": 3, "QUEUE_2": "ช้า"}


def test_the_first_page_asks_the_overall_rating_alone(client, licence_counter, use):
    for address in ("/s/", "/embed/"):
        html = client.get(f"{address}{licence_counter.slug}/").content.decode()
        assert "QUEUE" not in html


def test_taken_back_it_is_not_asked_and_what_was_shown_before_is_taken(
    client, government, send, licence_counter, use, wave
):
    stored = send(government.licence, government.counter, 1, entry_point=licence_counter)
    stop(use)
    assert codes(wave, government.licence, government.counter)[-1] == "D7"
    url = f"/s/{licence_counter.slug}/more/{tokens.for_response(stored)}/"
    assert "QUEUE" not in client.get(url).content.decode()
    client.post(url, {"P1": "4", "QUEUE_1": "3"})  # from a page opened earlier
    stored.refresh_from_db()
    assert stored.answers == {"OV": 1, "P1": 4, "QUEUE_1": 3}
    with pytest.raises(AnswerError):
        send(government.id_card, government.counter, 1, QUEUE_1=3)


def test_a_required_question_taken_back_is_not_missed(government, send, make_add_on, wave):
    add_on = make_add_on("X", government.dlt, "X_1", required=True)
    use = add(AddOnUse(wave=wave, agency=government.dlt, add_on=add_on))
    stored = send(government.licence, government.counter, 5)
    with pytest.raises(AnswerError, match="X_1"):
        amend(stored, {"P1": 4}, reason="completed", complete=True)
    stop(use)
    assert amend(stored, {"P1": 4}, reason="completed", complete=True).answers["P1"] == 4


def test_the_api_tells_and_takes_it(client, kiosk, neighbour, post, use, government):
    asked = client.get(QUESTIONNAIRE, headers=kiosk.headers).json()["questions"]
    assert [(q["code"], q["add_on"]) for q in asked][-3:] == [
        ("D7", None),
        ("QUEUE_1", "QUEUE"),
        ("QUEUE_2", "QUEUE"),
    ]
    assert post("a", OV=5, QUEUE_1=2, QUEUE_2="ช้า").status_code == 201
    elsewhere = {"service": "DOPA-1", "answers": {"OV": 5, "QUEUE_1": 2}}
    refused = post("b", item=elsewhere, system=neighbour)
    assert refused.status_code == 400
    assert "answers.QUEUE_1" in refused.json()["errors"]
    other = client.get(QUESTIONNAIRE.replace("DLT-1", "DOPA-1"), headers=neighbour.headers)
    assert "QUEUE" not in other.content.decode()


def test_sent_again_it_is_the_same_however_the_wave_went_on(post, use, wave):
    sent = post("a", OV=5, QUEUE_1=2).json()
    stop(use)
    assert post("a", OV=5, QUEUE_1=2).json()["receipt"] == sent["receipt"]
    assert post("b", OV=4, QUEUE_1=1).status_code == 201
    close_wave(wave)
    assert post("a", OV=5, QUEUE_1=2).json()["receipt"] == sent["receipt"]
    assert post("a", OV=5, QUEUE_1=3).status_code == 409


def test_added_while_doors_are_remembered_it_is_asked_at_once(
    client, kiosk, post, wave, government, make_add_on
):
    assert post("a", OV=5).status_code == 201
    assert post("b", OV=5, X_1=3).status_code == 400
    add_on = make_add_on("X", None, "X_1")
    add(AddOnUse(wave=wave, agency=government.dlt, add_on=add_on))
    assert post("c", OV=5, X_1=3).status_code == 201
    assert "X_1" in client.get(QUESTIONNAIRE, headers=kiosk.headers).content.decode()


def test_a_device_shows_its_ratings(client, licence_counter, bob, use):
    device = kiosks.put_up(licence_counter, bob, pin="4711")
    client.cookies[COOKIE] = kiosks.token_of(device)
    html = client.get(f"/kiosk/{licence_counter.slug}/").content.decode()
    assert html.index('data-question="S1"') < html.index('data-question="QUEUE_1"')
    queued = {"key": "0" * 32, "wave": "W1", "age": 0, "answers": {"OV": 4, "QUEUE_1": 2}}
    outcome = kiosks.Intake(device).take(queued)
    assert outcome.outcome == "stored"
    assert Response.objects.get().answers["QUEUE_1"] == 2


def test_a_telephone_agent_asks_it_last(client, wave, government, make_add_on, alice):
    line = Channel.objects.create(code="cc1111", family="telephone", name_th="1111", position=9)
    cell = wave.frame.cells.first()
    cell.pk, cell.channel = None, line
    cell.save(force_insert=True)
    add_on = make_add_on("X", government.dlt, "X_1")
    add_on.questions.create(code="X_note", kind="note", text_th="อ่านให้ฟัง", position=0)
    add(AddOnUse(wave=wave, agency=government.dlt, add_on=add_on))
    alice.user_permissions.add(Permission.objects.get(codename="take_calls"))
    client.force_login(alice)
    url = f"/agent/{cell.service.code}/cc1111/"
    html = client.get(url).content.decode()
    assert html.index('name="D7"') < html.index('name="X_1"')
    assert 'name="X_note"' not in html
    assert client.post(url, {"key": "a" * 22, "OV": "4", "X_1": "5"}).status_code == 303
    assert Response.objects.get().answers == {"OV": 4, "X_1": 5}


def test_a_file_brings_answers_to_it(import_rows, use):
    mapping = """
source = "test"
key = ["id"]
[service]
code = { column = "service" }
[channel]
code = "counter"
[answers]
OV = { column = "rating" }
QUEUE_1 = { column = "queue" }
"""
    done = import_rows(
        "1,DLT-1,5,3", "2,DOPA-1,4,", "3,DOPA-1,4,2",
        header="id,service,rating,queue", mapping=mapping,
    )  # fmt: skip
    assert done.counts["stored"] == 3
    assert done.counts["answers to QUEUE_1 not understood, left out"] == 1
    assert Response.objects.get(overall=5).answers == {"OV": 5, "QUEUE_1": 3}
    assert all(r.answers == {"OV": 4} for r in Response.objects.filter(overall=4))


def test_the_preview_is_for_whoever_may_write_it(client, bob, charlie, alice, use):
    for user in (bob, charlie):
        user.user_permissions.add(Permission.objects.get(codename="author_add_ons"))
    page, form = f"/preview/{use.add_on_id}/", f"/preview/{use.add_on_id}/form/"
    for user, status in ((bob, 200), (alice, 200), (charlie, 403)):
        client.force_login(user)
        assert client.get(page).status_code == status
        assert client.get(form).status_code == status
    client.force_login(bob)
    html = client.get(form).content.decode()
    assert html.index('name="OV"') < html.index('name="QUEUE_1"')
    assert client.get(f"/preview/{use.wave.questionnaire_id}/").status_code == 403
    client.logout()
    assert client.get(form).status_code == 403


def test_another_place_of_the_same_agency_keeps_the_core_list(wave, government, use):
    """Places without add-ons share what is read once a channel."""
    door = Door(wave)
    assert door.asked(government.licence, government.online) is door.asked(
        government.tax, government.online
    )
    assert door.asked(government.licence, government.counter) is not door.asked(
        government.id_card, government.counter
    )


def test_the_form_of_a_closed_wave_still_shows_what_was_asked(
    wave, government, send, use, licence_counter
):
    online = EntryPoint.objects.create(service=government.licence, channel=government.online)
    stored = send(government.licence, government.counter, 1, entry_point=licence_counter)
    other = send(government.licence, government.online, 1, entry_point=online)
    close_wave(wave)
    assert "QUEUE_1" in {q.code for step in DetailsForm(stored).steps for q in step}
    assert "QUEUE_1" not in {q.code for step in DetailsForm(other).steps for q in step}


def test_its_owner_reads_the_answer_in_words(government, send, use):
    """Also once it is asked no longer."""
    stored = send(government.licence, government.counter, 2, QUEUE_1=4, QUEUE_2="ช้า")
    stop(use)
    with translation.override("en"):
        told = dict(own_answer.in_words(stored))
    assert told["Why so?"] == "ช้า"
    assert list(told.values()) == ["Dissatisfied (2 of 5)", "Satisfied (4 of 5)", "ช้า"]
    assert "QUEUE_1" not in told
