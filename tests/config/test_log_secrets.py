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
        ('"GET /receipt/?code=SECRET&lang=en HTTP/1.1"', '"GET /receipt/?… HTTP/1.1"'),
        ('"https://x.example/i/SECRET/"', '"https://x.example/i/…"'),
        ("/en/imports/ /s/abc/ /static/i.css", "/en/imports/ /s/abc/ /static/i.css"),
    ],
)
def test_what_a_line_keeps(line, logged):
    assert without_secrets(line) == logged


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
            for path in (f"/i/{secret}/", f"/stop/{secret}/", f"/s/a/more/{secret}/"):
                _visit(f"http://127.0.0.1:{port}{path}")
        finally:
            server.terminate()
            server.wait(20)
    lines = (tmp_path / "log").read_text()
    assert lines.count("/i/…") >= 1
    assert "/stop/…" in lines
    assert "/more/…" in lines
    assert secret not in lines


def _visit(url: str) -> None:
    for _try in range(100):
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)
