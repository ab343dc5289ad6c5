"""A database is restored from its base backup and its write-ahead log, to the end and to a moment
before: what is back, what is lost, and what is said of it (docs/operations.md)."""

import shutil
from pathlib import Path

import pytest

from benchmarks.servers import free_port
from tests.clusters import BINARIES, PREPARE, Platform, as_server, served

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not BINARIES, reason="needs PostgreSQL's server programs"),
]

MAKE = "from benchmarks.nation import make_nation; make_nation(1, 2)"
ANSWER = """
from analytics.counting import tally
from benchmarks.nation import make_answers
from surveys.models import Wave
wave = Wave.objects.get(code="MADE")
make_answers(wave, {up_to})
tally.fold(wave)
"""
RECEIPTS = """
from responses.models import Response
print(*Response.objects.order_by("pk").values_list("receipt", flat=True))
"""
DISPOSITIONS = """
from responses.models import Response
print(*Response.objects.order_by("pk").values_list("disposition", flat=True))
"""


def restore(base: Path, data: Path, archive: Path, until: str = "") -> tuple[str, ...]:
    """Put the base backup in a place of its own; returns the options that replay the archive."""
    as_server("cp", "-a", base, data)
    as_server("touch", data / "recovery.signal")
    target = (f"recovery_target_name={until}", "recovery_target_action=promote") if until else ()
    return (f"restore_command='cp {archive}/%f %p'", *target)


def test_restored_to_the_end_and_to_a_moment_before(folder, tmp_path):
    data, base, archive = folder / "data", folder / "base", folder / "archive"
    programs, port = BINARIES[-1], free_port()
    as_server(programs / "initdb", "-D", data, "-A", "trust", "-U", "survey", "-E", "UTF8")
    as_server("mkdir", archive)
    archiving = ("archive_mode=on", f"archive_command='cp %p {archive}/%f'", "fsync=off")
    with served(data, port, *archiving) as address:
        here = Platform(address, tmp_path / "var")
        psql = (programs / "psql", address.replace("postgres:", "postgresql:"), "-qAtc")
        here.do(PREPARE + MAKE + ANSWER.format(up_to=30))
        dump = address.replace("postgres:", "postgresql:")
        as_server(programs / "pg_basebackup", "-d", dump, "-D", base, "-X", "none", "-c", "fast")
        here.do(ANSWER.format(up_to=40))
        before = here.root()
        as_server(*psql, "SELECT pg_create_restore_point('noon')")
        receipts = here.do(RECEIPTS)
        here.manage("erase_response", receipts[7])
        here.do(ANSWER.format(up_to=45))
        last = here.root()
        all_receipts = here.do(RECEIPTS)
        as_server(*psql, "SELECT pg_switch_wal()")
    shutil.rmtree(data)

    options = restore(base, folder / "end", archive)
    with served(folder / "end", port, *options) as address:
        restored = Platform(address, tmp_path / "var")
        assert restored.do(RECEIPTS) == all_receipts
        assert restored.do(DISPOSITIONS)[7] == "erased"
        assert restored.root() == last
        assert restored.run("verify_log", "MADE", "--root", last).returncode == 0

    options = restore(base, folder / "noon", archive, "noon")
    with served(folder / "noon", port, *options) as address:
        restored = Platform(address, tmp_path / "var")
        assert restored.do(RECEIPTS) == receipts == all_receipts[:40]
        assert restored.root() == before
        # Somebody holds a later root: what is missing is said, whatever the database holds.
        said = restored.run("verify_log", "MADE", "--root", last)
        assert said.returncode != 0
        assert last.partition(":")[0] in said.stdout
        # What was erased since is back, until it is erased again.
        assert restored.do(DISPOSITIONS)[7] == "counted"
        restored.manage("erase_response", receipts[7])
        restored.do(ANSWER.format(up_to=40))
        assert restored.do(DISPOSITIONS)[7] == "erased"
        assert restored.run("verify_log", "MADE", "--root", before).returncode == 0
