"""How often something was tried lately: a code guessed, a key used.

Counted in the cache, which all processes share where it is Redis; what must outlast it, as the
PINs of a device, is counted in its row.
"""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache


def count(name: str, *, seconds: int) -> int:
    """Count an attempt before it is looked at, so that trying many at once gains nothing. Returns
    how many there were since the first, which is forgotten after so many seconds."""
    key = _key(name)
    for _again in range(2):
        try:
            return cache.incr(key)
        except ValueError:  # the first, or the first since
            cache.add(key, 0, seconds)
    return 1  # its time ended between the two


def counted(name: str) -> int:
    return int(cache.get(_key(name), 0))


def forget(name: str) -> None:
    cache.delete(_key(name))


def _key(name: str) -> str:
    """Names hold what strangers type: of any length, with any characters."""
    return f"attempts:{sha256(name.encode('utf-8', 'replace')).hexdigest()}"
