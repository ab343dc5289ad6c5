"""Whether those who were drawn answer quite otherwise than those who chose to answer.

Lists are the agency's, and so is where open links hang. Where both ask about the same services on
the same channels, two honest groups differ by how readily the satisfied of each answer: each by the
odds ratio Γ that the wave declares for those who do not, so both together by Γ². Beyond, one of the
two is not what it seems: made-up or chosen encounters, or open answers that somebody stuffed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.counting.bases import Basis, Bins, Counted
from analytics.domain import Domain
from analytics.domains.partitions import Place, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.evidence import Evidence
from analytics.estimation.odds import excess_over
from analytics.estimation.verdict import Flag
from analytics.models import Score
from surveys.models import Question

ENOUGH = 30
"""Answers of each kind."""
BEYOND_CHANCE = 2.326
"""Standard errors that one honest domain in a hundred is beyond where the odds differ by Γ²."""
SATISFIED = slice(3, None)


def flag_apart(
    counted: Counted, question: Question, scores: Sequence[Score], registry: Registry
) -> None:
    """Flag the figures of drawn citizens who are satisfied beyond that."""
    drawn = [
        score
        for score in scores
        if score.question == question.code and score.evidence == Evidence.PROBABILITY
    ]
    if drawn:
        apart = _apart(counted, question.code, registry)
        for score in drawn:
            if score.domain in apart:
                score.flags = sorted({*score.flags, Flag.APART})


Shares = Mapping[Place, tuple[int, int]]
"""Satisfied, and all, by place."""


def _apart(counted: Counted, code: str, registry: Registry) -> set[Domain]:
    drawn, others = (_shares(counted.on(basis).get(code)) for basis in (Basis.DRAWN, Basis.OPEN))
    places = sorted(drawn.keys() & others.keys())
    if not places:
        return set()
    first, second = (np.array([shares[p] for p in places]) for shares in (drawn, others))
    limit = counted.wave.declared_method().gamma ** 2
    excess, variance = excess_over(limit, first[:, 0], first[:, 1], second[:, 0], second[:, 1])
    found = set()
    for partition in registry.partitions(places):
        inside, size = partition.label != NOWHERE, len(partition.domains)
        label = partition.label[inside]
        of_drawn, of_others, more, spread = (
            np.bincount(label, each[inside], size)
            for each in (first[:, 1], second[:, 1], excess, variance)
        )
        beyond = more > BEYOND_CHANCE * np.sqrt(spread)
        enough = (of_drawn >= ENOUGH) & (of_others >= ENOUGH)
        found |= {partition.domains[k] for k in np.flatnonzero(beyond & enough)}
    return found


def _shares(bins: Bins | None) -> dict[Place, tuple[int, int]]:
    shares: dict[Place, tuple[int, int]] = {}
    for each, table in bins.histograms().items() if bins else ():
        satisfied, number = shares.get(each[:2], (0, 0))
        shares[each[:2]] = satisfied + sum(table[SATISFIED]), number + sum(table)
    return shares
