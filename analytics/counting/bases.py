"""Which responses a figure rests on: the official ones, or others shown beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from analytics.counting.stated import shown_count
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


Histograms = dict[str, dict[Bin, list[int]]]
"""Per question: how many answered 1, 2, 3, 4, 5 in each bin."""


def histograms(wave: Wave, basis: Basis = Basis.OFFICIAL) -> Histograms:
    """The counted answers of a wave on a basis; while it runs, as they were last stated."""
    doubted = basis == Basis.WITH_SCREENED or (
        basis != Basis.WITHOUT_SCREENED and wave.declared_method().screened == "count"
    )
    kinds = selections(basis)
    statement = _HISTOGRAMS.format(
        count=shown_count(wave),
        doubted="TRUE" if doubted else "NOT screened",
        selections=", ".join(["%s"] * len(kinds)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [wave.pk, *RATINGS, *kinds])
        rows = cursor.fetchall()
    by_question: Histograms = defaultdict(dict)
    own: list[tuple[str, Bin, list[int]]] = []
    for question, service, channel, psu, selection, weight, draw, *table in rows:
        if not any(table):  # what is left of answers that were changed, set aside or erased
            continue
        each = Bin(service, channel, psu, selection, _exactly(weight), draw)
        if selection == OWN:
            own.append((question, each._replace(selection=OPEN), table))
        else:
            by_question[question][each] = table
    for question, each, table in own:  # beside the others they count as open ones do
        others = by_question[question].get(each, [0] * len(table))
        by_question[question][each] = [*map(sum, zip(others, table, strict=True))]
    if basis in ALONE:
        return by_question
    return as_declared(wave, by_question)


def selections(basis: Basis) -> list[str]:
    """How the responses of a basis were selected."""
    if basis in ALONE:
        return [basis.value]
    return [OPEN, DRAWN, VERIFIED, *([OWN] if basis == Basis.WITH_OWN else [])]


_BIN = "question, service_id, channel_id, psu, selection, base_weight, draw"
_OF_EACH = ", ".join(
    f"CAST(SUM(CASE WHEN value = {value} THEN {{count}} ELSE 0 END) AS bigint)" for value in RATINGS
)
_HISTOGRAMS = (
    "SELECT question, service_id, channel_id, psu, selection,"  # noqa: S608
    f" CAST(base_weight AS double precision), draw, {_OF_EACH}"
    f" FROM {TallyCell._meta.db_table}"
    " WHERE wave_id = %s AND value IN (%s, %s, %s, %s, %s) AND {doubted}"
    f" AND selection IN ({{selections}}) GROUP BY {_BIN}"
)
_PLACES = Decimal("1e-10")  # of TallyCell.base_weight


@lru_cache(maxsize=100_000)
def _exactly(weight: float) -> Decimal:
    """A base weight as it is stored. Its fifteen digits fit a float, and most rows share a few
    weights: Django's reading of decimals takes longer than the query."""
    return Decimal(weight).quantize(_PLACES)


def shown_beside(wave: Wave) -> list[Basis]:
    """The bases on which a wave has other figures than the official ones."""
    tally = TallyCell.objects.filter(wave=wave, **{f"{shown_count(wave)}__gt": 0})
    bases = []
    if tally.filter(screened=True).exclude(selection=OWN).exists():
        doubted_count = wave.declared_method().screened == "count"
        bases.append(Basis.WITHOUT_SCREENED if doubted_count else Basis.WITH_SCREENED)
    if tally.filter(selection=OWN).exists():
        bases.append(Basis.WITH_OWN)
    kinds = set(tally.order_by().values_list("selection", flat=True).distinct())
    better = [basis for basis in (Basis.DRAWN, Basis.VERIFIED) if basis.value in kinds]
    return [*bases, *([Basis.OPEN, *better] if better else [])]


def as_declared(wave: Wave, counted: Histograms) -> Histograms:
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
        return {
            question: {each: table for each, table in bins.items() if each.selection == DRAWN}
            for question, bins in counted.items()
        }
    agency = dict(Service.objects.values_list("pk", "agency_id"))
    replaced = _agencies_replaced(wave, counted, agency)
    if not any(replaced.values()):
        return counted
    declared: Histograms = {}
    for question, bins in counted.items():
        mean = _mean_drawn_weights(bins, agency)
        declared[question] = kept = {}
        for each, table in bins.items():
            if agency[each.service] in replaced.get(each.selection, ()):
                if rule == "until_drawn":
                    continue
                weight = mean.get((each.service, each.channel)) or mean.get(agency[each.service])
                each = each._replace(base_weight=each.base_weight * (weight or 1))
            kept[each] = table
    return declared


def _agencies_replaced(
    wave: Wave, counted: Histograms, agency: dict[int, int]
) -> dict[str, set[int]]:
    """By selection, the agencies of which better ones take the place of such responses."""
    method = wave.declared_method()
    if method.edition > 1 and method.open_responses == "until_drawn":
        overall = wave.questionnaire.questions.get(is_overall=True)
        bins = counted.get(overall.code, {})

        def standing(*kinds: str) -> set[int]:
            sizes = _kish_sizes(bins, agency, kinds)
            return {key for key, size in sizes.items() if size >= method.drawn_alone_from}

        drawn = standing(DRAWN)
        return {OPEN: drawn | standing(DRAWN, VERIFIED), VERIFIED: drawn}
    with_drawn = {
        agency[each.service]
        for bins in counted.values()
        for each in bins
        if each.selection == DRAWN
    }
    return {OPEN: with_drawn, VERIFIED: with_drawn}


def _kish_sizes(
    bins: dict[Bin, list[int]], agency: dict[int, int], kinds: Collection[str]
) -> dict[int, Decimal]:
    """(Σ d)² / Σ d² over an agency's responses of these kinds: known before a rating is looked
    at."""
    first: dict[int, Decimal] = defaultdict(Decimal)
    second: dict[int, Decimal] = defaultdict(Decimal)
    for each, table in bins.items():
        if each.selection in kinds and any(table):
            first[agency[each.service]] += each.base_weight * sum(table)
            second[agency[each.service]] += each.base_weight**2 * sum(table)
    return {key: first[key] ** 2 / second[key] for key in first}


def _mean_drawn_weights(
    bins: dict[Bin, list[int]], agency: dict[int, int]
) -> dict[tuple[int, int] | int, Decimal]:
    """By service and channel, and by agency."""
    total: dict[tuple[int, int] | int, Decimal] = defaultdict(Decimal)
    number: dict[tuple[int, int] | int, int] = defaultdict(int)
    for each, table in bins.items():
        if each.selection == DRAWN:
            for place in ((each.service, each.channel), agency[each.service]):
                total[place] += each.base_weight * sum(table)
                number[place] += sum(table)
    return {place: total[place] / number[place] for place in total if number[place]}
