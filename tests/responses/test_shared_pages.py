"""A page is made once for all who see the same; what is a visitor's own stands on no other's."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from responses.models import Response, Revision
from responses.web import tokens
from surveys.models import EntryPoint
from tests.closing import close_wave
from tests.form_pages import form_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(send, government, licence_counter):
    """A response behind the link, and the address of one of its pages."""

    def make(rating=4, page="more", link=licence_counter, **answers):
        stored = send(link.service, link.channel, rating, entry_point=link, **answers)
        return stored, f"/s/{link.slug}/{page}/{tokens.for_response(stored)}/"

    return make


@pytest.fixture
def tax_online(government, wave) -> EntryPoint:
    return EntryPoint.objects.create(service=government.tax, channel=government.online)


def test_the_question_is_made_once_with_a_token_for_each(wave, licence_counter):
    url = licence_counter.get_absolute_url()
    first, second = Client().get(url), Client().get(url)
    assert (bool(first.templates), bool(second.templates)) == (True, False)
    assert form_token(first) != form_token(second)
    own = r'name="(?:form_token|csrfmiddlewaretoken)" value="[^"]+"'
    assert re.sub(own, "", first.content.decode()) == re.sub(own, "", second.content.decode())
    assert first.headers.keys() == second.headers.keys()
    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value


def test_what_a_later_visitor_gets_is_taken(wave, licence_counter):
    url = licence_counter.get_absolute_url()
    Client().get(url)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(url)
    hidden = r'<input type="hidden" name="([^"]+)" value="([^"]+)"'
    sent = dict(re.findall(hidden, page.content.decode()))
    assert browser.post(f"{url}answer/", sent | {"overall": "4"}).status_code == 303
    assert Response.objects.get().overall == 4


def test_each_link_names_its_own_service(client, wave, licence_counter, tax_online):
    for link in (licence_counter, tax_online, licence_counter):
        html = client.get(link.get_absolute_url()).content.decode()
        assert (link.service.name_th in html, f"/s/{link.slug}/answer/" in html) == (True, True)


def test_a_name_with_signs_of_html_is_text(client, wave, licence_counter):
    service = licence_counter.service
    service.name_th = 'ก <b onclick="x">'
    service.save()
    for _visit in range(2):
        html = client.get(licence_counter.get_absolute_url()).content.decode()
        assert html.count("ก &lt;b onclick=&quot;x&quot;&gt;") == 2
        assert "<b " not in html


def test_a_change_of_the_registry_is_seen_at_once(client, wave, licence_counter, answered):
    url = licence_counter.get_absolute_url()
    client.get(url)
    licence_counter.service.agency.name_th = "กรมใหม่"
    licence_counter.service.agency.save()
    assert "กรมใหม่" in client.get(url).content.decode()


def test_languages_and_letters_are_pages_of_their_own(client, wave, licence_counter):
    url = licence_counter.get_absolute_url()
    assert '<html lang="en">' in client.get(url + "?lang=en").content.decode()
    assert '<html lang="th" class="large">' in client.get(url + "?text=large").content.decode()
    assert '<html lang="th">' in client.get(url).content.decode()


def test_a_comment_stands_on_its_writers_page_alone(client, answered):
    _stored, plain = answered(4)
    _stored, own = answered(4, D7="ช้ามาก")
    for url, there in ((plain, False), (own, True), (plain, False), (own, True)):
        assert ("ช้ามาก" in client.get(url).content.decode()) == there


def test_each_sees_the_rating_that_they_gave(client, answered):
    for rating in (5, 1, 5):
        html = client.get(answered(rating)[1]).content.decode()
        (checked,) = re.findall(r'name="OV" value="(\d)"[^>]*checked', html)
        assert int(checked) == rating


def test_a_further_screen_shows_what_was_answered_on_it(client, answered):
    _stored, url = answered(4)
    process = client.post(url, {"go": "on"})["Location"]
    assert "checked" not in client.get(process).content.decode()
    client.post(process, {"P1": "2", "go": "on"})
    assert "checked" in client.get(process).content.decode()
    _stored, other = answered(4)
    assert "checked" not in client.get(other + process.removeprefix(url)).content.decode()


def test_receipts_are_shown_to_their_owners_alone(client, answered):
    (one, first), (other, second) = answered(4, "thanks"), answered(4, "thanks")
    for receipt, foreign, url in ((one, other, first), (other, one, second), (one, other, first)):
        html = client.get(url).content.decode()
        assert (receipt.receipt in html, foreign.receipt in html) == (True, False)
        assert " ".join(receipt.receipt.replace("-", "")[:4]) in html
        assert f"{url}receipt.png" in html


def test_what_was_replaced_is_said_to_its_writer_alone(client, answered):
    _plain, url = answered(4, "thanks")
    _replaced, own = answered(4, "thanks", D7="โทร 081-234-5678")
    said = [
        "ข้อมูลส่วนบุคคล" in client.get(each).content.decode().split("<details>")[0]
        for each in (url, own, url)
    ]
    assert said == [False, True, False]


def test_whoever_finishes_without_a_change_stores_nothing(client, answered):
    _stored, url = answered(4)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert "/thanks/" in client.post(url, {"OV": "4", "go": "finish"})["Location"]
    assert all(query["sql"].startswith("SELECT") for query in asked)
    assert not Revision.objects.exists()


def test_what_changes_nothing_is_no_answer_too_late(client, answered, wave):
    _stored, url = answered(4)
    close_wave(wave)
    assert client.post(url, {"OV": "4", "go": "finish"}).status_code == 303
    late = client.post(f"{url}?lang=en", {"OV": "5", "go": "finish"})
    assert "The survey closed" in late.content.decode()
