"""Which responses a figure rests on: the official ones, or others shown beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from analytics.counting.stated import shown_count
from analytics.estimation.sums import Ints, Mask, Objects, codes, sums_by
from analytics.models import TallyCell
from responses.models import Response
from surveys.kinds.rating import RATINGS
from surveys.models import Service, Wave

OPEN, DRAWN = Response.Selection.OPEN, Response.Selection.DRAWN
VERIFIED, OWN = Response.Selection.VERIFIED, Response.Selection.OWN


class Basis(StrEnum):
    """OFFICIAL    what the wave's method declares; the verdict rests on it
    WITH_SCREENED, WITHOUT_SCREENED
                   the same, with or without the responses that screening doubts
    WITH_OWN       the same, with the responses that the judged agency itself sent
    OPEN           open links and posters alone
    DRAWN          drawn and invited citizens alone
    VERIFIED       citizens who signed in, one answer each, alone
    """

    OFFICIAL = "official"
    WITH_SCREENED = "with_screened"
    WITHOUT_SCREENED = "without_screened"
    WITH_OWN = "with_own"
    OPEN = "open"
    DRAWN = "drawn"
    VERIFIED = "verified"


ALONE = (Basis.DRAWN, Basis.VERIFIED, Basis.OPEN)
"""One kind of selection each."""


class Bin(NamedTuple):
    """What the responses of one histogram have in common."""

    service: int
    channel: int
    psu: str = ""
    selection: str = OPEN
    base_weight: Decimal = Decimal(1)
    draw: int = 0
    said: tuple[str, ...] = ()
    """Their answers to the questions by which figures are grouped; of the tally none."""


Histograms = dict[Bin, list[int]]
"""How many answered 1, 2, 3, 4, 5 in each bin."""


@dataclass(frozen=True, eq=False)
class Bins:
    """The histograms of one question side by side, in the order of their bins: a column for each
    part of a `Bin`, and `counts` (bins, ratings)."""

    service: Ints
    channel: Ints
    psu: Objects
    selection: Objects
    base_weight: Objects
    draw: Ints
    said: Objects
    counts: Ints

    @classmethod
    def of(cls, histograms: Mapping[Bin, Sequence[int]]) -> Bins:
        rows = sorted(histograms.items(), key=itemgetter(0))
        service, channel, psu, selection, weight, draw, said = (
            [each[k] for each, _counts in rows] for k in range(len(Bin._fields))
        )
        counts = np.array([counts for _each, counts in rows], dtype=np.int64)
        return cls(
            np.array(service, dtype=np.int64),
            np.array(channel, dtype=np.int64),
            _objects(psu),
            _objects(selection),
            _objects(weight),
            np.array(draw, dtype=np.int64),
            _objects(said),
            counts.reshape(len(rows), len(RATINGS)),
        )

    def histograms(self) -> Histograms:
        columns = [getattr(self, name).tolist() for name in Bin._fields]
        bins = map(Bin._make, zip(*columns, strict=True))
        return dict(zip(bins, self.counts.tolist(), strict=True))

    def where(self, rows: Mask | slice) -> Bins:
        return Bins(*(getattr(self, each.name)[rows] for each in fields(self)))


SELECTIONS = sorted(Response.Selection.values)


@dataclass(frozen=True, eq=False)
class Counted:
    """What a wave has counted, read once for every basis; while it runs, as it was last stated.

    labels    (rows) of question, service, channel, PSU, selection, base weight and draw, each in
              order; a row for each service point, with and without what screening set aside
    names     of the questions, PSUs and base weights so labelled
    screened  (rows)
    counts    (rows, ratings)
    """

    wave: Wave
    labels: tuple[Ints, ...]
    names: tuple[Objects, Objects, Objects]
    screened: Mask
    counts: Ints

    @classmethod
    def read(cls, wave: Wave, only: str = "") -> Counted:
        """Of all questions, or of one."""
        asked = _COUNTED.format(count=shown_count(wave), only="AND question = %s" if only else "")
        with connection.cursor() as cursor:
            cursor.execute(asked, [wave.pk, RATINGS[0], RATINGS[-1], *([only] if only else [])])
            rows = cursor.fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * (8 + len(RATINGS))
        numbers = [np.array(column, dtype=np.int64) for column in columns[8:]]
        (question, questions), (psu, psus), (selection, _kinds), (weight, weights) = (
            _labelled(columns[k], SELECTIONS if k == _SELECTION else None) for k in (0, 3, 4, 5)
        )
        exactly = [Decimal(each).quantize(_PLACES) for each in weights]
        service, channel, draw = (np.array(columns[k], dtype=np.int64) for k in (1, 2, 6))
        return cls(
            wave,
            (question, service, channel, psu, selection, weight, draw),
            (_objects(questions), _objects(psus), _objects(exactly)),
            np.array(columns[7], dtype=bool),
            np.stack(numbers, axis=1),
        )

    def on(self, basis: Basis = Basis.OFFICIAL) -> dict[str, Bins]:
        """By question what counts on a basis."""
        method = self.wave.declared_method()
        doubted = basis == Basis.WITH_SCREENED or (
            basis != Basis.WITHOUT_SCREENED and method.screened == "count"
        )
        kinds = [SELECTIONS.index(kind) for kind in selections(basis)]
        own = SELECTIONS.index(OWN)
        counts = self.counts.any(axis=1)  # else what is left of answers that were changed or erased
        rows = counts & np.isin(self.labels[_SELECTION], kinds) & (doubted | ~self.screened)
        labels = [each[rows] for each in self.labels]
        # Beside the others an agency's own answers count as open ones do.
        labels[_SELECTION][labels[_SELECTION] == own] = SELECTIONS.index(OPEN)
        code, first = codes(*labels)
        question, service, channel, psu, selection, weight, draw = (each[first] for each in labels)
        bins = Bins(
            service,
            channel,
            self.names[1][psu],
            _objects(SELECTIONS)[selection],
            self.names[2][weight],
            draw,
            _objects([()] * len(first)),
            sums_by(code, self.counts[rows], len(first)).astype(np.int64),
        )
        ends = np.searchsorted(question, np.arange(len(self.names[0]) + 1)).tolist()
        by_question = {
            name: bins.where(slice(start, end))
            for name, start, end in zip(self.names[0], ends, ends[1:], strict=False)
            if end > start
        }
        return by_question if basis in ALONE else as_declared(self.wave, by_question)

    def shown_beside(self) -> list[Basis]:
        """The bases on which a wave has other figures than the official ones."""
        rows = self.counts.any(axis=1)
        selection = self.labels[_SELECTION]
        kinds = {SELECTIONS[k] for k in np.unique(selection[rows])}
        bases = []
        if (rows & self.screened & (selection != SELECTIONS.index(OWN))).any():
            doubted_count = self.wave.declared_method().screened == "count"
            bases.append(Basis.WITHOUT_SCREENED if doubted_count else Basis.WITH_SCREENED)
        if OWN in kinds:
            bases.append(Basis.WITH_OWN)
        better = [basis for basis in (Basis.DRAWN, Basis.VERIFIED) if basis.value in kinds]
        return [*bases, *([Basis.OPEN, *better] if better else [])]


def histograms(wave: Wave, basis: Basis = Basis.OFFICIAL) -> dict[str, Histograms]:
    """By question the counted answers of a wave on a basis; while it runs, as last stated."""
    return {code: bins.histograms() for code, bins in Counted.read(wave).on(basis).items()}


_SELECTION = 4


def _labelled(values: Sequence[Any], names: list[Any] | None) -> tuple[Ints, list[Any]]:
    """Each value as its position among the distinct ones in order (or among `names`), and these."""
    names = sorted(set(values)) if names is None else names
    number = {name: k for k, name in enumerate(names)}
    return np.array(list(map(number.__getitem__, values)), dtype=np.int64), names


def _objects(values: Sequence[Any]) -> Objects:
    return np.fromiter(values, dtype=object, count=len(values))


def selections(basis: Basis) -> list[str]:
    """How the responses of a basis were selected."""
    if basis in ALONE:
        return [basis.value]
    return [OPEN, DRAWN, VERIFIED, *([OWN] if basis == Basis.WITH_OWN else [])]


_OF_EACH = ", ".join(
    f"CAST(SUM(CASE value WHEN {value} THEN {{count}} ELSE 0 END) AS bigint)" for value in RATINGS
)
_COUNTED = (
    "SELECT question, service_id, channel_id, psu, selection,"  # noqa: S608
    f" CAST(base_weight AS double precision), draw, screened, {_OF_EACH}"
    f" FROM {TallyCell._meta.db_table} WHERE wave_id = %s AND value BETWEEN %s AND %s {{only}}"
    " GROUP BY question, service_id, channel_id, service_point, psu, selection, screened,"
    " base_weight, draw"
)
"""Grouped in the order of the index, so that nothing is sorted. Base weights have fifteen digits,
which fit a float: Django's reading of decimals takes longer than the query."""
_PLACES = Decimal("1e-10")  # of TallyCell.base_weight


