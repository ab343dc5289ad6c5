"""Statements of PostgreSQL's own that are sent for every answer: one transaction and one way to the
server and back each."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def first_row(statement: str, sent: list[Any]) -> Any:
    """What the statement gives: its first row, or None."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    # Planning takes longer than storing one response, so the statement is prepared once for each
    # connection, which Django's own cursors cannot do.
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        return cursor.execute(statement, sent, prepare=True).fetchone()
