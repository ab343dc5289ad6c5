"""A cache that is missed, not mourned: what counts attempts goes on while Redis is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class RedisOrMemory(RedisCache):
    """Redis for all processes; while it is away each process counts in its own memory, so that
    limits are looser by the number of processes, and nobody is turned away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.memory = LocMemCache("while-redis-is-away", params)


def _or_in_memory(name: str) -> Callable[..., Any]:
    through_redis = getattr(RedisCache, name)

    @wraps(through_redis)
    def method(self: RedisOrMemory, *args: Any, **kwargs: Any) -> Any:
        try:
            return through_redis(self, *args, **kwargs)
        except RedisError as error:
            log.warning("Redis is away (%s); this process remembers by itself.", error)
            return getattr(self.memory, name)(*args, **kwargs)

    return method


for _name in ("add", "get", "set", "touch", "delete", "incr", "has_key", "get_many", "set_many"):
    setattr(RedisOrMemory, _name, _or_in_memory(_name))
