"""Lookups of the registry, remembered by each process for a few seconds.

What this process changes through the models is seen by it at once; what another process changes,
or a bulk update, after at most `LIFETIME` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save

LIFETIME = 5.0
"""Seconds for which an answer may be out of date."""
LIMIT = 20_000
"""How many answers are held: senders may ask for codes that do not exist."""
PAGES_LIMIT = 1_000
"""How many pages: each takes some ten thousand bytes."""
TEXT_LIMIT = 200
"""No code is longer. Answers about longer texts are not held: many would fill the memory."""

Given = ParamSpec("Given")
Found = TypeVar("Found")


class _Memory:
    def __init__(self) -> None:
        self.answers: dict[Any, tuple[float, Any]] = {}
        self.generation = 0

    def forget(self) -> None:
        self.generation += 1
        self.answers.clear()

    def answer(self, question: Any, look_up: Callable[[], Found], limit: int) -> Found:
        now = time.monotonic()
        known = self.answers.get(question)
        if known and known[0] > now:
            return known[1]
        generation = self.generation
        found = look_up()
        if generation == self.generation:  # nothing has changed while it was looked up
            if len(self.answers) >= limit:
                self.answers.clear()
            self.answers[question] = (now + LIFETIME, found)
        return found


_memory = _Memory()
_pages = _Memory()


def forget(**_signal: Any) -> None:
    _memory.forget()
    _pages.forget()


def remembered_page(question: Any, make: Callable[[], Found]) -> Found:
    """What was made for this question, made again only after LIFETIME or a change. The question is
    hashable and holds nothing that a visitor can make up."""
    return _pages.answer(question, make, PAGES_LIMIT)


def remembered(lookup: Callable[Given, Found]) -> Callable[Given, Found]:
    """The lookup, asked again only after LIFETIME or a change. Its arguments must be hashable, and
    what it returns must not be changed by whoever gets it."""

    @wraps(lookup)
    def ask(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        if _has_long_text(*args, *kwargs.values()):
            return lookup(*args, **kwargs)
        question = (lookup, args, *kwargs.items())
        return _memory.answer(question, lambda: lookup(*args, **kwargs), LIMIT)

    return ask


def _has_long_text(*asked: object) -> bool:
    return any(isinstance(part, str) and len(part) > TEXT_LIMIT for part in asked)


def forget_when_changed(*changing: type[models.Model]) -> None:
    """Look everything up again once a record of these models is saved or deleted."""
    for model in changing:
        for signal in (post_save, post_delete):
            signal.connect(forget, sender=model, dispatch_uid=f"remembered.{model._meta.label}")
        for field in model._meta.local_many_to_many:
            m2m_changed.connect(
                forget,
                sender=field.remote_field.through,
                dispatch_uid=f"remembered.{model._meta.label}.{field.name}",
            )
