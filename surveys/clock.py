"""The one clock. Tests set it; nothing else asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The time, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The date in Thailand."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The date in Thailand at that moment."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def noon_of(moment: datetime) -> datetime:
    """Noon in Thailand on the day of `moment`: the day, and no more."""
    return timezone.localtime(moment).replace(hour=12, minute=0, second=0, microsecond=0)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment`, an aware time."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