def as_declared(wave: Wave, counted: dict[str, Bins]) -> dict[str, Bins]:
    """Beside drawn responses of an agency its open ones do not count, or count alike.

    Under "until_drawn" open ones give way once the drawn can stand alone; in the first edition,
    at the first drawn one. Verified ones give way as open ones do, and open ones to drawn and
    verified ones that together can stand alone.

    Where the method lets both count, an open response gets the mean base weight of the drawn ones
    of its service and channel, or of its agency where there are none: neither kind outweighs the
    other by the rate at which it happened to be drawn.
    """
    rule = wave.declared_method().open_responses
    if rule == "never":
        return {code: bins.where(bins.selection == DRAWN) for code, bins in counted.items()}
    agency = dict(Service.objects.values_list("pk", "agency_id"))
    replaced = _agencies_replaced(wave, counted, agency)
    if not any(replaced.values()):
        return counted
    declared = {}
    for code, bins in counted.items():
        kinds = zip(bins.service.tolist(), bins.selection, strict=True)
        gone = [agency[service] in replaced.get(kind, ()) for service, kind in kinds]
        rows = np.array(gone, dtype=bool)
        declared[code] = (
            bins.where(~rows) if rule == "until_drawn" else _at_mean_weight(bins, rows, agency)
        )
    return declared


