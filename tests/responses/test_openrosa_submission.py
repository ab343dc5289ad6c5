"""A filled-in form is stored once, through the one door; what is wrong is said in words."""

from datetime import datetime, timedelta

import pytest

from responses.models import JournalEntry, Response
from responses.models.collecting_system import CollectingSystem
from surveys import clock
from surveys.models import Wave
from surveys.thai_text import thai_digits
from surveys.waves import open_wave
from tests.closing import close_wave
from tests.responses.collect import Collect, message

FORM = "W1:DLT-1:counter"
TODAY = clock.now().isoformat(timespec="milliseconds")
YESTERDAY = (clock.now() - timedelta(days=1)).isoformat(timespec="milliseconds")


@pytest.fixture
def blank(collect):
    return collect.blank(FORM)


def form_xml(*fields: str, form_id: str = FORM, instance_id: str = "uuid:1") -> str:
    meta = f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID></orx:meta>"
    orx = 'xmlns:orx="http://openrosa.org/xforms"'
    return f'<?xml version="1.0"?><data {orx} id="{form_id}">{"".join(fields)}{meta}</data>'


def test_the_way_is_asked_for_first(collect):
    asked = collect.client.head("/openrosa/submission?deviceID=x", headers=collect.headers)
    assert asked.status_code == 204
    assert asked.headers["Location"] == "http://testserver/openrosa/submission"
    assert int(asked.headers["X-OpenRosa-Accept-Content-Length"]) >= 2**20
    assert asked.headers["X-OpenRosa-Version"] == "1.0"
    assert asked.content == b""


def test_a_form_is_stored_with_its_place_and_answers(collect, blank, wave, government):
    sent = collect.send(blank.filled(_point="chatuchak", OV="4", P1="0", D2="f", D7=" ดี\n"))
    assert sent.status_code == 201
    assert sent.headers["X-OpenRosa-Version"] == "1.0"
    response = Response.objects.get()
    assert message(sent) == f"Stored. Receipt: {response.receipt}"
    assert response.answers == {"OV": 4, "P1": 0, "D2": "f", "D7": "ดี"}
    assert (response.wave, response.service, response.channel) == (
        wave,
        government.licence,
        government.counter,
    )
    assert (response.service_point, response.source) == (government.chatuchak, "openrosa")
    assert response.overall == 4
    assert JournalEntry.objects.count() == 1


def test_namespaces_are_as_clients_write_them(collect, wave):
    for number, declared in enumerate(("", ' xmlns="http://www.w3.org/2002/xforms"')):
        xml = (
            f'<data id="{FORM}" version="1"{declared}><OV>3</OV>'
            f"<meta><instanceID>uuid:{number}</instanceID></meta></data>"
        )
        assert collect.send(xml).status_code == 201


def test_the_specifications_own_envelope(collect, wave):
    xml = form_xml("<OV>5</OV>")
    body = (
        "--bOUndary\r\n"
        'Content-Disposition: form-data; name="xml_submission_file"; filename="a b.xml"\r\n'
        "Content-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"{xml}\r\n--bOUndary\r\n"
        'Content-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n--bOUndary--\r\n'
    )
    sent = collect.client.post(
        "/openrosa/submission?deviceID=imei:1",
        body,
        content_type="multipart/form-data; boundary=bOUndary",
        headers=collect.headers,
    )
    assert sent.status_code == 201


def test_media_are_read_past(collect, blank, settings):
    sent = collect.send(blank.filled(OV="5"), b"x" * 3_000_000, b"y" * 3_000_000)
    assert sent.status_code == 201
    assert not settings.MEDIA_ROOT.exists()


