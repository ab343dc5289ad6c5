"""What an agency's comments are about, against those of all other agencies of the wave."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from analytics.estimation.comparison import newcombe_interval
from analytics.estimation.values import Interval
from responses.models import Comment, Topic
from surveys.models import Wave

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


def topics_of(listed: QuerySet[Comment], wave: Wave, agencies: set[int]) -> list[About]:
    """By the number of comments, most first; no comment is listed here that the page does not."""
    listed = listed.order_by()
    total = listed.count()
    here = _by_topic(listed.values_list("topics").annotate(n=Count("pk")))
    everywhere, all_of_wave = _of_wave(wave)
    own, own_total = _counted(Q(wave=wave, agency__in=agencies))
    others = all_of_wave - own_total
    found = []
    for topic in Topic.objects.filter(pk__in=here):
        number, rest = here[topic.pk], everywhere.get(topic.pk, 0) - own.get(topic.pk, 0)
        about = About(topic, number, 100 * number / total)
        if min(total, others) >= FEWEST_COMMENTS and 0 <= rest <= others:
            p = newcombe_interval(number, total, rest, others)
            more = Interval(100 * p.low, 100 * p.high, p.level, p.method)
            about = replace(about, rest=100 * rest / others, more=more)
        found.append(about)
    return sorted(found, key=lambda about: (-about.number, about.topic.position))


ByTopic = dict[int, int]


def _by_topic(rows: QuerySet[Comment, tuple[int | None, int]]) -> ByTopic:
    return {topic: number for topic, number in rows if topic is not None}


def _of_wave(wave: Wave) -> tuple[ByTopic, int]:
    """Counting all comments of a wave takes a while where there are a million."""
    name = f"topics:{wave.pk}"
    found: tuple[ByTopic, int] | None = cache.get(name)
    if found is None:
        found = _counted(Q(wave=wave))
        cache.set(name, found, COUNTED_AGAIN_AFTER)
    return found


def _counted(which: Q) -> tuple[ByTopic, int]:
    comments = Comment.objects.filter(which).order_by()
    by_topic = comments.values_list("topics").annotate(n=Count("pk"))
    return _by_topic(by_topic), comments.count()
