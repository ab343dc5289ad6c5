"""Whoever may publish or export signs in with two steps; codes cannot be guessed at."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from surveys.access import must_have_second_factor
from surveys.models import Act, User
from surveys.roles import BY_NAME, place
from tests import signed_in
from tests.surveys.second_step import code_of

PASSWORD = "counter-lamp-29"
INDEX = "/en/account/two-step/"


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def officer(db):
    user = User.objects.create_user("officer", "officer@opdc.example", PASSWORD)
    place(user, "Survey office")
    return user


@pytest.fixture
def session(officer, client):
    client.force_login(officer)
    return signed_in.again(client)


def set_up(session) -> str:
    """Sets an app up; the key that it holds."""
    page = session.get(f"{INDEX}totp/activate/").content.decode()
    secret = re.search(r'<code class="key">(\w+)</code>', page)[1]
    answer = session.post(f"{INDEX}totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


def type_password(client):
    return client.post("/en/account/login/", {"login": "officer", "password": PASSWORD})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_who_must_have_one(government):
    must = set()
    for name in BY_NAME:
        user = User.objects.create_user(name, agency=government.dlt)
        place(user, name)
        if must_have_second_factor(User.objects.get(pk=user.pk)):
            must.add(name)
    assert must == {"Survey office", "Approver", "Researcher"}
    assert must_have_second_factor(User.objects.create_superuser("chief"))


def test_without_it_nothing_else_opens(required, session, wave):
    for address in ("/en/waves/", "/en/admin/", "/en/people/acts/", "/en/"):
        answer = session.get(address)
        assert (answer.status_code, answer["Location"]) == (302, INDEX), address
    assert session.post(reverse("admin:surveys_wave_changelist"), {}).status_code == 302
    refused = session.get("/api/v1/waves/", headers={"accept-language": "en"})
    assert refused.status_code == 403
    assert "two-step" in refused.json()["detail"]
    page = session.get(INDEX)
    assert "needs a second step" in page.content.decode()
    assert session.get("/en/account/logout/").status_code == 200
    set_up(session)
    assert session.get("/en/waves/").status_code == 200


def test_others_are_let_be(required, bob, client, wave):
    client.force_login(bob)
    assert client.get("/en/waves/").status_code == 200
    assert Client().get("/en/waves/").status_code == 200


def test_where_it_is_offered_nobody_is_stopped(session, wave):
    assert session.get("/en/waves/").status_code == 200


def test_the_password_alone_no_longer_signs_in(session):
    secret = set_up(session)
    client = Client()
    assert type_password(client)["Location"].startswith(f"{INDEX}authenticate/")
    assert not is_in(client)
    assert client.get("/en/admin/").status_code == 302
    client.post(f"{INDEX}authenticate/", {"code": "000000"})
    assert not is_in(client)
    assert client.post(f"{INDEX}authenticate/", {"code": code_of(secret)}).status_code == 302
    assert is_in(client)


def test_a_recovery_code_signs_in_once(session):
    set_up(session)
    page = session.get(f"{INDEX}recovery-codes/").content.decode()
    code = re.findall(r"<li><code>(\d+)</code>", page)[0]
    for expected in (True, False):
        client = Client()
        type_password(client)
        client.post(f"{INDEX}authenticate/", {"code": code})
        assert is_in(client) == expected


def test_codes_are_not_guessed_at(session):
    secret = set_up(session)
    attacker = Client()
    type_password(attacker)
    for guess in range(5):
        attacker.post(f"{INDEX}authenticate/", {"code": f"{guess:06}"})
    answer = attacker.post(f"{INDEX}authenticate/", {"code": code_of(secret)})
    assert not is_in(attacker)
    assert "Too many" in answer.content.decode()


def test_secrets_are_encrypted_and_survive_a_new_key(session, settings):
    secret = set_up(session)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 60
    client = Client()
    type_password(client)
    client.post(f"{INDEX}authenticate/", {"code": code_of(secret)})
    assert is_in(client)


def test_an_open_session_does_not_do_to_change_it(officer, client):
    client.force_login(officer)
    for page in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = client.get(INDEX + page)
        assert answer.status_code == 302, page
        assert "reauthenticate" in answer["Location"], page


@pytest.mark.django_db(transaction=True)
def test_setting_up_and_removing_is_told_and_on_record(session):
    set_up(session)
    session.post(f"{INDEX}totp/deactivate/")
    assert [sent.to for sent in mail.outbox] == [["officer@opdc.example"]] * 2
    assert all("127.0.0.1" not in sent.body for sent in mail.outbox)
    acts = Act.objects.filter(detail__has_key="second_factor")
    assert {(act.what, act.who, act.detail["second_factor"]) for act in acts} == {
        ("make", "officer", "totp"),
        ("make", "officer", "recovery_codes"),
        ("delete", "officer", "totp"),
        ("delete", "officer", "recovery_codes"),
    }


@pytest.fixture
def protected_bob(bob):
    Authenticator.objects.create(user=bob, type="totp", data={"secret": "x"})
    return bob


def remove(client, *accounts):
    about = {"action": "remove_second_factor", "_selected_action": [a.pk for a in accounts]}
    return client.post(reverse("admin:surveys_user_changelist"), about)


def test_the_office_removes_what_was_lost(session, protected_bob):
    mail.outbox.clear()
    remove(session, protected_bob)
    assert not Authenticator.objects.exists()
    assert [sent.to for sent in mail.outbox] == [["bob@example.org"]]
    assert Act.objects.filter(what="delete", about="bob", who="officer").exists()


def test_the_office_removes_neither_its_own_nor_with_an_old_session(
    officer, session, alice, protected_bob, client
):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    assert remove(session, alice).status_code == 403
    other = Client()
    other.force_login(officer)
    assert "reauthenticate" in remove(other, protected_bob)["Location"]
    assert Authenticator.objects.count() == 2


def test_production_requires_it(settings):
    from config.checks import refuse_unsafe

    settings.DEPLOYMENT = "production"
    settings.SECOND_FACTOR_REQUIRED = False
    with pytest.raises(ImproperlyConfigured, match=r"project\.E013"):
        refuse_unsafe()
