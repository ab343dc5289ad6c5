"""Statements of PostgreSQL's own that are sent for every answer: one transaction and one way to the
server and back each.

Planning takes longer than storing one response, so each is prepared once for a connection, which
Django's cursors cannot do; and psycopg's cursors take as long as the server, so libpq is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Given = ParamSpec("Given")
Done = TypeVar("Done")

_names: WeakKeyDictionary[psycopg.Connection, dict[str, bytes]] = WeakKeyDictionary()
"""Of what each connection has prepared."""


def first_row(statement: str, sent: Sequence[Any]) -> Any:
    """What the statement gives: its first row, or None. Each `%s` in it has its type beside it."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    with database.wrap_database_errors:
        return _first_row(database.connection, statement, [_as_text(value) for value in sent])


def _first_row(known: psycopg.Connection, statement: str, sent: list[Any]) -> Any:
    server = known.pgconn
    if not known.autocommit and server.transaction_status == TransactionStatus.IDLE:
        known.execute("SELECT")  # begins the transaction
    prepared = _names.setdefault(known, {})
    name = prepared.get(statement)
    if name is None:
        name = f"statement_{len(prepared)}".encode()
        _checked(server, server.prepare(name, _numbered(statement)))
        prepared[statement] = name
    result = _checked(server, server.exec_prepared(name, sent))
    if not result.ntuples:
        return None
    rows = Transformer(known)
    rows.set_pgresult(result)
    return rows.load_row(0, tuple)


def _numbered(statement: str) -> bytes:
    first, *others = statement.split("%s")
    numbers = count(1)
    return "".join([first, *(f"${next(numbers)}{other}" for other in others)]).encode()


def _as_text(value: Any) -> bytes | None:
    """As PostgreSQL reads a parameter."""
    if value is None:
        return None
    if isinstance(value, list):
        return f"{{{','.join(map(str, value))}}}".encode()  # of numbers
    text = str(value).encode()
    if b"\0" in text:
        raise psycopg.DataError("PostgreSQL keeps no text with a NUL")
    return text


def _checked(server: PGconn, result: PGresult) -> PGresult:
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if server.status == ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message())
    raise psycopg.errors.error_from_result(result)


def first_row_or_again(statement: str, sent: Sequence[Any]) -> Any:
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
