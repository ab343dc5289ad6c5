"""The first page: one tap stores one response, however often it is sent."""

import re
from datetime import timedelta

import pytest

from responses.models import Response
from responses.web import tokens
from surveys import clock
from surveys.models import EntryPoint
from tests.closing import close_wave
from tests.form_pages import form_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(wave, licence_counter) -> str:
    return licence_counter.get_absolute_url()


def token_on(page) -> str:
    return form_token(page)


def test_asks_one_question_about_one_service_in_thai(client, url):
    page = client.get(url)
    html = page.content.decode()
    assert '<html lang="th">' in html
    assert page.headers["Content-Language"] == "th"
    for words in ("กรมการขนส่งทางบก", "ใบอนุญาตขับรถ", "เคาน์เตอร์บริการ", "ความพึงพอใจในภาพรวม"):
        assert words in html
    assert html.count('name="overall"') == 5
    scripts = re.findall(r'<script src="/static/js/(\w+)[.]js" defer>', html)
    assert (scripts, html.count("<script")) == (["answered", "listen"], 2)


def test_english_by_a_link_that_is_carried_along(client, url):
    page = client.get(url + "?lang=en", headers={"accept-language": "th"})
    assert '<html lang="en">' in page.content.decode()
    assert "Very satisfied" in page.content.decode()
    sent = client.post(url + "?lang=en", {"form_token": token_on(page), "overall": "4"})
    assert sent["Location"].endswith("?lang=en")
    assert Response.objects.get().language == "en"


def test_the_browsers_language_does_not_decide(client, url):
    page = client.get(url, headers={"accept-language": "en"})
    assert '<html lang="th">' in page.content.decode()


def test_one_tap_stores_and_leads_on(client, url, licence_counter, wave):
    sent = client.post(url, {"form_token": token_on(client.get(url)), "overall": "4"})
    assert sent.status_code == 303
    response = Response.objects.get()
    assert (response.overall, response.wave, response.language) == (4, wave, "th")
    assert response.entry_point == licence_counter
    assert response.service_point == licence_counter.service_point
    assert client.get(sent["Location"]).status_code == 200


def test_sending_the_same_form_again_stores_one(client, url):
    data = {"form_token": token_on(client.get(url)), "overall": "4"}
    first, again = client.post(url, data), client.post(url, data)
    assert Response.objects.count() == 1
    assert Response.objects.get().revision == 1
    assert first.status_code == again.status_code == 303


def test_going_back_and_tapping_another_answer_changes_the_one_stored(client, url):
    token = token_on(client.get(url))
    client.post(url, {"form_token": token, "overall": "1"})
    client.post(url, {"form_token": token, "overall": "5"})
    response = Response.objects.get()
    assert (response.overall, response.revision) == (5, 2)


def test_the_form_is_sent_to_an_address_of_its_own(client, url):
    """Else a browser that goes back would fetch a new form: a second answer."""
    page = client.get(url + "?lang=en")
    address = url + "answer/"
    assert f'action="{address}?lang=en"' in page.content.decode()
    assert "Vary" not in page.headers
    sent = client.post(address, {"form_token": token_on(page), "overall": "4"})
    assert (sent.status_code, Response.objects.get().overall) == (303, 4)
    again = client.get(address + "?lang=en")
    assert (again.status_code, again["Location"]) == (303, url + "?lang=en")


def test_after_an_hour_the_old_form_changes_nothing(client, url):
    token = token_on(client.get(url))
    client.post(url, {"form_token": token, "overall": "5"})
    with clock.at(clock.now() + timedelta(hours=2)):
        client.post(url, {"form_token": token, "overall": "1"})
    assert Response.objects.get().overall == 5


def test_two_people_who_answer_the_same_are_two(client, url):
    for _person in range(2):
        client.post(url, {"form_token": token_on(client.get(url)), "overall": "5"})
    assert Response.objects.count() == 2


@pytest.mark.parametrize("overall", ["", "0", "6", "7", "five", "4.0"])
def test_another_answer_than_the_five_is_refused_in_words(client, url, overall):
    page = client.post(url, {"form_token": token_on(client.get(url)), "overall": overall})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert not Response.objects.exists()


def test_a_form_of_another_link_is_refused(client, url, government):
    other = EntryPoint.objects.create(service=government.tax, channel=government.online)
    page = client.post(url, {"form_token": tokens.new_form(other), "overall": "5"})
    assert 'role="alert"' in page.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "IjEi:1x:forged"])
def test_a_forged_form_is_refused_and_the_next_one_is_taken(client, url, token):
    page = client.post(url, {"form_token": token, "overall": "5"})
    assert not Response.objects.exists()
    client.post(url, {"form_token": token_on(page), "overall": "5"})
    assert Response.objects.count() == 1


def test_a_form_of_yesterday_is_shown_again(client, url):
    with clock.at(clock.now() - timedelta(hours=13)):
        token = token_on(client.get(url))
    page = client.post(url, {"form_token": token, "overall": "5"})
    assert not Response.objects.exists()
    assert token_on(page) != token


def test_a_form_without_the_csrf_token_is_refused(url, client):
    client.handler.enforce_csrf_checks = True
    token = token_on(client.get(url))
    assert client.post(url, {"form_token": token, "overall": "5"}).status_code == 403


def test_a_closed_wave_and_an_inactive_link_say_so_kindly(client, url, wave, licence_counter):
    token = token_on(client.get(url))
    close_wave(wave)
    for page in (client.get(url), client.post(url, {"form_token": token, "overall": "5"})):
        assert page.status_code == 200
        assert "1111" in page.content.decode()
    assert not Response.objects.exists()


def test_an_inactive_link_takes_no_answer(client, url, licence_counter):
    token = token_on(client.get(url))
    licence_counter.active = False
    licence_counter.save()
    page = client.post(url, {"form_token": token, "overall": "5"})
    assert "1111" in page.content.decode()
    assert not Response.objects.exists()


def test_an_unknown_link_is_not_found(client, db):
    assert client.get("/s/nothing/").status_code == 404


def test_queries_stay_few(client, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):  # once in five seconds
        client.get(url)
    with django_assert_max_num_queries(0):
        client.get(url)


def test_the_qr_code_is_a_picture_of_the_public_address(client, licence_counter, settings):
    picture = client.get(licence_counter.get_absolute_url() + "qr.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<?xml")
    assert b"<script" not in picture.content


def test_large_letters_stay_from_page_to_page(client, licence_counter, wave):
    address = licence_counter.get_absolute_url()
    page = client.get(address, {"text": "large", "lang": "en"})
    html = page.content.decode()
    assert '<html lang="en" class="large">' in html
    assert 'href="?text=large"' in html  # the other language
    assert 'href="?lang=en"' in html  # smaller letters
    token = re.search(r'name="form_token" value="([^"]+)"', html)[1]
    action = re.search(r'action="([^"]+)"', html)[1].replace("&amp;", "&")
    sent = client.post(action, {"form_token": token, "overall": "4"})
    assert sent["Location"].endswith("?lang=en&text=large")
    assert "large" not in client.get(address).content.decode().split("<main")[0].split("</head>")[0]
