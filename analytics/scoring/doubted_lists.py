"""Whether a figure rests on a list of encounters that does not fit what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.domain import Domain
from analytics.domains.partitions import Place, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.evidence import Evidence
from analytics.estimation.verdict import Flag
from analytics.fieldwork.listed import Finding, listed_places
from analytics.models import Score
from surveys.models import Wave

ENOUGH = 0.05
"""Of a domain's encounters: less moves its share by less than a point, whatever the list is."""


def flag_doubted_lists(
    wave: Wave,
    findings: Sequence[Finding],
    scores: Sequence[Score],
    frame: Mapping[Place, int],
    registry: Registry,
) -> None:
    """Flag the figures that answers from such lists move."""
    doubted = {finding.place for finding in findings}
    if not doubted:
        return
    listed = listed_places(wave)
    doubted = {place for place in doubted & listed.keys() if listed[place].answered}
    domains = _resting_on(doubted, frame, registry)
    for score in scores:
        if score.domain in domains and score.evidence != Evidence.SUPPLIED:
            score.flags = sorted({*score.flags, Flag.LIST_DOUBTED})


def _resting_on(doubted: set[Place], frame: Mapping[Place, int], registry: Registry) -> set[Domain]:
    places = sorted(frame)
    encounters = np.array([frame[place] for place in places], dtype=np.float64)
    in_doubt = np.where([place in doubted for place in places], encounters, 0.0)
    found = set()
    for partition in registry.partitions(places):
        inside, size = partition.label != NOWHERE, len(partition.domains)
        label = partition.label[inside]
        whole = np.bincount(label, encounters[inside], size)
        part = np.bincount(label, in_doubt[inside], size)
        resting = (part > 0) & (part >= ENOUGH * whole)
        found |= {partition.domains[k] for k in np.flatnonzero(resting)}
    return found
