"""Answers of one device bear one mark while the wave is open; then nobody can make it again."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import transaction

from responses.models import Response
from responses.privacy import retention
from responses.privacy.devices import MARK_LENGTH, DeviceKey, mark_of_browser, mark_of_kiosk
from surveys import clock, remembered
from surveys.client_address import client_address
from tests.closing import close_wave
from tests.form_pages import form_token

pytestmark = pytest.mark.django_db

HOME = {"REMOTE_ADDR": "203.0.113.7", "HTTP_USER_AGENT": "A/1"}


def send(client, url, overall="5", **how):
    token = form_token(client.get(url))
    client.post(url, {"form_token": token, "overall": overall}, **how)
    return Response.objects.latest("pk")


@pytest.fixture
def url(wave, licence_counter) -> str:
    return licence_counter.get_absolute_url()


def test_one_device_one_mark(client, url):
    first = send(client, url, **HOME)
    again = send(client, url, **HOME)
    neighbour = send(client, url, **HOME | {"REMOTE_ADDR": "203.0.113.8"})
    other = send(client, url, **HOME | {"HTTP_USER_AGENT": "B/2"})
    assert first.device == again.device
    assert len({first.device, neighbour.device, other.device}) == 3
    assert len(first.device) == MARK_LENGTH
    assert first.device.replace("-", "").replace("_", "").isalnum()


def test_a_wave_knows_the_devices_of_no_other(wave, draft):
    here = mark_of_browser(wave, HOME)
    DeviceKey.objects.filter(wave=wave).delete()
    remembered.forget()
    assert mark_of_browser(wave, HOME) != here


def test_devices_that_change_the_half_of_their_ipv6_address_stay_one(wave):
    morning = mark_of_browser(wave, HOME | {"REMOTE_ADDR": "2001:db8:1:2:aaaa::1"})
    evening = mark_of_browser(wave, HOME | {"REMOTE_ADDR": "2001:db8:1:2:bbbb::9"})
    neighbour = mark_of_browser(wave, HOME | {"REMOTE_ADDR": "2001:db8:1:3:aaaa::1"})
    assert morning == evening != neighbour
    mapped = mark_of_browser(wave, HOME | {"REMOTE_ADDR": "::ffff:203.0.113.7"})
    assert mapped == mark_of_browser(wave, HOME)


def test_without_an_address_there_is_no_mark(wave):
    assert mark_of_browser(wave, {"REMOTE_ADDR": "", "HTTP_USER_AGENT": "A/1"}) == ""
    assert mark_of_browser(wave, {"REMOTE_ADDR": "unix:", "HTTP_USER_AGENT": "A/1"}) == ""


def test_a_browsers_name_of_any_bytes_is_no_hindrance(wave):
    assert mark_of_browser(wave, HOME | {"HTTP_USER_AGENT": "\udcff\x00é"})


def test_the_key_dies_in_the_transaction_that_closes_the_wave(wave):
    mark_of_browser(wave, HOME)
    assert DeviceKey.objects.get(wave=wave).secret
    with transaction.atomic():
        close_wave(wave)
        assert not DeviceKey.objects.get(wave=wave).secret
        transaction.set_rollback(True)
    assert DeviceKey.objects.get(wave=wave).secret
    wave.refresh_from_db()
    close_wave(wave)
    assert not DeviceKey.objects.get(wave=wave).secret


def test_a_closed_wave_gets_no_new_key(wave):
    mark = mark_of_browser(wave, HOME)
    assert mark
    close_wave(wave)
    assert mark_of_browser(wave, HOME) == mark_of_kiosk(wave, 1) == ""
    with clock.at(clock.now() + timedelta(days=2)):
        retention.clear_marks()
    assert mark_of_browser(wave, HOME) == ""
    assert not DeviceKey.objects.exists()


def test_the_seconds_run_from_the_showing_to_the_tap(client, url):
    start = clock.now().replace(microsecond=0)
    with clock.at(start):
        token = form_token(client.get(url))
    with clock.at(start + timedelta(seconds=41, milliseconds=900)):
        client.post(url, {"form_token": token, "overall": "5"})
    with clock.at(start + timedelta(seconds=300)):
        client.post(url, {"form_token": token, "overall": "1"})
    stored = Response.objects.get()
    assert (stored.overall, stored.seconds) == (1, 41)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        ("203.0.113.7", "", [], "203.0.113.7"),
        # Nobody is trusted: whatever is forged is ignored.
        ("203.0.113.7", "10.0.0.1", [], "203.0.113.7"),
        # The peer is not one of the trusted.
        ("203.0.113.7", "198.51.100.1", ["10.0.0.0/8"], "203.0.113.7"),
        # One proxy.
        ("10.0.0.2", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        # A client that forges the beginning: what our own proxy wrote stands at the end.
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.2", "10.9.9.9, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        # Two proxies.
        ("10.0.0.2", "1.2.3.4, 198.51.100.1, 10.0.0.3", ["10.0.0.0/8"], "198.51.100.1"),
        # With ports and brackets.
        ("10.0.0.2", "198.51.100.1:4711", ["10.0.0.0/8"], "198.51.100.1"),
        ("::1", "[2001:db8::7]:4711", ["::1"], "2001:db8::7"),
        # Nonsense is where belief ends.
        ("10.0.0.2", "198.51.100.1, unknown", ["10.0.0.0/8"], "10.0.0.2"),
        ("10.0.0.2", "", ["10.0.0.0/8"], "10.0.0.2"),
        ("10.0.0.2", ", ,", ["10.0.0.0/8"], "10.0.0.2"),
        ("", "198.51.100.1", ["10.0.0.0/8"], "None"),
    ],
)
def test_whose_word_about_the_address_is_believed(settings, peer, forwarded, trusted, client):
    settings.TRUSTED_PROXIES = [ip_network(network) for network in trusted]
    meta = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
    assert str(client_address(meta)) == client


def test_a_forged_header_makes_no_new_device(client, url):
    one = send(client, url, **HOME, HTTP_X_FORWARDED_FOR="198.51.100.1")
    two = send(client, url, **HOME, HTTP_X_FORWARDED_FOR="198.51.100.2")
    assert one.device == two.device


def test_behind_a_trusted_proxy_visitors_are_told_apart(client, url, settings):
    settings.TRUSTED_PROXIES = [ip_network("203.0.113.7/32")]
    one = send(client, url, **HOME, HTTP_X_FORWARDED_FOR="198.51.100.1")
    two = send(client, url, **HOME, HTTP_X_FORWARDED_FOR="198.51.100.2")
    assert one.device != two.device
