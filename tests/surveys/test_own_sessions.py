"""The sessions of an account: seen, ended, and without a trace of where they were."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from responses.privacy import retention
from surveys import clock
from surveys.own_sessions import family_of
from surveys.roles import group_of

PAGE = "/en/account/sessions/"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537"


def enter(**headers) -> Client:
    client = Client(headers=headers)
    client.post("/en/account/login/", {"login": "bob", "password": "pass-of-bob"})
    return client


def test_everywhere_else_is_signed_out(bob):
    here, elsewhere = enter(), enter(**{"user-agent": PHONE})
    page = here.get(PAGE).content.decode()
    assert "Chrome, Android" in page
    assert "this session" in page
    here.post(PAGE)
    assert elsewhere.get("/en/account/email/").status_code == 302
    assert here.get("/en/account/email/").status_code == 200
    assert "nowhere else" in here.get(PAGE).content.decode()


def test_neither_address_nor_browser_is_kept(bob):
    enter(**{"user-agent": PHONE})
    kept = UserSession.objects.get()
    assert (kept.ip, kept.user_agent) == ("0.0.0.0", "Chrome, Android")


def test_families_of_browsers():
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    assert family_of(firefox) == "Firefox, Linux"
    assert family_of("Firefox, Linux") == "Firefox, Linux"
    assert family_of("curl/8.0") == ""


def test_ended_sessions_are_forgotten(bob):
    enter().session.flush()
    retention.delete_sessions()
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("right", ["role", "account"])
def test_a_revoked_right_ends_at_the_next_request(bob, wave, right):
    from analytics.models import Report
    from surveys import clock

    report = Report.objects.create(
        wave=wave, agency=bob.agency, language="th", requested_at=clock.now(), state="done"
    )
    report.file.save("report.pdf", __import__("io").BytesIO(b"%PDF-"))
    client = enter()
    old_link = f"/en/reports/{report.pk}/file/"
    assert b"".join(client.get(old_link).streaming_content) == b"%PDF-"
    if right == "role":
        group_of("Agency analyst").user_set.remove(bob)
    else:
        bob.is_active = False
        bob.save()
    assert client.get(old_link).status_code == (404 if right == "role" else 302)


def test_a_session_lives_while_it_is_used(bob):
    """Twelve hours from its last use, and no longer."""
    client, begun = enter(), clock.now()
    for minutes, renewed in ((9, False), (11, True), (15, False), (22, True)):
        before = Session.objects.get().expire_date
        with clock.at(begun + timedelta(minutes=minutes)):
            assert client.get(PAGE).status_code == 200
        assert (Session.objects.get().expire_date > before) == renewed
    left = Session.objects.get().expire_date - clock.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    Session.objects.update(expire_date=clock.now())
    assert client.get(PAGE).status_code == 302


def test_a_page_that_asks_for_nobody_renews_no_session(bob):
    client = enter()
    before = Session.objects.get().expire_date
    with clock.at(clock.now() + timedelta(hours=1)):
        assert client.get("/healthz").status_code == 200
    assert Session.objects.get().expire_date == before


def test_the_longest_session_ends_though_it_is_used(bob):
    client = enter()
    UserSession.objects.update(created_at=clock.now() - timedelta(days=14, minutes=1))
    assert client.get(PAGE).status_code == 200
    retention.delete_sessions()
    assert client.get(PAGE).status_code == 302
