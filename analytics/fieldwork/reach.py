"""Reach: of the encounters in the lists that were drawn from, how many came with a usable contact.

Agencies report each encounter and choose whom they ask for a contact, so that reach is theirs to
steer: contacts of nine in ten satisfied citizens and of every second other one make 91 % of a true
85 %. The encounters without a contact are reported and counted all the same; how many there are is
kept with each draw for good, so reach is known by service and channel, without any person.

Two findings make somebody look. DIFFERS: an agency's reach is not that of the others in the same
channels. FALLS: it is lower than in the draw before, place by place. Both are tests of two
proportions over strata; FALSE_ALARM is the chance of any finding in a wave, over all agencies and
draws together, where nothing but chance differs [Holm 1979]. A difference under RELEVANT is none,
however many encounters prove it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.db.models import Sum

from analytics.domains.partitions import Partition, Place, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.multiplicity import holm
from analytics.estimation.two_shares import TwoShares, two_shares
from surveys.models import DrawCell, FrameCell, Wave

FALSE_ALARM = 0.01
RELEVANT = 0.05

Stratum = TypeVar("Stratum")
Reached = tuple[int, int]
"""Encounters in the lists, and how many of them came with a usable contact."""


def reach_by_place(wave: Wave, services: Collection[int] | None = None) -> dict[Place, Reached]:
    """Of each service and channel in the lists of the wave's draws: the encounters reported, and
    how many of them with a usable contact; of these services alone where they are given."""
    within = {} if services is None else {"service__in": services}
    cells = DrawCell.objects.filter(draw__wave=wave, **within).order_by()
    summed = cells.values_list("service_id", "channel_id").annotate(
        Sum("encounters"), Sum("reachable")
    )
    return {(service, channel): (n, usable) for service, channel, n, usable in summed if n}


def weighted_reach(
    places: Iterable[Place], known: Mapping[Place, Reached], frame: Mapping[Place, int]
) -> float | None:
    """Σ N_h R_h / Σ N_h over the places that a list was drawn from, R_h the share with a contact
    and N_h the encounters of the frame, or of the list where the frame has none. None where no
    place was listed: that is coverage, not reach."""
    weights = {place: frame.get(place) or known[place][0] for place in places if place in known}
    if not weights:
        return None
    reached = sum(n * known[place][1] / known[place][0] for place, n in weights.items())
    return reached / sum(weights.values())


def frame_by_place(wave: Wave, services: Collection[int] | None = None) -> dict[Place, int]:
    """The encounters of the frame, by service and channel; of these services alone where they are
    given."""
    within = {} if services is None else {"service__in": services}
    cells = FrameCell.objects.filter(frame=wave.frame_id, **within).order_by()
    summed = cells.values_list("service_id", "channel_id").annotate(Sum("encounters"))
    return {(service, channel): n for service, channel, n in summed}


def reach_of_domains(
    wave: Wave, partition: Partition, places: Sequence[Place]
) -> list[float | None]:
    """The weighted reach of each domain of a partition of these places; None where nothing was
    listed."""
    known, frame = reach_by_place(wave), frame_by_place(wave)
    members: list[list[Place]] = [[] for _domain in partition.domains]
    for place, label in zip(places, partition.label, strict=True):
        if label != NOWHERE:
            members[int(label)].append(place)
    return [weighted_reach(those, known, frame) for those in members]


class Kind(StrEnum):
    """What stands out."""

    DIFFERS = "DIFFERS"
    FALLS = "FALLS"


@dataclass(frozen=True)
class Finding:
    """An agency whose reach stands out.

    kind        against whom: its peers in the same channels, or its own draw before
    difference  its share with a contact minus theirs, in the mean over channels or places
    p_value     after Holm's correction over all that were looked at
    draw        the number of the draw in which it fell; None for peers
    """

    agency: int
    kind: Kind
    difference: float
    p_value: float
    draw: int | None = None


def reach_findings(wave: Wave, registry: Registry | None = None) -> list[Finding]:
    """Which agencies reach other shares of their citizens than their peers, or fewer than in the
    draw before, the largest differences first."""
    registry = registry or Registry()
    draws = _by_draw(wave)
    looked_at = [*_against_peers(draws, registry), *_against_before(draws, registry)]
    found = [each for each in _corrected(looked_at) if _stands_out(each)]
    return sorted(found, key=lambda each: (-abs(each.difference), each.agency, each.kind))


def _stands_out(finding: Finding) -> bool:
    matters = -finding.difference if finding.kind == Kind.FALLS else abs(finding.difference)
    return finding.p_value <= FALSE_ALARM and matters >= RELEVANT


def _corrected(findings: Sequence[Finding]) -> list[Finding]:
    adjusted = holm([each.p_value for each in findings])
    return [
        Finding(each.agency, each.kind, each.difference, float(p), each.draw)
        for each, p in zip(findings, adjusted, strict=True)
    ]


_ByDraw = dict[int, dict[Place, Reached]]


def _by_draw(wave: Wave) -> _ByDraw:
    """By the number of the draw, in order."""
    draws: _ByDraw = defaultdict(dict)
    cells = DrawCell.objects.filter(draw__wave=wave).order_by("draw__number")
    for number, service, channel, n, usable in cells.values_list(
        "draw__number", "service_id", "channel_id", "encounters", "reachable"
    ):
        draws[number][service, channel] = (n, usable)
    return draws


def _against_peers(draws: _ByDraw, registry: Registry) -> list[Finding]:
    agencies: dict[int, dict[int, Reached]] = defaultdict(dict)
    everybody: dict[int, Reached] = {}
    for cells in draws.values():
        for (service, channel), reached in cells.items():
            own = agencies[registry.services[service].agency_id]
            own[channel] = _plus(own.get(channel), reached)
            everybody[channel] = _plus(everybody.get(channel), reached)
    found = []
    for agency, own in agencies.items():
        others = {channel: _minus(everybody[channel], own[channel]) for channel in own}
        compared = _compare(own, others)
        if compared.difference is not None:
            found.append(Finding(agency, Kind.DIFFERS, compared.difference, compared.p_value))
    return found


def _against_before(draws: _ByDraw, registry: Registry) -> list[Finding]:
    last: dict[int, dict[Place, Reached]] = {}
    found = []
    for number, cells in draws.items():
        of_agency: dict[int, dict[Place, Reached]] = defaultdict(dict)
        for place, reached in cells.items():
            of_agency[registry.services[place[0]].agency_id][place] = reached
        for agency, now in of_agency.items():
            compared = _compare(now, last.get(agency, {}))
            if compared.difference is not None:
                found.append(
                    Finding(agency, Kind.FALLS, compared.difference, compared.p_lower, number)
                )
        last |= of_agency
    return found


def _compare(first: Mapping[Stratum, Reached], second: Mapping[Stratum, Reached]) -> TwoShares:
    both = [stratum for stratum in first if stratum in second]
    return two_shares(
        [first[stratum][1] for stratum in both],
        [first[stratum][0] for stratum in both],
        [second[stratum][1] for stratum in both],
        [second[stratum][0] for stratum in both],
    )


def _plus(before: Reached | None, more: Reached) -> Reached:
    return more if before is None else (before[0] + more[0], before[1] + more[1])


def _minus(whole: Reached, part: Reached) -> Reached:
    return whole[0] - part[0], whole[1] - part[1]
