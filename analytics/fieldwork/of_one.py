"""The counts of one agency, or of the nation by channel, without going through those of all others.

Which groups are suppressed, the nation's reach and what stands out of it need all of them. They
rest on lists that a draw has closed, on the frame and on the tree of agencies, so they are found
once, with the scores, and kept as long as none of these changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import Count, F, Max, Sum

from analytics.domain import Domain, Level
from analytics.domains.partitions import Place, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.fieldwork.dispositions import (
    KEPT_FOR,
    Group,
    as_seen_by,
    by_place,
    counted_by,
    groups,
    total,
)
from analytics.fieldwork.reach import (
    Finding,
    frame_by_place,
    reach_by_place,
    reach_findings,
    weighted_reach,
)
from analytics.models import Computation
from surveys.access import Visitor
from surveys.models import Agency, DrawCell, FrameCell, Service, Wave

T = TypeVar("T")


class OneOf:
    """What became of those drawn of an agency, or of the nation."""

    def __init__(
        self, wave: Wave, agency: Agency | None, stored: Computation | None = None
    ) -> None:
        """`stored`: the wave's computation, where it has just been read."""
        self.wave, self.agency, self._stored = wave, agency, stored
        self.registry = Registry(agency.pk if agency else None)
        self._drawn = _drawn_by_channel(wave)
        self._key = _fixed_by(wave, self.registry, self._drawn)

    def groups_for(self, user: Visitor) -> list[Group]:
        """As `groups_for` of all, of these alone."""
        if self._key is None:
            return []
        found = self._of_nation() if self.agency is None else self._of_agency(self.agency)
        hidden = {Domain(*each) for each in self._kept("hidden", self._hidden)}
        marked = [Group(g.domain, g.counts, g.reach, g.domain in hidden) for g in found]
        return list(as_seen_by(user, self.wave, marked))

    def findings(self) -> list[Finding]:
        if self._key is None:
            return []
        found = [Finding(*each) for each in self._kept("findings", self._findings)]
        return [each for each in found if self.agency is None or each.agency == self.agency.pk]

    def _of_agency(self, agency: Agency) -> list[Group]:
        known = by_place(self.wave, set(self.registry.services), self._stored)
        places = sorted(known)
        members: dict[Domain, list[Place]] = {}
        for partition in self.registry.partitions(places):
            for place, label in zip(places, partition.label, strict=True):
                if label != NOWHERE and partition.domains[label].agency == agency.pk:
                    members.setdefault(partition.domains[label], []).append(place)
        reach = self._kept(f"reach-{agency.pk}", lambda: self._reach(members))
        return [
            Group(domain, total(known[place] for place in those), reach[domain])
            for domain, those in members.items()
        ]

    def _of_nation(self) -> list[Group]:
        by_channel = counted_by(
            self.wave,
            ["channel_id"],
            stored=self._stored,
            drawn={(each.channel,): (each.drawn, each.answered) for each in self._drawn},
        )
        counts = {
            Domain(Level.NATION): total(by_channel.values()),
            **{Domain(Level.CHANNEL, channel=k): n for (k,), n in by_channel.items()},
        }
        of_nation = self._kept("reach", self._reach_of_nation)
        reach = {Domain(*domain): share for domain, share in of_nation}
        return [Group(domain, number, reach.get(domain)) for domain, number in counts.items()]

    def _reach_of_nation(self) -> list[tuple[Domain, float | None]]:
        members: dict[Domain, list[Place]] = {}
        for place in reach_by_place(self.wave):
            members.setdefault(Domain(Level.NATION), []).append(place)
            members.setdefault(Domain(Level.CHANNEL, channel=place[1]), []).append(place)
        return list(self._reach(members).items())

    def _reach(self, members: Mapping[Domain, Sequence[Place]]) -> dict[Domain, float | None]:
        services = None if self.agency is None else set(self.registry.services)
        reached, frame = reach_by_place(self.wave, services), frame_by_place(self.wave, services)
        return {domain: weighted_reach(those, reached, frame) for domain, those in members.items()}

    def _hidden(self) -> list[Domain]:
        return [group.domain for group in groups(self.wave) if group.withheld]

    def _findings(self) -> list[tuple[Any, ...]]:
        return [astuple(each) for each in reach_findings(self.wave)]

    def to_keep(self) -> dict[str, Any] | None:
        """What is found of the whole nation, as JSON to be stored with the scores: found anew where
        what was stored rests on other lists. None where nobody was drawn."""
        if self._key is None:
            return None
        find = {"hidden": self._hidden, "reach": self._reach_of_nation, "findings": self._findings}
        return {"key": self._key} | {what: self._kept(what, find[what]) for what in find}

    def _kept(self, what: str, find: Callable[[], T]) -> T:
        stored = (self._stored and self._stored.drawn) or {}
        if stored.get("key") == self._key and what in stored:
            kept: T = stored[what]
            return kept
        key = f"{what}:{self._key}"
        known: T | None = cache.get(key)
        if known is None:
            known = find()
            cache.set(key, known, KEPT_FOR)
        return known


class _Drawn(NamedTuple):
    """The lists of a wave through one channel, added up."""

    channel: int
    cells: int
    last: int
    encounters: int
    reachable: int
    drawn: int
    answered: int


def _drawn_by_channel(wave: Wave) -> list[_Drawn]:
    cells = DrawCell.objects.filter(draw__wave=wave).order_by().values_list("channel_id")
    sums = [Sum(name) for name in ("encounters", "reachable", "drawn", "answered")]
    return sorted(_Drawn(*row) for row in cells.annotate(Count("pk"), Max("pk"), *sums))


def _fixed_by(wave: Wave, registry: Registry, drawn: Sequence[_Drawn]) -> str | None:
    """A digest of the lists, the frame and the tree; None where nobody was drawn. Lists do not
    change once they are drawn from; the frame is sealed when the wave closes, and until then its
    sum is taken twice so that no two changes cancel."""
    if not drawn:
        return None
    lists = [each._replace(answered=0) for each in drawn]
    frame = wave.seal.get("frame") or FrameCell.objects.filter(frame=wave.frame_id).aggregate(
        Count("pk"), Sum("encounters"), placed=Sum(F("encounters") * F("pk"))
    )
    owners = Service.objects.order_by("pk").values_list("pk", "agency_id")
    declared = json.dumps(wave.method, sort_keys=True)  # a database keeps an order of its own
    parts = [wave.pk, declared, lists, frame, sorted(registry.parents().items()), list(owners)]
    return sha256(repr(parts).encode()).hexdigest()
