"""What citizens wrote about: how many comments are about each topic. Their words stay inside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from responses.models import Comment, Topic
from surveys.models import Wave

FEWEST = 10
"""Comments about a topic before their number is told."""


@dataclass(frozen=True)
class About:
    topic: Topic
    number: int
    share: float
    width: float
    """Of the most frequent topic, in per cent."""


@dataclass(frozen=True)
class Said:
    """`few`: topics with fewer comments than are told. `answered`: comments with a reply."""

    comments: int
    answered: int
    topics: list[About]
    few: int


def said(wave: Wave, agencies: Collection[int] | None) -> Said | None:
    """Of the nation, or of these agencies; None for fewer comments than are told."""
    which = Q(wave=wave) if agencies is None else Q(wave=wave, agency__in=agencies)
    comments = Comment.objects.filter(which).order_by()
    total = comments.count()
    if total < FEWEST:
        return None
    rows = comments.values_list("topics").annotate(n=Count("pk"))
    numbers = {topic: n for topic, n in rows if topic is not None}
    told = {topic: n for topic, n in numbers.items() if n >= FEWEST}
    most = max(told.values(), default=1)
    topics = sorted(Topic.objects.filter(pk__in=told), key=lambda t: (-told[t.pk], t.position))
    answered = comments.exclude(reply="").count()
    return Said(
        comments=total,
        answered=answered if answered >= FEWEST else 0,
        topics=[
            About(t, told[t.pk], told[t.pk] / total, round(100 * told[t.pk] / most, 1))
            for t in topics
        ],
        few=len(numbers) - len(told),
    )
