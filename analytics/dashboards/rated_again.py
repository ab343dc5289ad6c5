"""How those who rated again after a reply had rated before: counts that name nobody.

An agency that learned that somebody has rated again would learn when the reply was read.
So the counts are made of whole tens, in the order of days, until yesterday; of those who were
replied to, ten at least remain who are not in them. Of each citizen the first later day is taken,
so that nobody moves from one count to the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q

from analytics.dashboards.comments import FEWEST
from responses.models import Comment, LaterRating
from surveys import clock
from surveys.models import Wave

SATISFIED = 4
Group = tuple[int, bool]
"""An agency, and whether its citizens were satisfied before."""


@dataclass(frozen=True)
class Again:
    """People who were, or were not, satisfied at first; of them those who are now."""

    satisfied_before: bool
    people: int
    satisfied_after: int


def rated_again(wave: Wave, agencies: set[int]) -> list[Again]:
    """Of agencies each for itself, added up; nothing of groups that are too small."""
    room = _most_shown(wave, agencies)
    people: Counter[bool] = Counter()
    after: Counter[bool] = Counter()
    for group, satisfied in _in_tens(_first_later(wave, agencies), room):
        people[group[1]] += len(satisfied)
        after[group[1]] += sum(satisfied)
    return [
        Again(before, people[before], after[before]) for before in (False, True) if people[before]
    ]


def _most_shown(wave: Wave, agencies: set[int]) -> dict[Group, int]:
    """How many may be in a count at most: tens, and never nearly all who were replied to."""
    replied = Comment.objects.filter(wave=wave, agency__in=agencies).exclude(reply="")
    numbers = replied.values_list("agency").annotate(
        no=Count("pk", filter=Q(overall__lt=SATISFIED)),
        yes=Count("pk", filter=Q(overall__gte=SATISFIED)),
    )
    return {
        (agency, before): max(number - FEWEST, 0) // FEWEST * FEWEST
        for agency, no, yes in numbers
        for before, number in ((False, no), (True, yes))
    }


def _first_later(wave: Wave, agencies: set[int]) -> Iterator[tuple[Group, bool]]:
    ratings = LaterRating.objects.filter(
        comment__wave=wave, comment__agency__in=agencies, rated_on__lt=clock.today()
    ).order_by("rated_on", "pk")
    seen: set[int] = set()
    for comment, agency, before, after in ratings.values_list(
        "comment", "comment__agency", "comment__overall", "overall"
    ):
        if comment not in seen and before:
            seen.add(comment)
            yield (agency, before >= SATISFIED), after >= SATISFIED


def _in_tens(
    ratings: Iterator[tuple[Group, bool]], room: dict[Group, int]
) -> Iterator[tuple[Group, list[bool]]]:
    groups: dict[Group, list[bool]] = {}
    for group, satisfied in ratings:
        groups.setdefault(group, []).append(satisfied)
    for group, all_of_them in groups.items():
        shown = min(len(all_of_them) // FEWEST * FEWEST, room.get(group, 0))
        yield group, all_of_them[:shown]
