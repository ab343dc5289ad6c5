"""A new version migrates while the one before answers: nothing is rewritten, or gone, under its
hands. A migration that squawk refuses goes in two versions, or says in `READ` why it may.
"""

import subprocess
import sys
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OURS = {"surveys", "responses", "analytics"}
SQUAWK = Path(sys.executable).with_name("squawk")
READ: dict[tuple[str, str], list[str]] = {
    # The index is small, and gone before a page notices.
    ("analytics", "0002_no_index_of_scores_by_service"): ["require-concurrent-index-deletion"],
}
"""Rules that a migration may break, because somebody has read it and says here why."""
STYLE = [
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "require-timeout-settings",
]


def since_the_tables() -> list[tuple[str, str]]:
    """The migrations that come to an installation that runs. Those that replace others made it."""
    migrations = MigrationLoader(connection).disk_migrations
    return [key for key, each in migrations.items() if key[0] in OURS and not each.replaces]


def refused(sql: str, read: list[str]) -> str:
    options = ["--pg-version", "15.0", "--exclude", ",".join([*STYLE, *read])]
    done = subprocess.run(
        [SQUAWK, *options], input=sql, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def test_no_migration_stops_those_who_answer():
    for app, name in since_the_tables():
        sql = StringIO()
        call_command("sqlmigrate", app, name, stdout=sql)
        found = refused(sql.getvalue(), READ.get((app, name), []))
        assert not found, f"{app} {name}: {found}"


def test_what_would_stop_them_is_refused():
    table = "ALTER TABLE responses_response "
    for change, rule in {
        table + "ADD COLUMN more integer NOT NULL": "adding-required-field",
        table + "DROP COLUMN receipt": "ban-drop-column",
        table + "RENAME COLUMN receipt TO code": "renaming-column",
        table + "ALTER COLUMN receipt TYPE text": "changing-column-type",
        table + "ADD CONSTRAINT small CHECK (overall < 6)": "constraint-missing-not-valid",
        "CREATE INDEX i ON responses_response (wave_id)": "require-concurrent-index-creation",
    }.items():
        assert rule in refused(f"BEGIN; {change}; COMMIT;", []), change
        assert not refused(f"BEGIN; {change}; COMMIT;", [rule]), change
