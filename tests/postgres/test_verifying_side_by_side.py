"""Several processes go through a log, and all read the same moment of it."""

import signal
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from os import kill
from threading import Thread
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from responses.ledger import side_by_side, tiles, verification
from responses.ledger.findings import Checked, Fault
from responses.ledger.stretches import Stretch
from responses.ledger.verification import HIGHEST, LOWEST, How, verify
from tests.postgres.conftest import Elsewhere
from tests.responses.ledger import long_log, plainly
from tests.responses.ledger.tamperings import TAMPERINGS, removed

ONE, THREE = How(stretch=256), How(processes=3, stretch=256)
AT_ONCE = [
    *("added", "answers", "leaf of another", "leaf behind the end"),
    *("upper tile", "root", "history"),
]


@pytest.fixture
def log(wave, government):
    long_log.make(wave, government)
    return wave


def test_three_processes_say_what_one_says(log):
    assert not list(verify(log, alone := Checked(), how=ONE))
    assert not list(verify(log, beside := Checked(), how=THREE))
    assert alone == beside
    for name in AT_ONCE:
        TAMPERINGS[name]()
    removed([10, 350])
    found = list(verify(log, alone := Checked(), how=ONE))
    assert list(verify(log, beside := Checked(), how=THREE)) == found
    assert alone == beside
    assert Counter(found) == Counter(plainly.findings(log))
    assert {finding.fault for finding in found} == set(Fault)


def test_what_is_changed_meanwhile_is_not_of_the_moment(log):
    size = tiles.size_of(log)
    stretches = [Stretch(0, size, LOWEST, HIGHEST)]
    with verification._one_snapshot() as snapshot:
        Elsewhere(TAMPERINGS["answers"]).result()
        database = connection.settings_dict["NAME"]
        [part] = side_by_side.go_through(stretches, 1, database, snapshot, log.pk, size)
    assert not part.findings
    assert part.counted.leaves == size
    assert list(verify(log, how=ONE))


def test_a_process_that_is_ended_ends_it(log):
    ending = Thread(target=_end_one)
    ending.start()
    with pytest.raises(BrokenProcessPool):
        list(verify(log, how=THREE))
    ending.join()


def test_the_command_says_where_it_was_ended(log, monkeypatch):
    monkeypatch.setattr(verification, "STRETCH", 256)
    ending = Thread(target=_end_one)
    ending.start()
    with pytest.raises(CommandError, match="Stopped, 0 faults so far"):
        call_command("verify_log", "W1", "--processes", "2")
    ending.join()


def test_the_command_goes_side_by_side(log, monkeypatch, capsys):
    monkeypatch.setattr(verification, "STRETCH", 256)
    call_command("verify_log", "W1", "--processes", "2")
    assert f"{tiles.size_of(log):,} leaves" in capsys.readouterr().out


def _end_one():
    while not (running := active_children()):
        sleep(0.01)
    kill(running[0].pid, signal.SIGKILL)