def _at_mean_weight(bins: Bins, rows: Mask, agency: dict[int, int]) -> Bins:
    mean, weight = _mean_drawn_weights(bins, agency), bins.base_weight.copy()
    for k in np.flatnonzero(rows):
        service, channel = int(bins.service[k]), int(bins.channel[k])
        weight[k] *= mean.get((service, channel)) or mean.get(agency[service]) or 1
    return replace(bins, base_weight=weight)


def _agencies_replaced(
    wave: Wave, counted: dict[str, Bins], agency: dict[int, int]
) -> dict[str, set[int]]:
    """By selection, the agencies of which better ones take the place of such responses."""
    method = wave.declared_method()
    if method.edition > 1 and method.open_responses == "until_drawn":
        overall = wave.questionnaire.questions.get(is_overall=True)
        bins = counted.get(overall.code) or Bins.of({})

        def standing(*kinds: str) -> set[int]:
            sizes = _kish_sizes(bins, agency, kinds)
            return {key for key, size in sizes.items() if size >= method.drawn_alone_from}

        drawn = standing(DRAWN)
        return {OPEN: drawn | standing(DRAWN, VERIFIED), VERIFIED: drawn}
    with_drawn = {
        agency[service]
        for bins in counted.values()
        for service in bins.service[bins.selection == DRAWN].tolist()
    }
    return {OPEN: with_drawn, VERIFIED: with_drawn}


def _kish_sizes(bins: Bins, agency: dict[int, int], kinds: Collection[str]) -> dict[int, Decimal]:
    """(Σ d)² / Σ d² over an agency's responses of these kinds: known before a rating is looked
    at."""
    first: dict[int, Decimal] = defaultdict(Decimal)
    second: dict[int, Decimal] = defaultdict(Decimal)
    for each, table in _of_kinds(bins, kinds).items():
        first[agency[each.service]] += each.base_weight * sum(table)
        second[agency[each.service]] += each.base_weight**2 * sum(table)
    return {key: first[key] ** 2 / second[key] for key in first}


def _mean_drawn_weights(bins: Bins, agency: dict[int, int]) -> dict[tuple[int, int] | int, Decimal]:
    """By service and channel, and by agency."""
    total: dict[tuple[int, int] | int, Decimal] = defaultdict(Decimal)
    number: dict[tuple[int, int] | int, int] = defaultdict(int)
    for each, table in _of_kinds(bins, [DRAWN]).items():
        for place in ((each.service, each.channel), agency[each.service]):
            total[place] += each.base_weight * sum(table)
            number[place] += sum(table)
    return {place: total[place] / number[place] for place in total}


def _of_kinds(bins: Bins, kinds: Collection[str]) -> Histograms:
    return bins.where(np.isin(bins.selection.astype(str), list(kinds))).histograms()
