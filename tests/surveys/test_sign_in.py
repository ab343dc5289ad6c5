"""Guessing is slowed, and nobody is locked out by it."""

import pytest
from django.test import Client

from surveys import sign_in
from surveys.models import User

PASSWORD = "counter-lamp-29"
SHARED, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def office(db):
    return _account("office")


def _account(name):
    return User.objects.create_user(name, f"{name}@opdc.example", PASSWORD)


def enter(client, login, password=PASSWORD, sender=SHARED):
    """Whether one is in."""
    sent = {"login": login, "password": password}
    answer = client.post("/en/account/login/", sent, REMOTE_ADDR=sender)
    assert answer.status_code in (200, 302)
    return answer.status_code == 302


def test_strangers_do_not_lock_the_office(office):
    attacker = Client()
    for _attempt in range(50):
        assert not enter(attacker, "office", "wrong", ELSEWHERE)
    assert not enter(attacker, "office", PASSWORD, ELSEWHERE), "not even by guessing right"
    assert enter(Client(), "office")
    assert enter(Client(), "office@opdc.example", sender="2001:db8::7")


def test_spellings_of_a_name_are_one_account(office):
    attacker = Client()
    for spelling in ("office", "OFFICE", " Office", "office@opdc.example", "Office@OPDC.example"):
        assert not enter(attacker, spelling, "wrong")
    for spelling in ("office", "oFFice ", "office@opdc.example"):
        assert not enter(attacker, spelling)


def test_two_hundred_people_and_one_attacker_behind_one_address(office):
    people = [_account(f"person{k}") for k in range(200)]
    attacker, looked_at, came_in = Client(), 0, 0
    for person in people:
        for _attempt in range(2):
            answer = attacker.post(
                "/en/account/login/", {"login": "office", "password": "x"}, REMOTE_ADDR=SHARED
            )
            looked_at += b"Too many" not in answer.content
        enter(attacker, "nobody", "x")
        came_in += enter(Client(), person.username)
    assert came_in == 200
    assert looked_at == sign_in.ATTEMPTS, "of 400 guesses within five minutes"


def test_a_browser_that_was_in_before_gets_in_while_others_guess(office):
    own = Client()
    assert enter(own, "office")
    own.post("/en/account/logout/")
    attacker = Client()
    for _attempt in range(20):
        enter(attacker, "office", "wrong")
    assert not enter(attacker, "office")
    assert enter(own, "office")


def test_a_known_browser_may_guess_no_more_than_others(office):
    own = Client()
    enter(own, "office")
    own.post("/en/account/logout/")
    for _attempt in range(sign_in.ATTEMPTS):
        assert not enter(own, "office", "wrong")
    assert not enter(own, "office")


def test_the_cookie_of_one_account_is_nothing_to_another(office):
    own = Client()
    enter(own, _account("other").username)
    own.post("/en/account/logout/")
    for _attempt in range(sign_in.ATTEMPTS):
        enter(own, "office", "wrong")
    own.cookies.clear()
    assert not enter(own, "office"), "counted by sender"
    own.cookies[sign_in.COOKIE] = "forged:1:2"
    assert not enter(own, "office")


def test_one_sender_cannot_try_passwords_for_everybody(office, monkeypatch):
    monkeypatch.setattr(sign_in, "WRONG_OF_SENDER", 12)
    own = Client()
    enter(own, "office")
    own.post("/en/account/logout/")
    for number in range(12):
        enter(Client(), f"name{number}", "wrong")
    assert not enter(Client(), "office"), "a browser that nobody knows"
    assert enter(own, "office")
    assert enter(Client(), "office", sender=ELSEWHERE)


def test_a_name_of_any_length_is_counted(db):
    for name in ("a" * 3_000, "x y\x07", "ก" * 300):
        assert not enter(Client(), name, "wrong")
