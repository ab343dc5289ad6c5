"""The short way that responses take keeps what the long way promises."""

import pytest
from django.test import Client

from config import intake_first
from surveys import remembered
from tests.form_pages import form_token


@pytest.fixture
def page(client, wave, licence_counter):
    return client.get(licence_counter.get_absolute_url())


def test_the_citizens_page_has_the_headers_of_every_page(client, page):
    other = client.get("/en/")
    for header in (
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
    ):
        assert page.headers[header] == other.headers[header]
    assert page.headers["Content-Length"] == str(len(page.content))


def test_another_host_name_is_refused(client, licence_counter):
    address = licence_counter.get_absolute_url()
    assert client.get(address, headers={"host": "evil.example"}).status_code == 400
    sent = client.post("/api/v1/responses/", headers={"host": "evil.example"})
    assert sent.status_code == 400


def test_a_device_is_answered_with_the_headers_of_every_page(client, kiosk, wave):
    listed = client.get(f"/openrosa/key/{kiosk.key}/formList")
    other = client.get("/en/")
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"):
        assert listed.headers[header] == other.headers[header]
    assert client.get("/openrosa/formList", headers={"host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_is_refused(wave, licence_counter):
    browser = Client(enforce_csrf_checks=True)
    address = licence_counter.get_absolute_url()
    token = form_token(browser.get(address))
    answer = {"form_token": token, "overall": "5"}
    assert browser.post(address, answer).status_code == 403
    answer["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    assert browser.post(address, answer).status_code == 303


def test_a_missing_slash_leads_on(client, licence_counter):
    address = licence_counter.get_absolute_url()
    assert client.get(address.rstrip("/")).headers["Location"] == address


def test_an_unknown_link_is_a_page_of_its_own(client, db):
    page = client.get("/s/nothing/")
    assert page.status_code == 404
    assert b"<html" in page.content


def test_options_are_answered(client, kiosk):
    assert client.options("/api/v1/responses/", headers=kiosk.headers).status_code == 200


def test_long_addresses_are_not_remembered(client, wave, licence_counter):
    client.get("/i/x/")  # the languages that there are, which is remembered once
    intake_first._remembered.cache_clear()
    client.get(licence_counter.get_absolute_url())
    kept = intake_first._remembered.cache_info().currsize
    held = len(remembered._memory.answers)
    for number in range(20):
        for address in (f"/s/{number}{'a' * 3_000}/", f"/i/{number}{'a' * 3_000}/"):
            assert client.get(address).status_code < 500
    assert intake_first._remembered.cache_info().currsize == kept == 1
    assert len(remembered._memory.answers) == held
    assert client.get(f"/s/{'a' * 150}/").status_code == 404
    assert intake_first._remembered.cache_info().currsize == 2
