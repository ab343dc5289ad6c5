"""Signing in with an identity of the state, against a provider that runs beside the test."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client

from surveys.identity import sealed
from surveys.models import Act, User
from tests import signed_in
from tests.identity_provider import named, running

pytestmark = pytest.mark.django_db
NUMBER = "1-1037-00000-00-7"
LINKS = "/en/account/identities/"


@pytest.fixture(scope="module")
def provider():
    claims = {"name": "สมชาย ใจดี", "email": "bob@example.org", "email_verified": True}
    with running({"sub": NUMBER, "claims": claims}) as address:
        yield address


@pytest.fixture
def offered(settings, provider):
    of_openid = {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [named(provider)]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": of_openid}


def come_back(client, process="login"):
    """To the provider, where somebody says who they are, and back."""
    asked = client.post(f"/identity/thaid/login/?process={process}&next={LINKS}")
    assert asked.status_code == 302, asked.content
    told = requests.post(asked["Location"], data={"sub": NUMBER}, allow_redirects=False, timeout=10)
    back = urlsplit(told.headers["Location"])
    assert back.path == "/identity/thaid/login/callback/"
    return client.get(f"{back.path}?{back.query}", headers={"accept-language": "en"})


@pytest.fixture
def linked(offered, bob, client):
    client.force_login(bob)
    come_back(signed_in.again(client), "connect")
    return SocialAccount.objects.get()


def stored() -> str:
    return repr([*SocialAccount.objects.values(), *Act.objects.values("detail", "about")])


def test_the_scope_is_openid_alone(offered, client):
    address = client.post("/identity/thaid/login/")["Location"]
    assert re.search(r"[?&]scope=openid(&|$)", address)
    assert "code_challenge=" in address


def test_of_an_identity_a_keyed_hash_is_kept_and_no_more(linked, bob, client, settings):
    assert (linked.user, linked.extra_data) == (bob, {})
    assert linked.uid == sealed("thaid", NUMBER) != sealed("digital-id", NUMBER)
    everything = stored() + repr(dict(client.session))
    assert not any(word in everything for word in (NUMBER, "สมชาย", "1103700000007"))
    assert not SocialToken.objects.exists()
    settings.IDENTITY_KEY = "another"
    assert linked.uid != sealed("thaid", NUMBER)


def test_a_linked_identity_signs_in(linked, bob):
    client = Client()
    assert come_back(client)["Location"] == LINKS
    assert client.session["_auth_user_id"] == str(bob.pk)
    assert NUMBER not in repr(dict(client.session))
    assert Act.objects.filter(what="make", who="bob", detail__identity="thaid").exists()
    assert Act.objects.filter(what="sign in", who="bob").first().detail == {"ways": ["thaid"]}
    assert any("bob@example.org" in sent.to for sent in mail.outbox), "its owner is told"


def test_an_identity_without_an_account_is_refused_in_words(offered, bob, client):
    answer = come_back(client)
    assert answer.status_code == 403
    assert "No account has this identity" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0), "nor by its address"
    assert NUMBER not in repr(dict(client.session))


def test_an_old_session_does_not_do_to_link(offered, bob, client):
    client.force_login(bob)
    assert "reauthenticate" in come_back(client, "connect")["Location"]
    assert not SocialAccount.objects.exists()


def test_one_identity_is_of_one_account(linked, charlie):
    other = Client()
    other.force_login(charlie)
    come_back(signed_in.again(other), "connect")
    assert [account.user.username for account in SocialAccount.objects.all()] == ["bob"]


def test_it_is_unlinked_and_then_signs_nobody_in(linked, client):
    page = client.get(LINKS).content.decode()
    assert "ThaID" in page
    client.post(LINKS, {"account": linked.pk})
    assert come_back(Client()).status_code == 403
    assert Act.objects.filter(what="delete", about="bob", detail__identity="thaid").exists()


def test_a_closed_account_stays_closed(linked, bob):
    bob.is_active = False
    bob.save()
    client = Client()
    come_back(client)
    assert "_auth_user_id" not in client.session


def test_whoever_says_no_is_told_so(offered, client):
    asked = client.post("/identity/thaid/login/")["Location"]
    state = parse_qs(urlsplit(asked).query)["state"][0]
    back = f"/identity/thaid/login/callback/?error=access_denied&state={state}"
    page = client.get(back, follow=True, headers={"accept-language": "en"})
    assert "not signed in" in page.content.decode()


def test_an_answer_that_was_not_asked_for_is_refused(offered, client):
    answer = client.get("/identity/thaid/login/callback/?code=x&state=forged")
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 401, 403)


def test_off_until_it_is_configured(client, db):
    assert "ThaID" not in client.get("/en/account/login/").content.decode()
    assert client.get("/identity/thaid/login/").status_code == 404
