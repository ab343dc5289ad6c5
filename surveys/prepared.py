"""Statements of PostgreSQL's own that are sent for every answer: one transaction and one way to the
server and back each."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections


def first_row(statement: str, sent: list[Any]) -> Any:
    """What the statement gives: its first row, or None."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    # Planning takes longer than storing one response, so the statement is prepared once for each
    # connection, which Django's own cursors cannot do.
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        return cursor.execute(statement, sent, prepare=True).fetchone()


def first_row_or_again(statement: str, sent: list[Any]) -> Any:
    """The same of a statement that does no more when it is sent twice."""
    try:
        return first_row(statement, sent)
    except OperationalError:
        # A server that was started again has left us a dead connection.
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return first_row(statement, sent)
