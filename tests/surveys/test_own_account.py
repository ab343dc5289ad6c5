"""Whoever holds a session of somebody's cannot make the account theirs."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from surveys.models import User
from tests import signed_in

PASSWORD = "counter-lamp-29"
THIEF = "thief@evil.example"


@pytest.fixture(autouse=True)
def own_address(settings):
    settings.PUBLIC_URL = "https://survey.example.go.th"
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def owner(government):
    return User.objects.create_user("dlt", "dlt@gov.example", PASSWORD, agency=government.dlt)


@pytest.fixture
def session(client, owner):
    client.force_login(owner)
    return client


def add(client, email=THIEF):
    return client.post("/en/account/email/", {"email": email, "action_add": ""})


def ask_to_reset(email, **options):
    mail.outbox.clear()
    answer = Client().post("/en/account/password/reset/", {"email": email}, **options)
    assert answer.status_code == 302
    return [sent for sent in mail.outbox if "/password/reset/key/" in sent.body]


def link_in(sent):
    return re.search(r"https?://\S+", sent.body)[0]


def test_a_session_alone_changes_no_address(session, owner):
    answer = add(session)
    assert answer.headers["Location"].startswith("/en/account/reauthenticate/")
    assert session.get("/en/account/reauthenticate/").status_code == 200
    assert not EmailAddress.objects.filter(email=THIEF).exists()
    wrong = session.post("/en/account/reauthenticate/", {"password": "wrong"})
    assert wrong.status_code == 200
    add(session)
    assert not EmailAddress.objects.filter(email=THIEF).exists()
    assert not ask_to_reset(THIEF)


@pytest.mark.parametrize("action", ["action_primary", "action_send", "action_remove"])
def test_no_other_act_of_the_library_is_offered(session, owner, action):
    EmailAddress.objects.create(user=owner, email=THIEF)
    signed_in.again(session)
    for email in (THIEF, owner.email):
        session.post("/en/account/email/", {"email": email, action: ""})
    owner.refresh_from_db()
    assert owner.email == "dlt@gov.example"
    assert not mail.outbox
    assert not ask_to_reset(THIEF)


def test_an_address_is_used_once_it_is_confirmed_and_the_old_one_is_told(session, owner):
    session.post("/en/account/reauthenticate/", {"password": PASSWORD})
    add(session, "new@gov.example")
    assert [sent.to for sent in mail.outbox] == [["new@gov.example"]]
    link = link_in(mail.outbox[0])
    assert not ask_to_reset("new@gov.example")
    assert ask_to_reset("dlt@gov.example")
    mail.outbox.clear()
    path = link.removeprefix("https://survey.example.go.th")
    assert b"new@gov.example" in Client().get(path).content
    Client().post(path)
    owner.refresh_from_db()
    assert owner.email == "new@gov.example"
    assert [sent.to for sent in mail.outbox] == [["dlt@gov.example"]]
    assert "from dlt@gov.example to new@gov.example" in mail.outbox[0].body
    assert ask_to_reset("new@gov.example")
    assert not ask_to_reset("dlt@gov.example")


def test_the_password_is_changed_with_the_old_one_and_its_owner_told(session, owner):
    new = "ledger-window-84"
    for old, changed in (("wrong", False), (PASSWORD, True)):
        session.post(
            "/en/account/password/change/",
            {"oldpassword": old, "password1": new, "password2": new},
        )
        owner.refresh_from_db()
        assert owner.check_password(new) is changed
    assert [sent.to for sent in mail.outbox] == [["dlt@gov.example"]]
    assert "127.0.0.1" not in mail.outbox[0].body


def test_there_is_no_second_page_to_guess_a_password_at(client, alice):
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    new = {"new_password1": "another-Word-812", "new_password2": "another-Word-812"}
    sent = client.post(reverse("admin:password_change"), {"old_password": PASSWORD, **new})
    assert sent.headers["Location"] == reverse("account_change_password")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_the_office_changes_accounts_after_signing_in_again(client, alice, owner):
    client.force_login(alice)
    change = reverse("admin:surveys_user_change", args=[owner.pk])
    password = reverse("admin:auth_user_password_change", args=[owner.pk])
    for page in (change, password, reverse("admin:surveys_user_add")):
        for answer in (client.get(page), client.post(page, {"email": THIEF})):
            assert answer.headers["Location"].startswith("/en/account/reauthenticate/"), page
    signed_in.again(client)
    assert client.get(change).status_code == client.get(password).status_code == 200


def test_the_office_gives_an_address_and_the_old_one_is_told(client, alice, owner):
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    signed_in.again(client)
    change = reverse("admin:surveys_user_change", args=[owner.pk])
    data = {"username": "dlt", "email": "Desk@gov.example", "agency": owner.agency_id}
    answer = client.post(change, data | {"is_active": "on"})
    assert answer.status_code == 302
    assert [sent.to for sent in mail.outbox] == [["dlt@gov.example"]]
    assert ask_to_reset("desk@gov.example")
    assert not ask_to_reset("dlt@gov.example")


@pytest.mark.parametrize("host", ["evil.example", "survey.example.go.th:81"])
def test_links_in_mails_do_not_follow_the_host_of_the_request(session, owner, host):
    [sent] = ask_to_reset("dlt@gov.example", headers={"host": host})
    link = link_in(sent)
    assert link.startswith("https://survey.example.go.th/")
    assert host not in sent.subject + sent.body
    assert Client().get(link.removeprefix("https://survey.example.go.th")).status_code == 302
    signed_in.again(session)
    mail.outbox.clear()
    session.post(
        "/en/account/email/",
        {"email": "new@gov.example", "action_add": ""},
        headers={"host": host},
    )
    assert link_in(mail.outbox[0]).startswith("https://survey.example.go.th/")
    assert host not in mail.outbox[0].subject + mail.outbox[0].body


def test_choosing_a_new_password_lets_in_whoever_was_slowed(owner):
    browser, new = Client(), "ledger-window-84"
    for _attempt in range(6):
        browser.post("/en/account/login/", {"login": "dlt", "password": "wrong"})
    [sent] = ask_to_reset("dlt@gov.example")
    path = link_in(sent).removeprefix("https://survey.example.go.th")
    form = browser.get(path).headers["Location"]
    browser.post(form, {"password1": new, "password2": new})
    answer = browser.post("/en/account/login/", {"login": "dlt", "password": new})
    assert answer.status_code == 302
