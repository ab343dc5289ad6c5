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
    rows were written."""
    stored = {
        tuple(row[1 + NAMES.index(name)] for name in KEY): row
        for row in Score.objects.filter(wave=wave).order_by().values_list("pk", *NAMES)
    }
    changed = [score for score in scores if stored.get(_key(score), ())[1:] != _values(score)]
    kept = {_key(score) for score in scores} - {_key(score) for score in changed}
    gone = [row[0] for key, row in stored.items() if key not in kept]
    if gone:
        dropped = Score.objects.filter(wave=wave)
        (dropped.filter(pk__in=gone) if kept else dropped).delete()
    prepare = [_prepared(field) for field in FIELDS]
    insert(
        Score._meta.db_table,
        [field.column for field in FIELDS],
        ([as_db(v) for as_db, v in zip(prepare, _values(s), strict=True)] for s in changed),
    )
    return len(changed)


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
