"""Web server, worker and scheduler do not start where a production deployment would be unsafe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.services

SERVERS = {
    "web": [BIN / "granian", "--interface", "wsgi", "--port", "0", "config.wsgi:application"],
    "worker": [BIN / "celery", "-A", "config", "worker", "--concurrency", "1"],
    "scheduler": [BIN / "celery", "-A", "config", "beat"],
}
UNSAFE = {
    "DEBUG": ({"DEBUG": "1"}, "DEBUG is on"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS accepts any host"),
    "short key": ({"SECRET_KEY": "short"}, "SECRET_KEY is not set, or shorter"),
}


@pytest.mark.parametrize(
    ("server", "unsafe"),
    [*(("web", unsafe) for unsafe in UNSAFE), ("worker", "DEBUG"), ("scheduler", "any host")],
)
def test_does_not_start_unsafe(tmp_path, server, unsafe):
    settings, said = UNSAFE[unsafe]
    environment = os.environ | {
        "DEPLOYMENT": "production",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        **settings,
    }
    finished = subprocess.run(
        [str(part) for part in SERVERS[server]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert finished.returncode != 0
    assert said in finished.stdout + finished.stderr
