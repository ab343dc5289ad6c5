"""The migrations that made the tables stand for all that had led to them."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = ("surveys", "responses", "analytics")

pytestmark = pytest.mark.django_db


def replacing() -> dict[tuple[str, str], list[tuple[str, str]]]:
    migrations = MigrationLoader(connection).disk_migrations
    return {
        key: each.replaces for key, each in migrations.items() if each.replaces and key[0] in OURS
    }


def plan() -> set[tuple[str, str]]:
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {(migration.app_label, migration.name) for migration, _backwards in steps}


def forget() -> None:
    MigrationRecorder.Migration.objects.filter(app__in=OURS).delete()


def test_a_database_that_they_had_led_to_needs_nothing():
    forget()
    recorder = MigrationRecorder(connection)
    for names in replacing().values():
        for app, name in names:
            recorder.record_applied(app, name)
    assert not {key for key in plan() if key in replacing()}


def test_an_empty_one_needs_each_of_them():
    forget()
    assert plan() >= set(replacing())
    assert {app for app, _name in replacing()} == set(OURS)
