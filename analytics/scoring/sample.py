"""From the tally and the frame to a weighted sample that the estimators take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from django.db.models import Sum
from numpy.typing import NDArray

from analytics.counting.bases import DRAWN, VERIFIED, Bins
from analytics.domains.partitions import Place, Registry
from analytics.estimation.by_draw import NO_DRAW, adjust_by_draw
from analytics.estimation.cell_counts import EVERY_RESPONSE, NOWHERE, CellCounts
from analytics.estimation.cells import poststratify, poststratify_places
from analytics.estimation.collapse import Collapse, FrameCell, collapse
from analytics.estimation.official import Edition
from analytics.estimation.sums import across
from responses.models.sampling_unit import SamplingUnit
from surveys.method import Method
from surveys.models import DrawCell, Question, Wave


@dataclass(frozen=True, eq=False)
class Sample:
    """The answers to one question, weighted as the wave declares.

    places      the service and channel of each cell of the frame or of the tally
    place       (cells,) position in `places` of each row of `cells`
    population  (places,) encounters of the frame; None where the weights were supplied
    collapsed   the groups that thin cells were merged into; None where the weights were supplied
    drawn       (cells,) which rows of `cells` hold answers of drawn citizens
    verified    (cells,) which hold answers of citizens who signed in, one each
    given       (cells,) answers, those outside the frame among them, which `cells` leaves out
    edition     of the method
    designed    whether the strata are those of a file's own design, which each domain is a part of
    """

    cells: CellCounts
    places: list[Place]
    place: NDArray[np.int64]
    population: NDArray[np.int64] | None
    collapsed: Collapse | None
    drawn: NDArray[np.bool_]
    verified: NDArray[np.bool_]
    given: NDArray[np.int64]
    edition: Edition
    designed: bool = False

    @property
    def outside_frame(self) -> NDArray[np.bool_]:
        """(places,) where people answered and the frame has no encounters."""
        outside = np.zeros(len(self.places), dtype=bool)
        if self.collapsed is not None:
            outside[list(self.collapsed.unframed)] = True
        return outside

    def within(self, label: NDArray[np.int64]) -> tuple[CellCounts, NDArray[np.bool_]]:
        """The cells, weighted to the frame of each domain, and which places are covered there.

        `label` gives the domain of each place. Cells that were merged across two domains share
        their responses, but each domain answers for its own encounters alone: an unanswered
        service must not change what its neighbour weighs. With supplied weights nothing is known
        of a frame: whoever answered for a domain is the sample of it. From the second edition on
        each place has its own weight, wherever it is reported.
        """
        if self.designed:
            return self.cells, np.ones(len(self.places), dtype=bool)
        if self.collapsed is None or self.population is None:
            own_sample = replace(self.cells, stratum=label[self.place])
            return own_sample, np.ones(len(self.places), dtype=bool)
        if self.edition > Edition.FIRST:
            return self.cells, self.collapsed.group != NOWHERE
        pair = np.stack([self.collapsed.group, label], axis=1)
        _pairs, part = np.unique(pair, axis=0, return_inverse=True)
        part = part.reshape(-1)
        encounters = np.bincount(part, self.population)
        weight = self.cells.weight
        spoken = np.bincount(part[self.place], weight, len(encounters)).astype(np.float64)
        factor = np.divide(encounters, spoken, out=np.zeros_like(spoken), where=spoken > 0)
        scale = factor[part[self.place]][:, None]
        cells = replace(
            self.cells,
            weights=self.cells.weights * scale,
            squared_weights=self.cells.squared_weights * scale**2,
        )
        return cells, (spoken > 0)[part] & (self.collapsed.group != NOWHERE)


def frame_totals(wave: Wave) -> dict[Place, int]:
    """Encounters by service and channel, over all periods of the frame."""
    cells = wave.frame.cells.order_by().values_list("service_id", "channel_id")
    return {
        (service, channel): encounters
        for service, channel, encounters in cells.annotate(Sum("encounters"))
    }


@dataclass(frozen=True, eq=False)
class Weighing:
    """Weighs the answers of a wave, question by question, by its declared method.

    frame  encounters by place (`frame_totals`)
    """

    wave: Wave
    frame: Mapping[Place, int]
    registry: Registry
    _collapsed: dict[tuple[bytes, bytes], Collapse] = field(default_factory=dict)
    _framed: dict[frozenset[int], _Framed] = field(default_factory=dict)

    def sample(self, question: Question, bins: Bins) -> Sample:
        """The sample of one question."""
        asked = frozenset(channel.pk for channel in question.channels.all())
        framed, place = self._framed_places(asked, bins)
        places, population = framed.places, framed.population
        counts, weights = bins.counts, bins.base_weight.astype(np.float64)
        psu = _psu_codes(bins.psu)

        given = across(counts)
        drawn, verified = bins.selection == DRAWN, bins.selection == VERIFIED
        kinds = drawn, verified
        method = self.wave.declared_method()
        edition = Edition(method.edition)
        if method.weighting == "supplied":
            designed = method.clusters == "supplied"
            stratum = np.zeros(len(place), dtype=np.int64)
            if designed:
                stratum, psu = _supplied_design(bins.psu)
            cells = CellCounts.from_histograms(stratum, psu, counts, weights)
            return Sample(cells, places, place, None, None, *kinds, given, edition, designed)

        collapsed = self._collapse(framed, _responses(len(places), place, psu, counts), method)
        if edition > Edition.FIRST:
            cells = CellCounts.from_histograms(place, psu, counts, weights)
            draws = np.where(bins.draw == 0, NO_DRAW, bins.draw)
            if bins.draw.any():
                cells = adjust_by_draw(cells, draws, place, _listed(self.wave, places)).cells
            cells = poststratify_places(cells, place, population, collapsed.group)
            return Sample(cells, places, place, population, collapsed, *kinds, given, edition)
        stratum = collapsed.group[place]
        cells = poststratify(
            CellCounts.from_histograms(stratum, psu, counts, weights), stratum, collapsed.totals
        )
        return Sample(cells, places, place, population, collapsed, *kinds, given, edition)

    def _framed_places(
        self, asked: frozenset[int], bins: Bins
    ) -> tuple[_Framed, NDArray[np.int64]]:
        """Where the question is asked by the frame (everywhere, if of no channel) or was answered,
        and the position of each bin's place there."""
        if asked not in self._framed:
            places = [place for place in self.frame if not asked or place[1] in asked]
            self._framed[asked] = _Framed.of(places, self.frame)
        framed, counted = self._framed[asked], _numbers(bins.service, bins.channel)
        position = np.searchsorted(framed.number, counted)
        if not np.array_equal(np.append(framed.number, NOWHERE)[position], counted):
            answered = zip(bins.service.tolist(), bins.channel.tolist(), strict=True)
            framed = _Framed.of({*framed.places, *answered}, self.frame)
            position = np.searchsorted(framed.number, counted)
        return framed, position

    def _collapse(self, framed: _Framed, responses: NDArray[np.int64], method: Method) -> Collapse:
        """What the cells collapse to. It depends on the answers only where they are too few, so
        most questions of a wave share it."""
        few = np.minimum(responses, method.collapse_below)
        key = framed.number.tobytes(), few.tobytes()
        if key not in self._collapsed:
            services, channels = self.registry.services, self.registry.channels
            agency = {service: services[service].agency_id for service in services}
            family = {channel: channels[channel].family for channel in channels}
            cells = [
                FrameCell(agency[service], service, channel, family[channel], encounters, number)
                for (service, channel), encounters, number in zip(
                    framed.places, framed.population.tolist(), few.tolist(), strict=True
                )
            ]
            edition = Edition(method.edition)
            self._collapsed[key] = collapse(cells, method.collapse_below, edition=edition)
        return self._collapsed[key]


