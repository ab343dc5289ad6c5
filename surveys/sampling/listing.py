"""The list that a draw is made from: the encounters, their cells, their digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.models import Draw, Encounter
from surveys.sampling.allocation import Cell, allocate
from surveys.sampling.design import Design
from surveys.sampling.selection import Listed, digest_of, list_header

LARGEST_WEIGHT = Decimal(99_999)


class Row(NamedTuple):
    """An encounter of the list with what its line is made of."""

    pk: int
    service: str
    channel: str
    point: str | None
    happened_on: date
    key: str
    reachable: bool
    service_id: int
    channel_id: int
    service_point_id: int | None

    @property
    def place(self) -> tuple[str, str]:
        return self.service, self.channel

    def listed(self, order: str) -> Listed:
        along = order_of(order, self.point, self.happened_on)
        return Listed(self.service, self.channel, self.key, self.reachable, along)


@dataclass(frozen=True)
class Planned:
    """What a draw makes of a cell: how many, and the weight that each of them stands for."""

    cell: Cell
    drawn: int

    @property
    def weight(self) -> Decimal:
        """1/π; 0 where nobody can be reached."""
        if not self.drawn:
            return Decimal(0)
        return (Decimal(self.cell.reachable) / self.drawn).quantize(Decimal("1e-10"))


def order_of(order: str, point: str | None, day: date) -> str:
    """What a systematic draw goes along; nothing for a random one, which need not tell days."""
    return {"random": "", "time": f"{day}", "point_time": f"{point or ''}/{day}"}[order]


def read_list(encounters: QuerySet[Encounter]) -> list[Row]:
    rows = encounters.values_list(
        "pk",
        "service__code",
        "channel__code",
        "service_point__code",
        "happened_on",
        "key",
        "reachable",
        "service_id",
        "channel_id",
        "service_point_id",
    )
    return [Row(*row) for row in rows.iterator(chunk_size=5_000)]


def list_digest(draw: Draw, rows: Sequence[Row]) -> str:
    order = draw.design["order"]
    return digest_of(header_of(draw), (row.listed(order) for row in rows))


def header_of(draw: Draw) -> str:
    return list_header(draw.wave.code, draw.number, draw.design, draw.public_source)


def plan_cells(design: Design, rows: Sequence[Row]) -> list[Planned]:
    """Every cell, in the order of the codes. Raise ValidationError."""
    encounters = Counter(row.place for row in rows)
    reachable = Counter(row.place for row in rows if row.reachable)
    cells = [
        Cell(*place, encounters=number, reachable=reachable[place])
        for place, number in sorted(encounters.items())
    ]
    drawn = allocate(design, cells)
    planned = [Planned(cell, number) for cell, number in zip(cells, drawn, strict=True)]
    for each in planned:
        if each.weight > LARGEST_WEIGHT:
            raise ValidationError(
                _("Fewer than 1 in %(most)d of %(service)s × %(channel)s: draw more.")
                % {
                    "most": LARGEST_WEIGHT,
                    "service": each.cell.service,
                    "channel": each.cell.channel,
                }
            )
    return planned
