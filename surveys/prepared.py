"""Statements of PostgreSQL's own that are sent for every answer: one transaction and one way to the
server and back each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

Given = ParamSpec("Given")
Done = TypeVar("Done")


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
    return again_where_lost(first_row, statement, sent)


def again_where_lost(
    action: Callable[Given, Done], *args: Given.args, **given: Given.kwargs
) -> Done:
    """Do what does no more when it is done twice; once more where the connection was lost."""
    known = connection.connection
    try:
        return action(*args, **given)
    except OperationalError:
        # A server that was started again has left us a dead connection, which Django has replaced
        # where it was in a transaction.
        same = connection.connection is known
        if connection.in_atomic_block or (same and connection.is_usable()):
            raise
        connection.close()
        return action(*args, **given)
