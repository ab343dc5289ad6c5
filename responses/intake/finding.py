"""One response, by its receipt."""

from __future__ import annotations

import json
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from responses.models import Response
from surveys.prepared import first_row_or_again

_COLUMNS = [field.attname for field in Response._meta.concrete_fields]
_ANSWERS = _COLUMNS.index("answers")
_STATEMENT = f"SELECT {', '.join(_COLUMNS)} FROM {Response._meta.db_table} WHERE receipt = %s"  # noqa: S608


def with_receipt(receipt: str) -> Response | None:
    """Each page of a citizen's begins with it, and the ORM takes longer to write the statement than
    PostgreSQL to answer it."""
    if connection.vendor != "postgresql":
        return Response.objects.filter(receipt=receipt).first()
    row = first_row_or_again(_STATEMENT, [receipt])
    return _response(row) if row else None


def _response(row: tuple[Any, ...]) -> Response:
    values = list(row)
    values[_ANSWERS] = json.loads(values[_ANSWERS])
    return Response.from_db(DEFAULT_DB_ALIAS, _COLUMNS, values)
