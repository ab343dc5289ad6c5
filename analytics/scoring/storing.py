"""The scores of a wave in their table: rows that say the same as before stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, Field, JSONField

from analytics.models import Score
from surveys.models import Wave
from surveys.rows import insert

FIELDS: list[Field[Any, Any]] = [f for f in Score._meta.concrete_fields if not f.primary_key]
NAMES = [field.attname for field in FIELDS]
KEY = ("level", "agency_id", "service_id", "channel_id", "question", "measure")

_key, _values = attrgetter(*KEY), attrgetter(*NAMES)


def replace_scores(wave: Wave, scores: Sequence[Score]) -> int:
    """Make these the stored scores of the wave, within the caller's transaction. Returns how many
    rows were written; a row that changes keeps its key."""
    stored = {
        tuple(row[1 + NAMES.index(name)] for name in KEY): row
        for row in Score.objects.filter(wave=wave).order_by().values_list("pk", *NAMES)
    }
    changed, new = [], []
    for score in scores:
        row = stored.pop(_key(score), None)
        if row is None:
            new.append(score)
        elif row[1:] != _values(score):
            changed.append((row[0], score))
    # What is left of `stored` says nothing any more.
    gone = [*(row[0] for row in stored.values()), *(pk for pk, _score in changed)]
    if gone:
        Score.objects.filter(pk__in=gone).delete()
    table, columns = Score._meta.db_table, [str(field.column) for field in FIELDS]
    prepare = [_prepared(field) for field in FIELDS]

    def as_db(score: Score) -> list[Any]:
        return [prepared(v) for prepared, v in zip(prepare, _values(score), strict=True)]

    insert(table, ["id", *columns], [[pk, *as_db(score)] for pk, score in changed])
    insert(table, columns, [as_db(score) for score in new])
    return len(changed) + len(new)


def _prepared(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """What makes a value of a field one that the database takes."""
    if isinstance(field, JSONField):
        return json.dumps
    if isinstance(field, CharField):
        return str
    if isinstance(field, DateField):
        return connection.ops.adapt_datefield_value
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
