"""An OpenID Connect provider, run as a process of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen


@contextmanager
def running(*citizens: dict[str, Any]) -> Iterator[str]:
    """Its address. Each citizen is a `sub` and `claims`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = [f"--user-claims={json.dumps(citizen)}" for citizen in citizens]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", f"--port={port}", *told]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://localhost:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{address}/.well-known/openid-configuration", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the identity provider does not answer")


def named(address: str) -> dict[str, Any]:
    """The settings of a client of it, as config/settings.py makes them."""
    return {
        "provider_id": "thaid",
        "name": "ThaID",
        "client_id": "survey",
        "secret": "hush",
        "settings": {"server_url": address, "fetch_userinfo": False, "oauth_pkce_enabled": True},
    }
