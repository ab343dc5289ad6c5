"""The groups of encounters that are reported on, and which cells make up each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.domain import Domain, Level
from analytics.estimation.cell_counts import NOWHERE
from surveys.models import Agency, Channel, Service

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
        line = []
        agency: Agency | None = self.agencies[self.services[service].agency_id]
        while agency is not None:
            line.append(agency)
            agency = self.agencies[agency.parent_id] if agency.parent_id else None
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
        lines = [self.lineage(service) for service, _channel in places]
        depth = max((len(line) for line in lines), default=0)
        yield _partition([Domain(Level.NATION) for _place in places])
        for level in range(depth):
            at_level = [line[level] if level < len(line) else None for line in lines]
            yield _partition([agency and _of_agency(agency) for agency in at_level])
            if crossings:
                yield _partition(
                    [
                        agency and _of_agency(agency, channel)
                        for agency, (_service, channel) in zip(at_level, places, strict=True)
                    ]
                )
        if not crossings:
            return
        owner = {service: self.services[service].agency_id for service, _channel in places}
        yield _partition([Domain(Level.CHANNEL, channel=channel) for _service, channel in places])
        yield _partition(
            [Domain(Level.SERVICE, owner[service], service) for service, _channel in places]
        )
        yield _partition(
            [
                Domain(Level.SERVICE_CHANNEL, owner[service], service, channel)
                for service, channel in places
            ]
        )


def _of_agency(agency: Agency, channel: int | None = None) -> Domain:
    ministry = agency.kind == Agency.Kind.MINISTRY
    if channel is None:
        return Domain(Level.MINISTRY if ministry else Level.AGENCY, agency=agency.pk)
    level = Level.MINISTRY_CHANNEL if ministry else Level.AGENCY_CHANNEL
    return Domain(level, agency=agency.pk, channel=channel)


def _partition(domain_of: Sequence[Domain | None]) -> Partition:
    number: dict[Domain, int] = {}
    label = [
        NOWHERE if domain is None else number.setdefault(domain, len(number))
        for domain in domain_of
    ]
    return Partition(list(number), np.array(label, dtype=np.int64))