@dataclass(frozen=True, eq=False)
class _Framed:
    """Places in order, each also as one number, and their encounters."""

    places: list[Place]
    number: NDArray[np.int64]
    population: NDArray[np.int64]

    @classmethod
    def of(cls, places: Iterable[Place], frame: Mapping[Place, int]) -> _Framed:
        ordered = sorted(places)
        service, channel = np.array(ordered, dtype=np.int64).reshape(-1, 2).T
        population = np.array([frame.get(place, 0) for place in ordered], dtype=np.int64)
        return cls(ordered, _numbers(service, channel), population)


def _numbers(service: NDArray[np.int64], channel: NDArray[np.int64]) -> NDArray[np.int64]:
    """In the order of the places."""
    return (service << 32) + channel


def _listed(wave: Wave, places: Sequence[Place]) -> dict[tuple[int, int], float]:
    """The encounters of each draw's list, by draw and position of the place: what those who
    answered of that draw stand for there."""
    position = {place: k for k, place in enumerate(places)}
    cells = DrawCell.objects.filter(draw__wave=wave, drawn__gt=0).order_by()
    rows = cells.values_list("draw__number", "service_id", "channel_id", "encounters")
    return {
        (draw, position[service, channel]): float(encounters)
        for draw, service, channel, encounters in rows
        if (service, channel) in position
    }


def _psu_codes(names: Iterable[str]) -> NDArray[np.int64]:
    """A number per PSU name; no name, no clustering."""
    distinct = dict.fromkeys(["", *names])
    number = dict(zip(distinct, range(EVERY_RESPONSE, len(distinct)), strict=False))
    return np.array(list(map(number.__getitem__, names)), dtype=np.int64)


def _supplied_design(names: Iterable[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stratum and PSU of each name, as the file's design had them; a PSU belongs to its stratum."""
    units = [SamplingUnit.read(name) for name in names]
    number = {name: k for k, name in enumerate(sorted({unit.stratum for unit in units}))}
    stratum = np.array([number[unit.stratum] for unit in units], dtype=np.int64)
    return stratum, _psu_codes([str(unit) if unit.psu else "" for unit in units])


def _responses(
    places: int, place: NDArray[np.int64], psu: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many responses, or PSUs where clustered, each place has."""
    responses = np.zeros(places, dtype=np.int64)
    single = psu == EVERY_RESPONSE
    np.add.at(responses, place[single], across(counts)[single])
    clusters = {(int(k), int(unit)) for k, unit in zip(place[~single], psu[~single], strict=True)}
    for k, _unit in clusters:
        responses[k] += 1
    return responses
