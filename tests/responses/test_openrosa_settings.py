"""Beside a new key stands the code that sets up a device, and what the code says opens the door."""

import json
import re
import zlib
from base64 import b64decode
from urllib.parse import unquote

import pytest
import segno

from responses.openrosa.settings_code import connection_for, qr_code, settings_of
from tests.responses.collect import Collect
from tests.responses.test_collecting_system_admin import key_on, make


@pytest.fixture
def page(client, alice, government, settings):
    settings.PUBLIC_URL = "https://survey.example"
    client.force_login(alice)
    return make(client, government)


def read(code: str) -> dict:
    return json.loads(zlib.decompress(b64decode(code)))


def test_the_code_holds_what_collect_needs(settings):
    settings.PUBLIC_URL = "https://survey.example"
    held = read(settings_of(connection_for("cs0123_key"), "Counter 7"))
    assert held["general"] == {
        "server_url": "https://survey.example/openrosa",
        "username": "cs0123",
        "password": "cs0123_key",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
        "delete_send": True,
    }
    assert held["project"] == {"name": "Counter 7"}
    assert held["admin"] == {}


def test_without_https_the_key_is_in_the_address(settings):
    settings.PUBLIC_URL = "http://192.0.2.10:8000"
    general = read(settings_of(connection_for("cs0123_key"), "x"))["general"]
    assert general["server_url"] == "http://192.0.2.10:8000/openrosa/key/cs0123_key"
    assert "password" not in general


def test_the_page_shows_the_code_of_its_key(page):
    html = page.content.decode()
    connection = connection_for(key_on(page))
    (image,) = re.findall(r'<img src="(data:image/svg\+xml[^"]+)"', html)
    shown = image.replace("&#x27;", "'").replace("&amp;", "&")
    assert unquote(shown) == unquote(qr_code(connection, "kiosk"))
    assert segno.make(settings_of(connection, "kiosk"), error="l").version < 20
    assert connection.server in html
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]


def test_the_page_warns_where_there_is_no_https(client, alice, government, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    client.force_login(alice)
    assert "for a trial in your own network" in make(client, government).content.decode()


@pytest.mark.parametrize("address", ["https://testserver", "http://testserver"])
def test_what_the_code_says_opens(wave, kiosk, settings, address):
    settings.PUBLIC_URL = address
    general = read(settings_of(connection_for(kiosk.key), "x"))["general"]
    base = general["server_url"].removeprefix(address)
    assert Collect(general.get("password", ""), base=base).forms()
