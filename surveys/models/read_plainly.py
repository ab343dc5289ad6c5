from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class ReadPlainly(models.Model):
    """Rows that pages read by the hundred: filled in directly. Through the constructor Django takes
    four times as long, and the signals that it sends have no receiver."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are those of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        new = cls.__new__(cls)
        new.__dict__ = dict(zip(field_names, values, strict=True), _state=ModelState())
        new._state.adding, new._state.db = False, db
        return new
