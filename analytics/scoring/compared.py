"""Agencies side by side: at one mix of channels, and how much more they differ than chance lets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from analytics.estimation.funnel import overdispersion
from analytics.estimation.standardisation import standardise
from analytics.estimation.values import Estimate, Interval
from analytics.models import Score
from analytics.scoring.changes import as_estimate
from analytics.scoring.lists import rule_of


@dataclass(frozen=True)
class AtCommonMix:
    """One agency's share if its channels had the nation's mix; `covered`: the part of that mix
    in channels that the agency has figures of."""

    agency: int
    value: float
    interval: Interval
    covered: float


def at_common_mix(channels: Sequence[Score], nation: Sequence[Score]) -> list[AtCommonMix]:
    """The agencies' shares at the mix of the nation's encounters. `channels`: of each agency its
    channels; both without suppressed figures."""
    mix: dict[Hashable, float] = {
        score.channel_id: float(score.population) for score in nation if score.population
    }
    of_agency: dict[int, dict[Hashable, Estimate]] = defaultdict(dict)
    for score in channels:
        if score.agency_id is not None and score.channel_id in mix:
            of_agency[score.agency_id][score.channel_id] = as_estimate(score)
    if not of_agency:
        return []
    agencies = list(of_agency)
    found = [standardise(of_agency[agency], mix) for agency in agencies]
    intervals = rule_of(channels).intervals([each.estimate for each in found])
    return [
        AtCommonMix(agency, each.estimate.value, interval, each.covered)
        for agency, each, interval in zip(agencies, found, intervals, strict=True)
        if each.estimate.value is not None
    ]


def spread_beyond_chance(agencies: Sequence[Score], benchmark: float) -> float:
    """How many times the variance among agencies is that of chance [Spiegelhalter 2005]."""
    return overdispersion([as_estimate(score) for score in agencies], benchmark)
