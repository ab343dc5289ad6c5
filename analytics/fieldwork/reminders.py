"""How many of those drawn had answered before each reminder, and after the last.

What was sent to whom is forgotten, and an answer does not lead back to an invitation. So this is
counted by draw: its invitations go out on few days, that of the most is taken for all, and
reminders follow so many days later as the installation has set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncDate

from responses.models import Response
from surveys.models import Invitation, Wave


@dataclass(frozen=True)
class Step:
    """`days`: from the invitation to this reminder, 0 for the invitation itself. `answers` came
    until the next one; `so_far` is the share of those invited who had answered by then."""

    days: int
    answers: int
    so_far: float


def steps(wave: Wave) -> list[Step]:
    """The invitation and each reminder; empty where nothing was sent."""
    sent = _sent(wave)
    invited = sum(sum(days.values()) for days in sent.values())
    if not invited:
        return []
    starts = [0, *settings.INVITATION_REMINDER_DAYS]
    came = [0] * len(starts)
    for number, day, answers in _answers(wave):
        if number in sent:
            ((first, _most),) = sent[number].most_common(1)
            passed = (day - first).days
            came[max(sum(passed >= start for start in starts) - 1, 0)] += answers
    so_far, found = 0, []
    for start, answers in zip(starts, came, strict=True):
        so_far += answers
        found.append(Step(start, answers, so_far / invited))
    return found


def _sent(wave: Wave) -> dict[int, Counter[date]]:
    """Of each draw how many invitations went out on which day."""
    rows = (
        Invitation.objects.filter(cell__draw__wave=wave, sent_on__isnull=False)
        .order_by()
        .values_list("cell__draw__number", "sent_on")
        .annotate(Count("pk"))
    )
    found: dict[int, Counter[date]] = {}
    for number, day, count in rows:
        found.setdefault(number, Counter())[day] = count
    return found


def _answers(wave: Wave) -> Iterator[tuple[int, date, int]]:
    rows = (
        Response.objects.filter(wave=wave, selection=Response.Selection.DRAWN)
        .order_by()
        .annotate(day=TruncDate("answered_at"))
        .values_list("draw", "day")
        .annotate(Count("pk"))
    )
    yield from rows
