"""The settings of ODK Collect as the QR code that it scans, so that nobody types a key."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from dataclasses import dataclass

import segno
from django.conf import settings

PATH = "/openrosa"


@dataclass(frozen=True)
class Connection:
    """What a device is told to connect. Without HTTPS it sends no password: the key is in the
    address then, and `name` and `password` are empty."""

    server: str
    name: str = ""
    password: str = ""


def connection_for(key: str) -> Connection:
    server = settings.PUBLIC_URL + PATH
    if server.startswith("https://"):
        return Connection(server, key.partition("_")[0], key)
    return Connection(f"{server}/key/{key}")


def settings_of(connection: Connection, project: str) -> str:
    """The settings as Collect reads them: JSON, compressed by zlib, in base 64.

    Forms follow the server, answers are sent as soon as there is a network, and do not stay on the
    device once they are sent.
    """
    general = {
        "server_url": connection.server,
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
        "delete_send": True,
    }
    if connection.name:
        general |= {"username": connection.name, "password": connection.password}
    chosen = {"general": general, "admin": {}, "project": {"name": project}}
    return b64encode(zlib.compress(json.dumps(chosen).encode())).decode()


def qr_code(connection: Connection, project: str) -> str:
    """An image, as the address that holds it."""
    code = segno.make(settings_of(connection, project), error="l", micro=False)
    image: str = code.svg_data_uri(scale=5, border=4, light="#ffffff")
    return image
