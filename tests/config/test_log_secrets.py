"""No log of the product holds an address behind which somebody can be recognised."""

import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config.log_secrets import LOGGERS, Formatter, without_secrets
from tests.config.routes import routes

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("GET /i/SECRET/ 200", "GET /i/… 200"),
        ("GET /I/SECRET 404", "GET /I/… 404"),
        ("//i/SECRET/?lang=en", "//i/…?lang=en"),
        ("/i/more/SECRET:1x:SECRET/", "/i/…"),
        ("/s/abc/more/SECRET/", "/s/abc/more/…"),
        ("/s/abc/thanks/SECRET/", "/s/abc/thanks/…"),
        ("/embed/abc/thanks/SECRET/", "/embed/abc/thanks/…"),
        ("POST /stop/SECRET/SECRET:SECRET/", "POST /stop/…"),
        ("/receipt/SECRET/own/SECRET/erase/?lang=en", "/receipt/…?lang=en"),
        (
            '"GET /receipt/?code=SECRET&lang=en HTTP/1.1"',
            '"GET /receipt/?code=…&lang=en HTTP/1.1"',
        ),
        ("/agent/DLT-1/phone/?lang=en&stored=SECRET", "/agent/DLT-1/phone/?lang=en&stored=…"),
        ("/en/account/password/reset/key/1-SECRET/", "/en/account/password/reset/key/…"),
        ("/th/account/confirm-email/MQ:SECRET:SECRET/", "/th/account/confirm-email/…"),
        ("GET /api/v1/responses/SECRET/ 200", "GET /api/v1/responses/… 200"),
        ("POST /api/v1/responses/batch/ 200", "POST /api/v1/responses/batch/ 200"),
        ('"https://x.example/i/SECRET/"', '"https://x.example/i/…"'),
        ("/en/imports/ /s/abc/ /static/i.css", "/en/imports/ /s/abc/ /static/i.css"),
    ],
)
def test_what_a_line_keeps(line, logged):
    assert without_secrets(line) == logged


NAMES = ("token", "key", "code", "slug", "receipt", "hash", "secret", "uidb", "password", "session")
OPEN = {
    "s/<slug>/": "a link's address is printed on posters",
    "verified/<slug>/": "a link's address",
    "kiosk/<slug>/": "a link's address",
    "embed/<slug>/": "a link's address",
    "links/<slug>/": "a link's address",
    "waves/<code>": "a wave's code stands on the page of all waves",
    "draws/<code>": "a wave's code",
    "questions/<code>": "a question's code",
    "topics/<code>": "a topic's code",
    "improvements/new/<code>": "a wave's code",
    "/log/<code>": "a wave's code",
    "entries/<code>": "an indicator's code stands on the scorecard",
    "remarks/<code>": "an indicator's code",
    "registers/<code>": "a register's code",
    "frozen/<code>": "a wave's code",
}
"""Parameters with such a name that are no secret, and why."""


def addresses_with_secrets(secret):
    for route in routes():
        shown = route.written
        for part in OPEN:
            shown = shown.replace(part, part.replace("<", "").replace(">", ""))
        secrets = {
            name
            for name in route.kinds
            if f"<{name}>" in shown and any(part in name for part in NAMES)
        }
        if secrets:
            yield route.at(lambda name, kind, secrets=secrets: secret if name in secrets else "1")


def test_no_route_has_a_secret_that_logs_would_keep():
    found = list(addresses_with_secrets("S3CRET"))
    for known in (
        "/i/S3CRET/",
        "/en/account/password/reset/key/S3CRET-S3CRET/",
        "/en/account/confirm-email/S3CRET/",
        "/receipt/S3CRET/own/S3CRET/",
        "/openrosa/key/S3CRET/submission",
        "/api/v1/responses/S3CRET/",
    ):
        assert known in found
    kept = [line for line in found if "S3CRET" in without_secrets(f"GET {line} 200")]
    assert not kept


def test_a_traceback_is_cleaned_too():
    try:
        raise ValueError("at /i/SECRET/")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "%s", ("/i/SECRET/",), sys.exc_info())
    line = Formatter("%(message)s").format(record)
    assert "ValueError: at /i/…" in line
    assert "SECRET" not in line


@pytest.mark.parametrize(
    ("form", "args"),
    [
        ('"%s" %s', ("GET /i/SECRET/ HTTP/1.1", "200")),
        ("%(path)s %(status)d", ({"path": "/i/SECRET/", "status": 200},)),
    ],
)
def test_the_servers_own_lines_are_cleaned(form, args):
    for name in LOGGERS:
        logger = logging.getLogger(name)
        record = logger.makeRecord(name, logging.INFO, "", 1, form, args, None)
        assert logger.filter(record)
        assert "/i/…" in record.getMessage()
        assert "SECRET" not in record.getMessage()


@pytest.mark.services
def test_the_real_server_with_its_access_log_writes_none(tmp_path):
    """The line of config/Procfile, on a database of its own."""
    command = re.search(r"^web: (.*)$", (ROOT / "config/Procfile").read_text(), re.MULTILINE)[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "HOST": "127.0.0.1",
        "PORT": port,
        "LOG_LEVEL": "INFO",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True, capture_output=True)
    secret = "S3CRET" * 4
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            ["/bin/sh", "-c", "exec " + command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            for path in addresses_with_secrets(secret):
                _visit(f"http://127.0.0.1:{port}{path}")
        finally:
            server.terminate()
            server.wait(120)
    lines = (tmp_path / "log").read_text()
    assert lines.count("/i/…") >= 1
    assert "/stop/…" in lines
    assert "/more/…" in lines
    assert "/password/reset/key/…" in lines
    assert secret not in lines


def _visit(url: str) -> None:
    for _try in range(600):  # a machine that does much else takes its time to start it
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)
