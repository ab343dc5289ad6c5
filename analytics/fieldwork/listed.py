"""Whether the lists that citizens were drawn from are those of the encounters that there were.

A draw is as honest as its list. An agency that reports encounters which never were, or only those
of content citizens, has others drawn than it served. So each list is held against what is known
without it: the frame, or for an agency counted from its own log the frame of an earlier wave; the
contacts, of which many citizens have many; and how many of those drawn answer.

MORE   more encounters are listed than were counted, or than fit the days
FEW    fewer than half of those of the days since the log was open, or none: a chosen part
SHARED a quarter or more of the contacts stand on more than three encounters each: few people
EAGER  nearly all who were drawn have answered, or far more than of others on the same channels

What is none of them: made-up encounters that take the place of real ones, with a contact each, and
that answer no more often than citizens do (docs/screening.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from analytics.domains.partitions import Place, Registry
from analytics.estimation.multiplicity import holm
from analytics.estimation.two_shares import two_shares
from analytics.fieldwork.counted import Known, known_encounters
from analytics.fieldwork.drawn import DrawnCell, drawn_cells
from surveys.models import Wave

WHOLE, DAYS, PART, GROWN = 1.1, 1.5, 0.5, 2.0
"""So many times the frame, and its encounters of the days; at least this part of them; so many
times an earlier wave's."""
CHANCE = 4
"""Standard deviations of a count that are luck."""
FEW_CONTACTS, SHARE_OF_CONTACTS = 20, 0.25
ALL, DRAWN, AHEAD, FALSE_ALARM = 0.9, 30, 0.35, 0.01
"""Nearly all; from so many drawn on; so far ahead of others, with this chance of luck."""


class Kind(StrEnum):
    MORE = "MORE"
    FEW = "FEW"
    SHARED = "SHARED"
    EAGER = "EAGER"


@dataclass(frozen=True)
class Finding:
    """What of the list of a service and channel does not fit: `found` beside `expected`, which are
    encounters; contacts that are shared and all; answers and drawn."""

    place: Place
    kind: Kind
    found: int
    expected: int


@dataclass(frozen=True)
class Listed:
    """A service and channel, in all lists of a wave."""

    encounters: int
    reachable: int
    shared: int
    drawn: int
    answered: int


def list_findings(wave: Wave, registry: Registry | None = None) -> list[Finding]:
    """What of the wave's lists does not fit, place by place. Nothing of draws of which nobody
    counted shared contacts: they were made before lists were looked at."""
    listed = listed_places(wave)
    if not listed:
        return []
    registry = registry or Registry()
    known = known_encounters(wave, registry)
    eager = _eager(listed, registry, still_open=wave.state == Wave.State.OPEN)
    found = [
        finding
        for place, each in (_left_out(listed, known, registry) | listed).items()
        for finding in (*sizes(place, each, known.get(place)), *contacts(place, each))
    ]
    return sorted([*found, *eager], key=lambda each: (each.place, each.kind))


def _left_out(
    listed: Mapping[Place, Listed], known: Mapping[Place, Known], registry: Registry
) -> dict[Place, Listed]:
    """Places of which no list has an encounter, of agencies that list others: perhaps those of the
    content. That nobody was drawn there lowers coverage, which stands beside the figure."""
    owner = {place: registry.services[place[0]].agency_id for place in {*listed, *known}}
    listing = {owner[place] for place in listed}
    left_out = {place for place in known if owner[place] in listing} - listed.keys()
    return dict.fromkeys(left_out, Listed(0, 0, 0, 0, 0))


def listed_places(wave: Wave) -> dict[Place, Listed]:
    by_place: dict[Place, list[DrawnCell]] = defaultdict(list)
    for cell in drawn_cells(wave):
        by_place[cell.place].append(cell)
    return {
        place: Listed(
            encounters=sum(each.encounters for each in cells),
            reachable=sum(each.reachable for each in cells),
            shared=sum(each.shared or 0 for each in cells),
            drawn=sum(each.drawn for each in cells),
            answered=sum(each.answered for each in cells),
        )
        for place, cells in by_place.items()
        if all(each.shared is not None for each in cells)
    }


def sizes(place: Place, listed: Listed, known: Known | None) -> Iterator[Finding]:
    """MORE or FEW."""
    if known is None:
        return
    most = (
        min(_above(WHOLE * known.whole), _above(DAYS * known.until))
        if known.own
        else _above(GROWN * known.until)
    )
    if listed.encounters > most:
        yield Finding(place, Kind.MORE, listed.encounters, round(known.until))
    if listed.encounters < PART * known.since - CHANCE * sqrt(PART * known.since):
        yield Finding(place, Kind.FEW, listed.encounters, round(known.since))


def _above(number: float) -> float:
    return number + CHANCE * sqrt(number)


def contacts(place: Place, listed: Listed) -> Iterator[Finding]:
    """SHARED."""
    if listed.shared >= max(FEW_CONTACTS, SHARE_OF_CONTACTS * listed.reachable):
        yield Finding(place, Kind.SHARED, listed.shared, listed.reachable)


def _eager(
    listed: Mapping[Place, Listed], registry: Registry, *, still_open: bool
) -> list[Finding]:
    by_agency: dict[int, dict[Place, Listed]] = defaultdict(dict)
    for place, each in listed.items():
        by_agency[registry.services[place[0]].agency_id][place] = each
    ahead = set() if still_open else _ahead(by_agency)
    return [
        Finding(place, Kind.EAGER, each.answered, each.drawn)
        for agency, places in by_agency.items()
        for place, each in places.items()
        if agency in ahead or (each.drawn >= DRAWN and each.answered >= ALL * each.drawn)
    ]


def _ahead(by_agency: Mapping[int, Mapping[Place, Listed]]) -> set[int]:
    """Agencies of which far more answer than of all others on the same channels."""
    everybody = _by_channel([p for places in by_agency.values() for p in places.items()])
    compared = {}
    for agency, places in by_agency.items():
        own = _by_channel(list(places.items()))
        rest = [everybody[channel] - own[channel] for channel in own]
        compared[agency] = two_shares(
            [each.answered for each in own.values()],
            [each.drawn for each in own.values()],
            [each.answered for each in rest],
            [each.drawn for each in rest],
        )
    p_values = holm([each.p_value for each in compared.values()])
    return {
        agency
        for (agency, each), p in zip(compared.items(), p_values, strict=True)
        if each.difference is not None and each.difference >= AHEAD and p <= FALSE_ALARM
    }


@dataclass(frozen=True)
class _Asked:
    answered: int = 0
    drawn: int = 0

    def __add__(self, other: _Asked | Listed) -> _Asked:
        return _Asked(self.answered + other.answered, self.drawn + other.drawn)

    def __sub__(self, other: _Asked) -> _Asked:
        return _Asked(self.answered - other.answered, self.drawn - other.drawn)


def _by_channel(places: Sequence[tuple[Place, Listed]]) -> dict[int, _Asked]:
    summed: dict[int, _Asked] = {}
    for (_service, channel), each in places:
        summed[channel] = summed.get(channel, _Asked()) + each
    return summed
