"""A citizen signs in, gets a token blind, and answers with it."""

import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.sessions.models import Session
from django.test import Client

from responses.models import Response
from surveys import clock
from surveys.models import IssuedToken, SpentToken, User
from surveys.verified.issuing import public_key
from tests.blinding import blind, prepare
from tests.form_pages import form_token as token_of
from tests.identity_provider import named, running
from tests.tokens import token_for

pytestmark = pytest.mark.django_db
NUMBER = "1-1037-00000-00-7"


@pytest.fixture(scope="module")
def provider():
    with running({"sub": NUMBER}) as address:
        yield address


@pytest.fixture(autouse=True)
def offered(settings):
    of_openid = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**of_openid, "APPS": [named("http://localhost:1")]}
    }


@pytest.fixture
def draft(draft):
    draft.method = draft.method | {"tokens": "offered"}
    draft.save()
    return draft


@pytest.fixture
def url(wave, licence_counter) -> str:
    return licence_counter.get_absolute_url()


def asking(url) -> str:
    """Where tokens of the wave behind this link are asked for."""
    return url.replace("/s/", "/verified/")


def tap(client, url, token="", form_token="", overall="5"):
    form_token = form_token or token_of(client.get(url))
    return client.post(url, {"form_token": form_token, "overall": overall, "verified_token": token})


def test_an_answer_with_a_token_is_verified_and_leaves_no_trace(client, url, wave):
    sent = tap(client, url, token_for(wave, "somebody"))
    assert sent.status_code == 303
    response = Response.objects.get()
    assert (response.selection, response.device, response.language) == ("verified", "", "")
    assert response.seconds is None
    assert clock.noon_of(response.received_at) == response.received_at == response.answered_at
    assert SpentToken.objects.count() == 1
    more = client.get(sent["Location"])
    assert more.status_code == 200
    thanks = client.post(sent["Location"], {"go": "finish"})
    assert client.get(thanks["Location"]).status_code == 200


def test_without_a_token_it_is_an_open_answer(client, url):
    assert tap(client, url).status_code == 303
    assert Response.objects.get().selection == "open"


def test_a_token_is_spent_once(client, url, wave):
    token = token_for(wave, "somebody")
    tap(client, url, token)
    again = tap(Client(), url, token)
    assert again.status_code == 200
    assert "ด้วยการเข้าสู่ระบบครั้งนี้แล้ว" in again.content.decode()
    assert Response.objects.count() == SpentToken.objects.count() == 1


def test_going_back_changes_the_answer_and_adds_none(client, url, wave):
    token = token_for(wave, "somebody")
    form_token = token_of(client.get(url))
    tap(client, url, token, form_token, "5")
    changed = tap(client, url, token, form_token, "2")
    assert client.get(changed["Location"]).status_code == 200
    assert Response.objects.get().overall == 2


def test_a_form_sent_open_before_stays_open(client, url, wave):
    form_token = token_of(client.get(url))
    tap(client, url, "", form_token)
    sent = tap(client, url, token_for(wave, "somebody"), form_token)
    assert client.get(sent["Location"]).status_code == 200
    assert Response.objects.get().selection == "open"
    assert not SpentToken.objects.exists()


@pytest.mark.parametrize("token", ["x", "A" * 428])
def test_a_forged_token_is_refused_in_words(client, url, token):
    page = tap(client, url, token)
    assert page.status_code == 200
    assert 'name="verified_token" value=""' in page.content.decode()
    assert not Response.objects.exists()


def test_a_slip_keeps_the_token(client, url, wave):
    token = token_for(wave, "somebody")
    page = tap(client, url, token, overall="9")
    assert token in page.content.decode()


def test_the_token_of_another_wave_is_none(client, url, wave, government):
    other = token_for(wave, "somebody")
    wave.token_key.delete()
    from surveys.verified.issuing import make_token_key

    make_token_key(wave)
    tap(client, url, other)
    assert not Response.objects.exists()


def test_pages_of_other_waves_offer_nothing(client, url, wave, settings):
    assert "data-verified" in client.get(url).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": []}
    }
    assert "data-verified" not in client.get(url).content.decode()
    assert client.get(asking(url)).status_code == 404
    assert client.post(f"{asking(url)}thaid/").status_code == 404


def signed_in(client, url, provider, settings) -> str:
    """The page that the provider leads back to."""
    of_openid = {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [named(provider)]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": of_openid}
    asked = client.post(f"{asking(url)}thaid/?lang=en")
    assert asked.status_code == 302, asked.content
    told = requests.post(asked["Location"], data={"sub": NUMBER}, allow_redirects=False, timeout=10)
    back = urlsplit(told.headers["Location"])
    return client.get(f"{back.path}?{back.query}")["Location"]


def ask_for_token(client, page, wave) -> tuple:
    key = public_key(wave.pk)
    blinded = blind(key, prepare(secrets.token_bytes(32)))
    body = json.dumps({"blinded": urlsafe_b64encode(blinded.sent).decode()})
    return key, blinded, client.post(page, body, content_type="application/json")


def test_from_the_sign_in_to_the_answer(client, url, wave, provider, settings):
    page = signed_in(client, url, provider, settings)
    assert page == f"{asking(url)}?lang=en"
    html = client.get(page).content.decode()
    modulus = urlsafe_b64decode(re.search(r'data-key="([^"]+)"', html)[1])
    key, blinded, told = ask_for_token(client, page, wave)
    assert int.from_bytes(modulus, "big") == key.public_numbers().n
    signature = blinded.unblinded(key, urlsafe_b64decode(told.json()["signature"]))
    token = urlsafe_b64encode(blinded.prepared + signature).decode()
    assert tap(client, url, token).status_code == 303
    assert Response.objects.get().selection == "verified"
    assert not Session.objects.exists()
    assert client.cookies["citizen"].value == ""
    kept = repr([*IssuedToken.objects.values(), *SpentToken.objects.values()])
    assert NUMBER not in kept
    assert not User.objects.exists()

    page = signed_in(client, url, provider, settings)
    _key, _blinded, told = ask_for_token(client, page, wave)
    assert told.status_code == 409
    assert "already signed in" in told.json()["problem"]


def test_who_has_not_signed_in_gets_no_token(client, url, wave):
    assert 'data-key="' not in client.get(asking(url)).content.decode()
    _key, _blinded, told = ask_for_token(client, asking(url), wave)
    assert told.status_code == 403
    assert not IssuedToken.objects.exists()


def test_a_sign_in_ends_after_ten_minutes(client, url, wave, provider, settings):
    page = signed_in(client, url, provider, settings)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert ask_for_token(client, page, wave)[2].status_code == 403
    told = client.post(page, '{"blinded": 7}', content_type="application/json")
    assert told.status_code == 400
    assert ask_for_token(client, page, wave)[2].status_code == 200


def test_staff_stay_signed_in(client, url, wave, provider, settings, alice):
    client.force_login(alice)
    signed_in(client, url, provider, settings)
    assert client.session["_auth_user_id"] == str(alice.pk)
