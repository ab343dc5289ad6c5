"""What kind of sample a figure rests on, and whether its outcome is official."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Evidence(StrEnum):
    """How those who answered came to be asked.

    PROBABILITY    drawn by the platform, each with a known chance
    VERIFIED       whoever chose to answer, but each person once: they signed in for a blind token
    SELF_SELECTED  open links, posters, imported ratings: whoever chose to answer
    SUPPLIED       weights brought by a file, made elsewhere
    """

    PROBABILITY = "PROBABILITY"
    VERIFIED = "VERIFIED"
    SELF_SELECTED = "SELF_SELECTED"
    SUPPLIED = "SUPPLIED"


OFFICIAL = frozenset({Evidence.PROBABILITY})
"""What gives an official outcome unless a wave declared otherwise before it opened."""


def evidence_of(*, drawn: int, others: int, verified: int = 0, supplied: bool = False) -> Evidence:
    """The evidence of a figure from so many drawn, verified and other answers. One open answer
    among drawn ones makes it self-selected: a figure is as good as the worst of what it counts."""
    if supplied:
        return Evidence.SUPPLIED
    if others or not (drawn or verified):
        return Evidence.SELF_SELECTED
    return Evidence.VERIFIED if verified else Evidence.PROBABILITY


def is_official(evidence: Evidence, accepted: Collection[Evidence] = OFFICIAL) -> bool:
    """Whether an outcome on this evidence is an official one; `accepted` as the wave declared."""
    return evidence in accepted
