"""The same answers at every cut of the scale, so that nobody is fooled by the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Cut:
    words: str
    share: float


@dataclass(frozen=True)
class Elsewhere:
    """What another programme reports of its country's administrative services."""

    words: str
    share: float


def cuts(distribution: Sequence[int]) -> list[Cut]:
    """Shares of the answers as counted; none where there is no distribution to show."""
    n = sum(distribution)
    if len(distribution) != 5 or not n:
        return []
    mean = sum(rating * count for rating, count in enumerate(distribution, 1)) / n
    return [
        Cut(_("rated 3 or better"), sum(distribution[2:]) / n),
        Cut(_("rated 4 or 5, as the target says"), sum(distribution[3:]) / n),
        Cut(_("rated 5"), distribution[4] / n),
        Cut(_("mean rating ÷ 5"), mean / 5),
    ]


def elsewhere() -> list[Elsewhere]:
    """Surveys that drew whom they asked, for a sense of what is usual."""
    return [
        Elsewhere(_("OECD countries on average, administrative services, 2025"), 0.68),
        Elsewhere(_("Australia, public services"), 0.72),
    ]
