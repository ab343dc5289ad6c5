"""A real replica, which streams from its primary: who reads from it, and what is shown while it is
behind, while it is away, and while the primary is."""

import time
from contextlib import ExitStack

import pytest

from benchmarks.servers import free_port
from tests.clusters import BINARIES, PREPARE, Platform, as_server, served

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not BINARIES, reason="needs PostgreSQL's server programs"),
]

PATIENCE = 240  # seconds; each look is a start of the product, on a busy machine a long one
MAKE = """
from benchmarks.nation import make_nation
from surveys import clock
wave = make_nation(1, 2)
type(wave).objects.update(state="published", published_at=clock.now())
"""
RENAME = """
from surveys.models import Wave
Wave.objects.update(title_en="{}")
"""
SHOWN = """
from django.test import Client
client = Client(HTTP_HOST="localhost", {})
print(client.get("/api/v1/waves/").json()["results"][0]["title_en"])
"""

ADDRESSES = [
    *("/en/", "/en/waves/", "/en/waves/MADE/", "/en/waves/MADE/quality/", "/en/agency/A000/"),
    *("/en/draws/", "/en/scorecard/", "/en/scorecard/scorecard.json"),
    *("/api/v1/waves/MADE/scores/", "/api/v1/waves/MADE/changes/", "/api/v1/draws/"),
]
ANSWERED = f"""
from django.test import Client
client = Client(HTTP_HOST="localhost", raise_request_exception=False)
for path in {ADDRESSES}:
    print(client.get(path).status_code, path)
"""


def test_who_reads_from_it_and_what_is_shown_while_it_is_behind_or_away(folder, tmp_path):
    programs, ports = BINARIES[-1], (free_port(), free_port())
    as_server(
        programs / "initdb", "-D", folder / "one", "-A", "trust", "-U", "survey", "-E", "UTF8"
    )
    with ExitStack() as primary_runs:
        primary = primary_runs.enter_context(served(folder / "one", ports[0], "fsync=off"))
        alone = Platform(primary, tmp_path / "var")
        alone.do(PREPARE + MAKE)
        alone.manage("collectstatic", "--noinput", "--verbosity", "0")
        copy = (programs / "pg_basebackup", "-d", primary.replace("postgres:", "postgresql:"))
        as_server(*copy, "-D", folder / "two", "-R", "-X", "stream", "-c", "fast")
        address = f"postgres://survey@127.0.0.1:{ports[1]}/postgres"
        platform = Platform(primary, tmp_path / "var", REPLICA_URL=address)

        def shown(more: str = "") -> str:
            return " ".join(platform.do(SHOWN.format(more)))

        def comes_to_show(title: str) -> None:
            until = time.monotonic() + PATIENCE
            while shown() != title:
                assert time.monotonic() < until

        def on_replica(statement: str) -> None:
            as_server(
                programs / "psql", address.replace("postgres:", "postgresql:"), "-qAtc", statement
            )

        with served(folder / "two", ports[1], "fsync=off"):
            assert shown() == "Made"
            on_replica("SELECT pg_wal_replay_pause()")
            alone.do(RENAME.format("Renamed"))
            assert shown() == "Made"
            assert shown('HTTP_COOKIE="sessionid=x"') == "Renamed"
            on_replica("SELECT pg_wal_replay_resume()")
            comes_to_show("Renamed")
        alone.do(RENAME.format("Again"))
        assert shown() == "Again"
        with served(folder / "two", ports[1], "fsync=off"):
            comes_to_show("Again")
            before = platform.do(ANSWERED)
            primary_runs.close()
            assert shown() == "Again"
            assert platform.do(ANSWERED) == before
            assert before.count("200") >= len(ADDRESSES) - 2, before
