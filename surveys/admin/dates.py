"""Dates as columns and read-only fields of the survey office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from surveys.dates import written


def in_words(name: str, label: Any) -> Any:
    """A column or read-only field that shows the date or time called `name`."""

    @admin.display(description=label, ordering=name)
    def show(record: Any) -> str:
        return written(getattr(record, name))

    show.__name__ = f"{name}_in_words"
    return show