def test_the_same_again_is_stored_once(collect, blank):
    xml = blank.filled(OV="5", _end=YESTERDAY)
    first, second = collect.send(xml), collect.send(xml, b"a photo that came later")
    assert (first.status_code, second.status_code) == (201, 202)
    assert message(second) == message(first).replace("Stored.", "Stored before.")
    assert Response.objects.count() == JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"OV": "4"},
        {"P1": "5"},
        {"_point": "chatuchak"},
        {"_end": TODAY},
    ],
)
def test_the_same_id_with_other_content_is_refused(collect, blank, other):
    usual = {"OV": "5", "_end": YESTERDAY, "instance_id": "uuid:same"}
    assert collect.send(blank.filled(**usual)).status_code == 201
    refused = collect.send(blank.filled(**usual | other))
    assert refused.status_code == 409
    assert "has been sent before with other answers" in message(refused)
    assert Response.objects.count() == 1


def test_the_same_id_in_another_form_is_refused(collect, wave):
    assert collect.send(form_xml("<OV>5</OV>")).status_code == 201
    other = collect.send(form_xml("<OV>5</OV>", form_id="W1:DLT-1:e_service"))
    assert other.status_code == 409
    assert Response.objects.count() == 1


def test_the_same_id_in_the_next_wave_is_refused(collect, wave):
    assert collect.send(form_xml("<OV>5</OV>")).status_code == 201
    close_wave(wave)
    following = Wave.objects.get(pk=wave.pk)
    following.pk, following.code, following.state = None, "W2", Wave.State.DRAFT
    following.save()
    open_wave(following)
    assert collect.send(form_xml("<OV>5</OV>", form_id="W2:DLT-1:counter")).status_code == 409
    assert collect.send(form_xml("<OV>5</OV>")).status_code == 202
    assert Response.objects.count() == 1


def test_an_edit_of_what_was_sent_is_no_second_answer(collect, wave):
    assert collect.send(form_xml("<OV>5</OV>")).status_code == 201
    edited = form_xml("<OV>1</OV>", instance_id="uuid:2").replace(
        "<orx:instanceID>", "<orx:deprecatedID>uuid:1</orx:deprecatedID><orx:instanceID>"
    )
    refused = collect.send(edited)
    assert refused.status_code == 409
    assert "cannot be changed" in message(refused)
    assert Response.objects.get().overall == 5


def test_two_systems_neither_meet_nor_probe_each_other(collect, neighbour, wave):
    assert collect.send(form_xml("<OV>5</OV>")).status_code == 201
    other = Collect(neighbour.key).send(form_xml("<OV>5</OV>", form_id="W1:DOPA-1:counter"))
    assert other.status_code == 201
    assert Response.objects.count() == 2


def test_a_neighbour_may_not_send(collect, neighbour):
    refused = Collect(neighbour.key).send(form_xml("<OV>1</OV>"))
    assert refused.status_code == 403
    assert message(refused) == "service: This key may not send for “DLT-1”."
    assert not Response.objects.exists()


def test_another_channel_may_not_be_sent_for(neighbour, wave):
    xml = form_xml("<OV>1</OV>", form_id="W1:DOPA-1:e_service")
    refused = Collect(neighbour.key).send(xml)
    assert (refused.status_code, "channel: " in message(refused)) == (403, True)


@pytest.mark.parametrize(
    ("form_id", "status", "said"),
    [
        ("W2:DLT-1:counter", 409, "Wave W2 is not open for this service on this channel."),
        ("W1:DLT-2:counter", 409, "Wave W1 is not open"),
        ("W1:none:counter", 400, "service: “none” is not in the registry."),
        ("W1:DLT-1", 400, "There is no form “W1:DLT-1” here."),
        ("", 400, "There is no form “” here."),
        ("a:b:c:d", 400, "There is no form"),
        ("x" * 5000, 400, "There is no form"),
    ],
)
def test_what_no_form_asks_is_refused(collect, form_id, status, said):
    refused = collect.send(form_xml("<OV>1</OV>", form_id=form_id))
    assert refused.status_code == status
    assert said in message(refused)
    assert not Response.objects.exists()


def test_a_wave_that_is_not_open_takes_nothing(draft, kiosk):
    refused = Collect(kiosk.key).send(form_xml("<OV>1</OV>"))
    assert refused.status_code == 409
    assert "is not open" in message(refused)


