"""Deleting responses with all that belongs to them, and reading nothing of it before.

The collector of the ORM reads what it deletes, to tell others of each record; nobody asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models.deletion import get_candidate_relations_to_delete

from responses.models import Response


@transaction.atomic
def delete_responses(them: models.QuerySet[Response]) -> int:
    """Returns how many there were. A statement for each kind of record; all of it or nothing."""
    for model, path in dependants(Response):
        _delete(model._base_manager.filter(**{f"{path}__in": them}))
    return _delete(them)


def dependants(model: type[models.Model], path: str = "") -> Iterator[tuple[Any, str]]:
    """Models whose records go with those of this one, the furthest first, and the path from each
    to it. Raise ProtectedError where records would have to be kept."""
    relations: Iterable[Any] = get_candidate_relations_to_delete(model._meta)
    for relation in relations:
        there = f"{relation.field.name}__{path}" if path else relation.field.name
        if relation.on_delete is not models.CASCADE:
            name = f"{relation.related_model.__name__}.{relation.field.name}"
            raise models.ProtectedError(name, set())
        yield from dependants(relation.related_model, there)
        yield relation.related_model, there


def _delete(records: Any) -> int:
    return int(records._raw_delete(DEFAULT_DB_ALIAS))
