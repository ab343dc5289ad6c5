"""The scores of a wave in their table: rows that say the same as before stay as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, Field, JSONField

from analytics.domain import Domain
from analytics.models import Score
from surveys.models import Wave
from surveys.rows import insert, put_in_place

FIELDS: list[Field[Any, Any]] = [f for f in Score._meta.concrete_fields if not f.primary_key]
NAMES = [field.attname for field in FIELDS]
COLUMNS = [str(field.column) for field in FIELDS]
TABLE = Score._meta.db_table

_KEY = [
    *("level", "agency_id", "service_id", "channel_id", "service_point_id"),
    *("question", "measure"),
]
_key = itemgetter(*map(NAMES.index, _KEY))
_figures = itemgetter(*(k for k, name in enumerate(NAMES) if name not in ("wave_id", *_KEY)))
_values = itemgetter(*NAMES)
Row = tuple[Any, ...]


def replace_scores(wave: Wave, scores: Sequence[Score]) -> int:
    """Make these the stored scores of the wave, within the caller's transaction. Returns how many
    rows were written; a row that changes keeps its key."""
    stored = {_key(row[1:]): row for row in _stored(wave)}
    changed, new = [], []
    for row in _rows([_values(score.__dict__) for score in scores]):
        before = stored.pop(_key(row), None)
        if before is None:
            new.append(row)
        elif before[1:] != row and _says_else(before[1:], row):
            changed.append((*_figures(row), before[0]))
    if gone := [row[0] for row in stored.values()]:  # they say nothing any more
        Score.objects.filter(pk__in=gone).delete()
    if changed:
        put_in_place(TABLE, _figures(COLUMNS), changed)
    insert(TABLE, COLUMNS, new)
    return len(changed) + len(new)


def note_answers_since(wave: Wave, came: Mapping[Domain, int]) -> None:
    """Of the stored scores of the overall question only how many answers have come since."""
    places = ("level", "agency_id", "service_id", "channel_id", "service_point_id")
    stored = wave.scores.filter(is_overall=True).order_by()
    changed = [
        (now, key)
        for key, before, level, *place in stored.values_list("pk", "answers_since", *places)
        if (now := came.get(Domain(level, *place), 0)) != before
    ]
    put_in_place(TABLE, ["answers_since"], changed)


def _stored(wave: Wave) -> list[Row]:
    """The rows of the wave as the database gives them: Django's reading of them takes longer than
    all the rest."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(COLUMNS)} FROM {TABLE} WHERE wave_id = %s",  # noqa: S608
            [wave.pk],
        )
        found = cursor.fetchall()
    keys = [row[0] for row in found]
    dates = [field if isinstance(field, DateField) else None for field in FIELDS]
    return [
        (key, *row) for key, row in zip(keys, _rows([row[1:] for row in found], dates), strict=True)
    ]


def _rows(values: Sequence[Row], fields: Sequence[Field[Any, Any] | None] = FIELDS) -> list[Row]:
    """As the database takes them."""
    columns = zip(*values, strict=True) if values else ()
    return list(zip(*map(_column, columns, fields), strict=True))


def _column(values: Row, field: Field[Any, Any] | None) -> Iterable[Any]:
    if isinstance(field, JSONField):
        empty = json.dumps(field.get_default())
        return [
            (_listed(tuple(value)) if isinstance(value, list) else json.dumps(value))
            if value
            else empty
            for value in values
        ]
    if isinstance(field, CharField):
        return map(str, values)
    if isinstance(field, DateField) and any(values):
        return map(connection.ops.adapt_datefield_value, values)
    return values


@lru_cache(maxsize=10_000)
def _listed(items: Row) -> str:
    """Few lists of flags are many scores'."""
    return json.dumps(items)


def _says_else(before: Row, row: Row) -> bool:
    """Whatever the order in which PostgreSQL keeps the names in JSON."""
    return any(
        one != other and not (isinstance(field, JSONField) and json.loads(one) == json.loads(other))
        for one, other, field in zip(before, row, FIELDS, strict=True)
    )
