"""Everything sealed, sealed again under the newest of the CONTACT_KEYS."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models, transaction

from surveys.models import Contact, Draw, Encounter, TokenKey, WaveKey
from surveys.sampling.sealing import reseal

SEALED: list[tuple[type[models.Model], str]] = [
    (WaveKey, "sealed"),
    (TokenKey, "sealed"),
    (Draw, "sealed_secret"),
    (Encounter, "contact"),
    (Contact, "sealed"),
]
CHUNK = 2_000


def rotate_keys() -> dict[str, int]:
    """How many records of each model were sealed again. Older keys may be dropped afterwards.
    Raise UnsealError for what none of the keys opens."""
    return {model.__name__: sum(_rotate(model, field)) for model, field in SEALED}


def _rotate(model: type[models.Model], field: str) -> Iterator[int]:
    """Chunk by chunk in the order of the primary key, so that it may be cut short and run again."""
    last = None
    while True:
        with transaction.atomic():
            records = model._default_manager.exclude(**{field: None}).order_by("pk")
            if last is not None:
                records = records.filter(pk__gt=last)
            chunk = list(records.select_for_update()[:CHUNK])
            for record in chunk:
                setattr(record, field, reseal(getattr(record, field)))
            model._default_manager.bulk_update(chunk, [field])
        if not chunk:
            return
        last = chunk[-1].pk
        yield len(chunk)
