"""The sessions of an account: seen, ended, and without a trace of where they were."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from responses.privacy import retention
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
