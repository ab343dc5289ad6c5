"""The groups of encounters that are reported on, and which cells make up each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.domain import Domain, Level
from analytics.estimation.cell_counts import NOWHERE
from analytics.estimation.sums import Ints, codes
from surveys.models import Agency, Channel, Service, ServicePoint

Place = tuple[int, int]
"""A service and a channel, by primary key."""


@dataclass(frozen=True, eq=False)
class Partition:
    """Disjoint domains of one level: `label[k]` is the position in `domains` of place k."""

    domains: list[Domain]
    label: NDArray[np.int64]


class Registry:
    """Where each service stands in the tree of agencies; read once a computation. `within`: only
    the services of this agency and of those below it."""

    def __init__(self, within: int | None = None) -> None:
        self.within = within
        self._partitions: dict[tuple[tuple[Place, ...], bool], tuple[Partition, ...]] = {}

    @cached_property
    def services(self) -> dict[int, Service]:
        if self.within is None:
            return Service.objects.in_bulk()
        below = Service.objects.filter(agency__in=self.below(self.within))
        return {service.pk: service for service in below}

    @cached_property
    def channels(self) -> dict[int, Channel]:
        return Channel.objects.in_bulk()

    @cached_property
    def agencies(self) -> dict[int, Agency]:
        return Agency.objects.without_tree_fields().in_bulk()

    @cached_property
    def points(self) -> dict[int, ServicePoint]:
        return ServicePoint.objects.in_bulk()

    def parents(self) -> dict[int, int | None]:
        """The agency above each agency."""
        return {key: agency.parent_id for key, agency in self.agencies.items()}

    def below(self, agency: int) -> set[int]:
        """An agency and all under it."""
        found, children = {agency}, {agency}
        while children:
            children = {key for key, above in self.parents().items() if above in children} - found
            found |= children
        return found

    def lineage(self, service: int) -> list[Agency]:
        """The agencies above a service, from the root down to its own."""
        return [self.agencies[key] for key in self._line(self.services[service].agency_id)]

    def _line(self, agency: int) -> list[int]:
        """An agency below those above it."""
        line, above = [agency], self.agencies[agency].parent_id
        while above:
            line.append(above)
            above = self.agencies[above].parent_id
        return line[::-1]

    def partitions(
        self, places: Sequence[Place], *, crossings: bool = True
    ) -> tuple[Partition, ...]:
        """Each level's domains over these places; with `crossings`, also down to services."""
        key = tuple(places), crossings
        if key not in self._partitions:
            self._partitions[key] = tuple(self._partitioned(places, crossings))
        return self._partitions[key]

    def _partitioned(self, places: Sequence[Place], crossings: bool) -> Iterator[Partition]:
        service, channel = np.array(places, dtype=np.int64).reshape(-1, 2).T
        services, row = np.unique(service, return_inverse=True)
        own = [self.services[each].agency_id for each in services.tolist()]
        line_of = {agency: self._line(agency) for agency in set(own)}
        lines = [line_of[agency] for agency in own]
        yield _partition([np.zeros_like(service)], lambda _all: Domain(Level.NATION))
        for level in range(max(map(len, lines), default=0)):
            line = [each[level] if level < len(each) else NOWHERE for each in lines]
            above = np.array(line, dtype=np.int64)[row]
            yield _partition([above], self._of_agency)
            if crossings:
                yield _partition([above, channel], self._of_agency)
        if not crossings:
            return
        yield _partition([channel], lambda c: Domain(Level.CHANNEL, channel=c))
        yield _partition([service], self._of_service)
        yield _partition([service, channel], self._of_service)

    def _of_agency(self, agency: int, channel: int | None = None) -> Domain:
        ministry = self.agencies[agency].kind == Agency.Kind.MINISTRY
        if channel is None:
            return Domain(Level.MINISTRY if ministry else Level.AGENCY, agency=agency)
        level = Level.MINISTRY_CHANNEL if ministry else Level.AGENCY_CHANNEL
        return Domain(level, agency=agency, channel=channel)

    def _of_service(self, service: int, channel: int | None = None) -> Domain:
        level = Level.SERVICE if channel is None else Level.SERVICE_CHANNEL
        return Domain(level, self.services[service].agency_id, service, channel)


def _partition(keys: Sequence[Ints], domain_of: Callable[..., Domain]) -> Partition:
    """The places by key, numbered as they first appear; a place NOWHERE is in no domain."""
    here = np.flatnonzero(keys[0] != NOWHERE)
    code, first = codes(*(key[here] for key in keys))
    order = np.argsort(first)
    label = np.full(len(keys[0]), NOWHERE, dtype=np.int64)
    label[here] = np.argsort(order)[code]
    named = zip(*(key[here[first[order]]].tolist() for key in keys), strict=True)
    return Partition([domain_of(*key) for key in named], label)
