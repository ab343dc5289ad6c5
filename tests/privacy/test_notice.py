"""The notice is one tap away from every page of a citizen, in their language."""

import pytest

from responses.web import tokens
from surveys.models import Question
from surveys.registry import load_registry

pytestmark = pytest.mark.django_db


def test_every_page_of_a_citizen_links_to_it(client, wave, licence_counter, send, government):
    licence_counter.embed_origins = "https://portal.example.go.th"
    licence_counter.save()
    response = send(government.licence, government.counter, 5, entry_point=licence_counter)
    token, slug = tokens.for_response(response), licence_counter.slug
    for address in (
        f"/s/{slug}/",
        f"/s/{slug}/more/{token}/",
        f"/s/{slug}/thanks/{token}/",
        f"/s/{slug}/more/nonsense/",
        f"/embed/{slug}/",
        f"/embed/{slug}/thanks/{token}/",
    ):
        assert '"/privacy/?lang=en"' in client.get(f"{address}?lang=en").content.decode(), address
        assert '"/privacy/"' in client.get(address).content.decode(), address


def test_a_kiosk_names_its_address(client, wave, licence_counter, bob, settings):
    from responses.channels.kiosk import devices as kiosks
    from responses.channels.kiosk.views import COOKIE

    settings.PUBLIC_URL = "https://survey.example"
    client.cookies[COOKIE] = kiosks.token_of(kiosks.put_up(licence_counter, bob, pin="4711"))
    html = client.get(f"/kiosk/{licence_counter.slug}/").content.decode()
    assert "https://survey.example/privacy/" in html
    assert 'href="/privacy/' not in html


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("dpo@opdc.example", '<a href="mailto:dpo@opdc.example">dpo@opdc.example</a>'),
        ("DPO of OPDC, 0 2356 9999", "DPO of OPDC, 0 2356 9999"),
        ("<b>@x", "&lt;b&gt;@x"),
        ("", "1111"),
    ],
)
def test_whom_to_ask(client, settings, contact, shown):
    settings.PRIVACY_CONTACT = contact
    assert shown in client.get("/privacy/?lang=en").content.decode()


def test_it_says_law_version_and_day(client):
    thai, english = (client.get(f"/privacy/?lang={lang}").content.decode() for lang in ("th", "en"))
    assert "24 (4)" in thai
    assert "24 (4)" in english
    assert "Version 2, valid from 26 November 2026." in english
    assert "ฉบับที่ 2" in thai
    assert "26 พฤศจิกายน" in thai
    assert "2569" in thai


def test_questions_about_the_citizen_let_them_say_nothing_and_ask_no_child():
    load_registry()
    questions = Question.objects.filter(kind="single")
    assert questions.count() == 5
    for question in questions:
        assert not question.required
        assert question.choices[-1] == {
            "code": "undisclosed",
            "th": "ไม่ประสงค์ระบุ",
            "en": "Prefer not to say",
        }, question.code
    ages = [choice["code"] for choice in Question.objects.get(code="D3").choices]
    assert ages == ["20-29", "30-39", "40-49", "50-59", "60+", "undisclosed"]
