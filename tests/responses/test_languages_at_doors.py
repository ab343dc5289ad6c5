"""Each way to answer speaks the further languages of the wave: kiosk, telephone, embedded form, and
the messages that invite."""

import json
import re

import pytest
from django.test import Client

from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.models import Response
from surveys.models import Channel, FrameCell, Language
from surveys.sampling.contacts import ContactError, contact_from
from surveys.sampling.invitations import send_due, start_mailing
from surveys.sampling.messages import parts_by_language
from tests.form_pages import form_token
from tests.invitations.drawn import invite, new_draw
from tests.malay import MESSAGES, NAME, PHRASES, asks_in_malay
from tests.responses.test_agent import KEY, agent  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def malay(draft):
    return asks_in_malay(draft)


def word(phrases: dict[str, str]) -> None:
    language = Language.objects.get(code="ms")
    language.phrases = phrases
    language.save()


def said(client, address: str) -> str:
    asked = client.get(address)
    assert asked.status_code == 200
    return asked.content.decode()


@pytest.fixture
def device(licence_counter, bob) -> Client:
    client = Client()
    client.cookies[COOKIE] = kiosks.token_of(kiosks.put_up(licence_counter, bob, pin="4711"))
    return client


def test_a_kiosk_asks_in_it(malay, device, licence_counter):
    address = f"/kiosk/{licence_counter.slug}/"
    page = said(device, f"{address}?lang=ms")
    assert '<html lang="ms">' in page
    assert "Kepuasan keseluruhan" in page
    assert "Sangat puas hati" in page
    assert f">{NAME}</a>" in said(device, address)
    kept = re.search(r'data-others="([^"]*)"', said(device, address))[1].split()
    assert kept == [f"{address}?lang=en", f"{address}?lang=ms"]


@pytest.mark.parametrize(("said_in", "kept"), [("ms", "ms"), ("lo", ""), (["ms"], "")])
def test_a_kiosk_hands_in_the_language_that_it_spoke(malay, device, licence_counter, said_in, kept):
    Language.objects.create(code="lo", name="ລາວ")
    answer = {"key": f"{1:032x}", "wave": "W1", "answers": {"OV": 4}, "age": 0}
    reply = device.post(
        f"/kiosk/{licence_counter.slug}/answers/",
        json.dumps({"answers": [answer | {"language": said_in}]}),
        content_type="application/json",
        headers={"X-Kiosk": "1"},
    )
    assert [each["outcome"] for each in reply.json()["outcomes"]] == ["stored"]
    assert Response.objects.get().language == kept


@pytest.fixture
def line(draft, government) -> Channel:
    line = Channel.objects.create(code="cc1111", family="telephone", position=9, name_th="1111")
    cell = draft.frame.cells.first()
    FrameCell.objects.create(
        frame=draft.frame,
        service=government.licence,
        channel=line,
        encounters=500,
        starts_on=cell.starts_on,
        ends_on=cell.ends_on,
    )
    return line


def test_an_agent_asks_the_caller_in_it(client, agent, line, malay):  # noqa: F811
    assert f'href="?lang=ms" lang="ms" hreflang="ms">{NAME}' in said(client, "/agent/")
    found = said(client, "/agent/?lang=ms&q=DLT")
    assert "/agent/DLT-1/cc1111/?lang=ms" in found
    assert 'name="lang" value="ms"' in found
    page = said(client, "/agent/DLT-1/cc1111/?lang=ms")
    assert '<html lang="ms">' in page
    for words in ("Jantina", "Perempuan", "Hantar, panggilan seterusnya"):
        assert words in page
    sent = client.post("/agent/DLT-1/cc1111/?lang=ms", {"key": KEY, "OV": "4", "D2": "f"})
    assert sent["Location"].startswith("/agent/?lang=ms&stored=")
    assert Response.objects.get().language == "ms"


def test_large_letters_do_not_change_the_language_of_a_search(client, agent, line, malay):  # noqa: F811
    assert 'name="lang"' not in said(client, "/agent/?text=large")


def test_the_form_in_another_page_thanks_in_it(client, malay, licence_counter):
    url = f"/embed/{licence_counter.slug}/"
    answer = {"form_token": form_token(client.get(f"{url}?lang=ms")), "overall": "4"}
    sent = client.post(f"{url}answer/?lang=ms", answer)
    thanks = said(client, sent["Location"])
    assert '<html lang="ms">' in thanks
    assert "Terima kasih. Jawapan anda disimpan." in thanks
    assert Response.objects.get().language == "ms"


@pytest.fixture
def invited(malay, government, settings):
    """Somebody whose list names Malay, and a way to see what is sent."""
    draw = new_draw(malay)
    start_mailing(draw, None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return invite(draw, government.licence, government.counter, 1, language="ms")[0]


def mail_to(citizen, mailoutbox) -> str:
    assert send_due() == {"sent": 1}
    (mail,) = mailoutbox
    assert mail.to == [citizen.address]
    return mail.body


def test_a_mail_is_in_the_language_of_the_list(invited, mailoutbox, client):
    word(PHRASES | MESSAGES)
    body = mail_to(invited, mailoutbox)
    assert "kata kata" in body
    assert f"/i/{invited.token}/?lang=ms" in body
    names = r"https?://\S+|Driving licence|Department of Land Transport|\d+ \w{3} \d{4}:"
    words = re.sub(names, "", body)
    assert set(re.findall(r"[A-Za-z]{3,}", words)) <= {"kata", "Kaunter", "perkhidmatan"}
    assert "Kepuasan keseluruhan" in said(client, f"/i/{invited.token}/?lang=ms")
    stop = re.search(r"http://[^/]+(/stop/\S+)", body)[1]
    assert "Jangan hantar lagi" in said(client, stop)


def test_it_is_thai_where_a_word_is_missing_and_the_form_still_speaks(invited, mailoutbox):
    word(PHRASES | dict(list(MESSAGES.items())[1:]))
    body = mail_to(invited, mailoutbox)
    assert "ใบอนุญาตขับรถ" in body
    assert "kata" not in body
    assert f"/i/{invited.token}/?lang=ms" in body


def test_it_is_thai_where_the_wave_is_not_asked_in_it(invited, mailoutbox):
    word(MESSAGES)  # the answers of a rating have no words
    body = mail_to(invited, mailoutbox)
    assert "ใบอนุญาตขับรถ" in body
    assert "lang=" not in body


def test_the_parts_of_a_short_message_are_told_for_it_too(malay):
    assert set(parts_by_language()) == {"th", "en"}
    word(MESSAGES)
    assert parts_by_language()["ms"] == 1


def test_a_list_names_languages_that_there_are(db):
    Language.objects.create(code="ms", name=NAME)
    where = {"email": "a@example.org", "telephone": "", "line": ""}
    assert contact_from(**where, language="ms").language == "ms"
    assert contact_from(**where, language="").language == "th"
    with pytest.raises(ContactError, match="th, en, ms"):
        contact_from(**where, language="lo")
