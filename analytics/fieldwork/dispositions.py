"""What became of those who were drawn: counted by place, never by person, and put into the rates of
the AAPOR.

Each drawn citizen counts once, in the terms of the AAPOR for named persons asked by Internet:

complete, partial  ballots that were used; complete where every required question is answered
refused            asked to be left alone, and are not among those who answered as far as counts
                   can tell: nobody knows which of them had answered before
not reached        the invitation arrived, and nothing came back
unknown            could not be delivered, or was not sent

Agencies report each encounter as having happened, so that all who were drawn are eligible: e = 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Count, Sum

from analytics.domain import Domain
from analytics.domains.partitions import Partition, Place, Registry
from analytics.domains.suppression import suppress
from analytics.estimation import response_rates as aapor
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.official import Edition
from analytics.estimation.response_rates import Dispositions
from analytics.fieldwork.reach import frame_by_place, reach_by_place, weighted_reach
from analytics.models import Computation
from surveys.access import Visitor, may_see_every_agency, visible_agencies
from surveys.models import Ballot, DrawCell, Invitation, Wave

State = Invitation.State

RATES: dict[str, Callable[[Dispositions], float | None]] = {
    "RR1": aapor.rr1,
    "RR2": aapor.rr2,
    "RR3": aapor.rr3,
    "RR4": aapor.rr4,
    "COOP1": aapor.coop1,
    "COOP2": aapor.coop2,
    "COOP3": aapor.coop3,
    "COOP4": aapor.coop4,
    "REF1": aapor.ref1,
    "REF2": aapor.ref2,
    "REF3": aapor.ref3,
    "CON1": aapor.con1,
    "CON2": aapor.con2,
    "CON3": aapor.con3,
}
NEED_COMPLETE = {"RR1", "RR3", "COOP1", "COOP3"}


@dataclass(frozen=True)
class Fieldwork:
    """Counts of those drawn. `complete` is counted when the wave has closed, None before."""

    drawn: int = 0
    answered: int = 0
    refused: int = 0
    undelivered: int = 0
    unsent: int = 0
    complete: int | None = None

    def __add__(self, other: Fieldwork) -> Fieldwork:
        unknown = self.complete is None or other.complete is None
        return Fieldwork(
            drawn=self.drawn + other.drawn,
            answered=self.answered + other.answered,
            refused=self.refused + other.refused,
            undelivered=self.undelivered + other.undelivered,
            unsent=self.unsent + other.unsent,
            complete=None if unknown else (self.complete or 0) + (other.complete or 0),
        )

    def dispositions(self) -> Dispositions:
        silent = self.drawn - self.answered
        undelivered = min(self.undelivered, silent)
        unsent = min(self.unsent, silent - undelivered)
        refused = min(self.refused, silent - undelivered - unsent)
        complete = min(self.complete or 0, self.answered)
        return Dispositions(
            complete=complete,
            partial=self.answered - complete,
            refused=refused,
            not_reached=silent - undelivered - unsent - refused,
            unknown_whether_reached=unsent,
            unknown_other=undelivered,
        )

    @property
    def rates(self) -> dict[str, float | None]:
        """Each rate by its name; None where it has no cases, or needs what is not counted yet."""
        dispositions = self.dispositions()
        return {
            name: None if name in NEED_COMPLETE and self.complete is None else rate(dispositions)
            for name, rate in RATES.items()
        }

    @property
    def responses(self) -> float | None:
        """RR2: whoever gave the overall rating counts, as in the scores."""
        return aapor.rr2(self.dispositions())


NOBODY = Fieldwork(complete=0)
KEPT_FOR = 24 * 60 * 60
"""Seconds for which it is remembered which groups are suppressed."""


def by_place(
    wave: Wave, services: Collection[int] | None = None, stored: Computation | None = None
) -> dict[Place, Fieldwork]:
    """The counts of each service and channel of which somebody was drawn; of these services alone
    where they are given."""
    counted = counted_by(wave, ("service_id", "channel_id"), services, stored)
    return {(service, channel): counts for (service, channel), counts in counted.items()}


def counted_by(
    wave: Wave,
    columns: Sequence[str],
    services: Collection[int] | None = None,
    stored: Computation | None = None,
    drawn: Mapping[tuple[int, ...], tuple[int, int]] | None = None,
) -> dict[tuple[int, ...], Fieldwork]:
    """The counts by some of the columns `service_id` and `channel_id`, added up over the rest.
    `stored`, `drawn`: the wave's computation, and how many were drawn and have answered, where
    that has just been read."""
    within = {} if services is None else {"service_id__in": services}
    if drawn is None:
        cells = DrawCell.objects.filter(draw__wave=wave, **within).order_by()
        summed = cells.values_list(*columns).annotate(Sum("drawn"), Sum("answered"))
        drawn = {tuple(row[:-2]): row[-2:] for row in summed}
    if not drawn:
        return {}
    of_cell = [f"cell__{column}" for column in columns]
    within = {f"cell__{column}": wanted for column, wanted in within.items()}
    left: Counter[tuple[int, ...]] = Counter()
    if wave.state == Wave.State.OPEN:
        ballots = Ballot.objects.filter(cell__draw__wave=wave, **within).order_by()
        for *key, number in ballots.values_list(*of_cell).annotate(Count("pk")):
            left[tuple(key)] = number
    states: Counter[tuple[tuple[int, ...], str]] = Counter()
    invitations = Invitation.objects.filter(cell__draw__wave=wave, **within).order_by()
    for *key, state, number in invitations.values_list(*of_cell, "state").annotate(Count("pk")):
        states[tuple(key), state] = number
    complete = _complete(wave, columns, stored)
    return {
        key: Fieldwork(
            drawn=number,
            answered=number - left[key] if wave.state == Wave.State.OPEN else answered,
            refused=states[key, State.REFUSED],
            undelivered=states[key, State.FAILED],
            unsent=states[key, State.WAITING],
            complete=None if complete is None else complete[key],
        )
        for key, (number, answered) in drawn.items()
    }


def _complete(
    wave: Wave, columns: Sequence[str], stored: Computation | None
) -> Counter[tuple[int, ...]] | None:
    if wave.state == Wave.State.OPEN:
        return None
    stored = stored or Computation.objects.only("complete").filter(wave=wave).first()
    if stored is None or stored.complete is None:
        return None
    complete: Counter[tuple[int, ...]] = Counter()
    for service, channel, number in stored.complete:
        place = {"service_id": service, "channel_id": channel}
        complete[tuple(place[column] for column in columns)] += number
    return complete


def total(parts: Iterable[Fieldwork]) -> Fieldwork:
    return sum(parts, NOBODY)


def final_response_rates(
    wave: Wave, partition: Partition, places: Sequence[Place]
) -> list[float | None]:
    """RR2 of each domain; None where nobody was drawn, or while the wave is open."""
    known = {} if wave.state == Wave.State.OPEN else by_place(wave)
    parts: dict[int, list[Fieldwork]] = {}
    for place, label in zip(places, partition.label, strict=True):
        if label != NOWHERE and place in known:
            parts.setdefault(int(label), []).append(known[place])
    return [
        total(parts[k]).responses if k in parts else None for k in range(len(partition.domains))
    ]


@dataclass(frozen=True)
class Group:
    """The counts of one domain. `withheld`: they would tell of single people. `reach`: the share
    of encounters with a usable contact."""

    domain: Domain
    counts: Fieldwork
    reach: float | None = None
    withheld: bool = False

    def without_numbers(self) -> Group:
        return Group(self.domain, NOBODY, withheld=True)


def groups(wave: Wave, registry: Registry | None = None) -> Iterator[Group]:
    """The counts of every domain in which somebody was drawn, from the nation down."""
    registry, known = registry or Registry(), by_place(wave)
    places = sorted(known)
    if not places:
        return
    reached, frame = reach_by_place(wave), frame_by_place(wave)
    found: list[Group] = []
    for partition in registry.partitions(places):
        members: dict[int, list[Place]] = {}
        for place, label in zip(places, partition.label, strict=True):
            if label != NOWHERE:
                members.setdefault(int(label), []).append(place)
        found += [
            Group(
                partition.domains[k],
                total(known[place] for place in those),
                weighted_reach(those, reached, frame),
            )
            for k, those in members.items()
        ]
    # As with scores: fewer than ten drawn, and whatever gives them away.
    drawn = {group.domain: group.counts.drawn for group in found}
    hidden = _suppressed(drawn, registry, Edition(wave.declared_method().edition))
    for group in found:
        yield replace(group, withheld=group.domain in hidden)


def _suppressed(drawn: dict[Domain, int], registry: Registry, edition: Edition) -> set[Domain]:
    """Found once for a table of those drawn, which changes with a draw alone: the search takes
    seconds in a large wave, and every page asks."""
    parents = registry.parents()
    table = sorted((str(domain), number) for domain, number in drawn.items())
    key = sha256(repr((edition, table, sorted(parents.items()))).encode()).hexdigest()
    known: set[Domain] | None = cache.get(key)
    if known is None:
        known = suppress(drawn, parents, edition=edition)
        cache.set(key, known, KEPT_FOR)
    return known


def groups_for(user: Visitor, wave: Wave, registry: Registry | None = None) -> Iterator[Group]:
    """What a visitor may see: the survey office everything, an agency its own, everybody what has
    been published. Small groups are there without their numbers, for all but the office."""
    yield from as_seen_by(user, wave, list(groups(wave, registry)))


def as_seen_by(user: Visitor, wave: Wave, found: Sequence[Group]) -> Iterator[Group]:
    if not found or may_see_every_agency(user):
        yield from (replace(group, withheld=False) for group in found)
        return
    published = wave.state == Wave.State.PUBLISHED
    own = set() if published else set(visible_agencies(user).values_list("pk", flat=True))
    for group in found:
        if published or group.domain.agency in own:
            yield group.without_numbers() if group.withheld else group
