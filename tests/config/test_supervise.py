"""What ends is started again, later each time; a taken port is said in words."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import supervise
from config.supervise import LONGEST_PAUSE, STEADY, Supervised

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; a busy machine takes its time to start a program


def test_pauses_grow_and_a_steady_run_counts_anew():
    process = Supervised("failing", [sys.executable, "-c", "raise SystemExit(3)"])
    now, pauses = 0.0, []
    for _end in range(7):
        process.tend(now)
        process.process.wait()
        process.tend(now)
        pauses.append(process.due - now)
        now = process.due
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    process.tend(now)
    process.process.wait()
    process.tend(now + STEADY + 1)
    assert process.due == now + STEADY + 2


def test_a_procfile_is_read_with_its_variables(tmp_path, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    file = tmp_path / "Procfile"
    file.write_text("web: serve --port $PORT --format '%(time)s ms'\n\nworker: work\n")
    web, worker = supervise.read(file)
    assert web.command == ["serve", "--port", "8123", "--format", "%(time)s ms"]
    assert worker.name == "worker"


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start(port, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "config.supervise", *arguments],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_taken_port_is_said_in_words(port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        said = start(port).communicate(timeout=PATIENCE)[1]
    assert f"Port {port} is in use. Another one: PORT={port + 1} make run" in said
    assert "Traceback" not in said
    free = start(port)
    free.communicate(timeout=PATIENCE)
    assert free.returncode == 0


def test_one_process_that_is_killed_leaves_the_others_and_comes_back(tmp_path, port):
    sleeper = (
        f"import os, time; open(r'{tmp_path}/NAME', 'a').write(f'{{os.getpid()}}\\n');"
        " time.sleep(60)"
    )
    file = tmp_path / "Procfile"
    lines = (f'{n}: {sys.executable} -c "{sleeper.replace("NAME", n)}"' for n in ("web", "worker"))
    file.write_text("\n".join(lines))
    supervisor = start(port, str(file))

    def pids(name, number):
        for _wait in range(20 * PATIENCE):
            found = (tmp_path / name).read_text().split() if (tmp_path / name).exists() else []
            if len(found) >= number:
                return found
            time.sleep(0.05)
        pytest.fail(f"{name} was not started {number} times")

    (web,) = pids("web", 1)
    os.kill(int(pids("worker", 1)[0]), signal.SIGKILL)
    again = pids("worker", 2)[1]
    assert pids("web", 1) == [web]
    supervisor.terminate()
    assert "worker has ended (signal 9)" in supervisor.communicate(timeout=PATIENCE)[1]
    assert supervisor.returncode == 0
    for pid in (web, again):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