def test_after_the_last_day_what_was_answered_before_it_may_arrive(collect, blank, wave):
    last_day = clock.now().replace(year=2099, month=12, day=31, hour=3)
    with clock.at(last_day + timedelta(days=2)):
        assert collect.forms() == []
        sent = collect.send(blank.filled(OV="5", _end=last_day.isoformat()))
        assert sent.status_code == 201
    close_wave(wave)
    assert collect.send(blank.filled(OV="5", _end=last_day.isoformat())).status_code == 409
    assert Response.objects.get().answered_at == last_day


@pytest.mark.parametrize("digits", [str, thai_digits])
def test_a_device_may_count_its_years_in_the_buddhist_era(collect, blank, digits):
    then = datetime.fromisoformat(YESTERDAY)
    sent = blank.filled(OV="5", _end=digits(f"{then.year + 543}{YESTERDAY[4:]}"))
    assert collect.send(sent).status_code == 201
    assert Response.objects.get().answered_at == then


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("2019-11-20T10:00:00.000+07:00", "outside wave W1"),
        ("0001-01-01T00:00:00+14:00", "outside wave W1"),
        ("9999-12-31T23:59:59-14:00", "in the future"),
        ("2026-11-20T10:00:00", "A time with its offset"),
        ("2026-11-20", "A time with its offset"),
        ("yesterday", "A time with its offset"),
    ],
)
def test_a_wrong_clock_is_told_how_to_mend_it(collect, blank, end, said):
    refused = collect.send(blank.filled(OV="5", _end=end))
    assert refused.status_code == 400
    assert said in message(refused)
    assert "Set the clock of the device" in message(refused)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"OV": "6"}, "“Overall satisfaction” (OV): A rating is a whole number from 1 to 5."),
        ({"OV": "0"}, "(OV): A rating"),
        ({"OV": "5", "D2": "x"}, "“Gender” (D2): Choose one of the answers offered."),
        ({"OV": "5", "D7": "ก" * 2001}, "(D7): Please shorten this to 2000 characters."),
        ({"OV": "5", "_point": "bangrak"}, "service point: “bangrak” is not in the registry."),
        ({"D2": ""}, "Nothing is answered."),
    ],
)
def test_a_wrong_answer_is_refused_with_its_question(collect, blank, answers, said):
    refused = collect.send(blank.filled(**answers))
    assert refused.status_code == 400
    assert said in message(refused)
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("<OV>5</OV><Q>1</Q>", "Q: The form has no such question."),
        ("<OV>5</OV><OV>5</OV>", "“OV” appears twice."),
        ("<OV>5</OV><g><OV>4</OV></g>", "“OV” appears twice."),
        ("<OV>5</OV><D7>a <b>good</b> day</D7>", "“D7” holds both text and elements."),
        ("<OV>5</OV>stray", "“data” holds both text and elements."),
        ("<OV>5</OV>" + "<g>" * 30 + "1" + "</g>" * 30, "nested too deeply"),
    ],
)
def test_another_shape_is_refused(collect, wave, fields, said):
    refused = collect.send(form_xml(fields))
    assert refused.status_code == 400
    assert said in message(refused)


def test_a_question_of_another_channel_is_not_taken(collect, wave):
    refused = collect.send(form_xml("<OV>5</OV><S1>4</S1>", form_id="W1:DLT-1:e_service"))
    assert (refused.status_code, "S1" in message(refused)) == (400, True)


@pytest.mark.parametrize("instance_id", ["", " ", "x" * 250])
def test_an_instance_has_an_id(collect, wave, instance_id):
    refused = collect.send(form_xml("<OV>5</OV>", instance_id=instance_id))
    assert refused.status_code == 400
    assert "instanceID" in message(refused)


def test_the_use_of_the_key_is_noted(collect, blank):
    assert CollectingSystem.objects.get().last_used_at
