"""Addresses of pages that citizens are led to: how each is written is looked up once, which takes
longer than to find what stands on the page."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

_SAFE = "/~:@!$&'()*+,;="  # as reverse() leaves them (RFC 3986)


def address_of(name: str, *args: str | int) -> str:
    """What `reverse` gives, but not asked again whether the arguments fit."""
    kinds = tuple(isinstance(arg, int) for arg in args)
    return quote(_pattern(name, kinds, get_script_prefix()) % args, safe=_SAFE)


@lru_cache(maxsize=200)
def _pattern(name: str, numbers: tuple[bool, ...], _prefix: str) -> str:
    """With `%s` for each argument, of which these are numbers."""
    marks = [10**9 + k if number else f"mark-{k}" for k, number in enumerate(numbers)]
    written = reverse(name, args=marks).replace("%", "%%")
    for mark in marks:
        written = written.replace(str(mark), "%s")
    return written
