"""Staff of the agency put a kiosk up; whoever knows its PIN takes it down."""

import json
from datetime import timedelta

import pytest

from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.models import Kiosk
from surveys import clock

pytestmark = pytest.mark.django_db
PINS = {"name": "Hall A", "pin": "4711", "again": "4711"}


@pytest.fixture
def address(wave, licence_counter) -> str:
    return f"/kiosk/{licence_counter.slug}/"


def leave(client, address, pin):
    body = json.dumps({"pin": pin})
    return client.post(
        f"{address}leave/", body, content_type="application/json", headers={"X-Kiosk": "1"}
    )


def test_a_member_of_the_agency_puts_it_up_and_is_signed_out(client, address, bob):
    client.force_login(bob)
    assert client.get(f"{address}start/").status_code == 200
    sent = client.post(f"{address}start/", PINS)
    assert (sent.status_code, sent["Location"]) == (303, address)
    assert "_auth_user_id" not in client.session
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == (address, "Strict", True)
    kiosk = Kiosk.objects.get()
    assert (kiosk.started_by, kiosk.name) == (bob, "Hall A")
    assert "4711" not in kiosk.pin
    page = client.get(address)
    assert "ความพึงพอใจในภาพรวม" in page.content.decode()
    assert "worker-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_neighbour_is_refused(client, address, charlie):
    client.force_login(charlie)
    assert client.get(f"{address}start/").status_code == 404
    assert client.post(f"{address}start/", PINS).status_code == 404
    assert not Kiosk.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client, address):
    assert "/account/login/" in client.get(f"{address}start/")["Location"]
    off = client.get(address)
    assert off.status_code == 403
    assert "data-rate" not in off.content.decode()


@pytest.mark.parametrize(
    "changes", [{"pin": "12", "again": "12"}, {"pin": "abcd"}, {"again": "4712"}, {"again": ""}]
)
def test_a_pin_that_will_not_do(client, address, bob, changes):
    client.force_login(bob)
    page = client.post(f"{address}start/", PINS | changes)
    assert 'role="alert"' in page.content.decode()
    assert not Kiosk.objects.exists()


@pytest.fixture
def device(client, address, licence_counter, bob):
    client.cookies[COOKIE] = kiosks.token_of(kiosks.put_up(licence_counter, bob, pin="4711"))
    return client


def test_the_pin_ends_it(device, address):
    assert leave(device, address, "4711").json() == {"next": f"{address}start/"}
    assert Kiosk.objects.get().ended_at
    assert device.get(address).status_code == 403


def test_five_wrong_pins_lock_the_device_for_a_while(device, address):
    for _attempt in range(4):
        assert leave(device, address, "0000").status_code == 403
    assert leave(device, address, "0000").status_code == 429
    assert leave(device, address, "4711").status_code == 429
    assert device.get(address).status_code == 200  # citizens go on
    with clock.at(clock.now() + timedelta(minutes=15, seconds=1)):
        assert leave(device, address, "0000").status_code == 403
        assert leave(device, address, "4711").status_code == 200


def test_one_device_locked_leaves_the_next_one_open(device, address, licence_counter, bob):
    for _attempt in range(5):
        leave(device, address, "0000")
    kiosks.take_down(kiosks.put_up(licence_counter, bob, pin="4711"), "4711")


def test_strange_pins_are_wrong_pins(device, address):
    for pin in (None, [], {"a": 1}, "\0"):
        assert leave(device, address, pin).status_code == 403
