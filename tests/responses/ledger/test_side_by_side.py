"""Processes that go through a log side by side do not outlive whoever asked for it."""

import subprocess
import sys
import time
from pathlib import Path

START = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from responses.ledger.side_by_side import end_with_parent

pool = ProcessPoolExecutor(1, get_context("spawn"), end_with_parent)
print(pool.submit(os.getpid).result(), flush=True)
time.sleep(600)
"""


def test_a_process_ends_with_the_one_that_was_killed():
    parent = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True)
    with parent:
        child = int(parent.stdout.readline())
        assert runs(child)
        parent.kill()
    for _wait in range(600):
        if not runs(child):
            return
        time.sleep(0.1)
    raise AssertionError("it still waits for work")


def runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
