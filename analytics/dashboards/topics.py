"""What an agency's comments are about, against those of all other agencies of the wave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Q

from analytics.dashboards.comments import Cells, cells_of, large_among, over
from analytics.estimation.comparison import newcombe_interval
from analytics.estimation.values import Interval
from responses.models import Comment, Topic
from surveys.models import Agency, Wave

T = TypeVar("T")
FEWEST_COMMENTS = 30
"""Of the agency, and of the rest, before shares are compared: and never fewer than are listed."""
COUNTED_AGAIN_AFTER = 600


@dataclass(frozen=True)
class About:
    """How many of the agency's comments are about a topic, and how its share differs."""

    topic: Topic
    number: int
    percent: float
    rest: float | None = None
    more: Interval | None = None
    """By how many percentage points more than at the others."""

    @property
    def stands_out(self) -> bool:
        """More often than chance would have it."""
        return self.more is not None and self.more.low > 0


def topics_of(
    wave: Wave, agencies: set[int], cells: Cells, *, at_once: bool = False
) -> list[About]:
    """By the number of comments, most first; no comment is counted as listed that the page does not
    list. Of several agencies together the counts are those of the last minutes."""
    everywhere = _of_wave(wave, at_once)
    if len(agencies) == 1:
        rows = _counted(wave, agencies, cells, at_once)
        own, here = _together(rows), _together(rows, large_among(cells))
    else:
        name = f"topics-of:{wave.pk}:{at_once}:{hash(frozenset(agencies))}"
        own, here = _kept(name, lambda: _among_all(wave, cells, at_once))
    total, others = here.pop(ALL, 0), everywhere[ALL] - own[ALL]
    found = []
    for topic in Topic.objects.filter(pk__in=here):
        number, rest = min(here[topic.pk], total), everywhere[topic.pk] - own[topic.pk]
        about = About(topic, number, 100 * number / total)
        if min(total, others) >= FEWEST_COMMENTS and 0 <= rest <= others:
            p = newcombe_interval(number, total, rest, others)
            more = Interval(100 * p.low, 100 * p.high, p.level, p.method)
            about = replace(about, rest=100 * rest / others, more=more)
        found.append(about)
    return sorted(found, key=lambda about: (-about.number, about.topic.position))


ALL = 0
"""Stands for all comments, whatever they are about."""

ByTopic = Counter[int]
Rows = list[tuple[int, int, int, int]]
"""Service, channel, topic, number of comments."""


def _together(rows: Rows, cells: Container[tuple[int, int]] | None = None) -> ByTopic:
    """Those of some cells added up, or all."""
    whole: ByTopic = Counter()
    for service, channel, topic, number in rows:
        if cells is None or (service, channel) in cells:
            whole[topic] += number
    return whole


def _among_all(wave: Wave, cells: Cells, at_once: bool) -> tuple[ByTopic, ByTopic]:
    """Of all these cells, and of those that are large enough to be listed."""
    rows = _rows_of_wave(wave, at_once)
    return _together(rows, cells), _together(rows, large_among(cells))


def _of_wave(wave: Wave, at_once: bool) -> ByTopic:
    name = f"topics:{wave.pk}:{at_once}"
    return _kept(name, lambda: _together(_rows_of_wave(wave, at_once)))


def _rows_of_wave(wave: Wave, at_once: bool) -> Rows:
    """Counting all comments of a wave takes seconds where there are a million."""
    name = f"topics-by-cell:{wave.pk}:{at_once}"
    return _kept(name, lambda: _counted_everywhere(wave, at_once))


def _counted_everywhere(wave: Wave, at_once: bool) -> Rows:
    agencies = set(Agency.objects.values_list("pk", flat=True))
    return _counted(wave, agencies, cells_of(wave, agencies), at_once)


def _kept(name: str, count: Callable[[], T]) -> T:
    found: T | None = cache.get(name)
    if found is None:
        found = count()
        cache.set(name, found, COUNTED_AGAIN_AFTER)
    return found


def _counted(wave: Wave, agencies: set[int], cells: Cells, at_once: bool) -> Rows:
    """Of what may be read by today, or `at_once`; also in cells that are too small to be listed."""
    due = Q() if at_once else over(wave, cells)
    comments = Comment.objects.filter(due, wave=wave, agency__in=agencies).order_by()
    places = comments.values_list("service_id", "channel_id")
    rows = [(service, channel, ALL, n) for service, channel, n in places.annotate(n=Count("pk"))]
    about = comments.values_list("service_id", "channel_id", "topics").annotate(n=Count("pk"))
    return rows + [row for row in about if row[2] is not None]
