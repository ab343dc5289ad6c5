"""The made-up draw of a simulated wave: so many were asked in each cell, and some have answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction

from responses.models import Response
from responses.simulation.population import Population, SimulatedCell
from surveys import clock
from surveys.models import Ballot, Draw, DrawCell, Wave
from surveys.sampling.planning import plan_draw

BATCH = 2_000


@dataclass(frozen=True)
class SimulatedDraw:
    """The draw that the answers of a wave come from."""

    number: int

    def of(self, cell: SimulatedCell) -> dict[str, Any]:
        """What an answer of a cell says of how it came to be asked."""
        return {
            "selection": Response.Selection.DRAWN,
            "base_weight": _weight(cell),
            "draw": self.number,
        }


def drawn_in(wave: Wave) -> SimulatedDraw | None:
    """The made-up draw of a wave, if it has one."""
    draw = Draw.objects.filter(wave=wave, design__allocation="simulated").first()
    return SimulatedDraw(draw.number) if draw else None


@transaction.atomic
def simulate_draw(wave: Wave, population: Population) -> None:
    """Ask in every cell of the wave. There is no list of encounters to repeat it by; whoever does
    not answer keeps a ballot that nobody holds."""
    draw = plan_draw(wave)
    draw.design = {"allocation": "simulated"}
    draw.list_closed_at = draw.drawn_at = clock.now()
    draw.encounters = sum(cell.encounters for cell in population.cells)
    draw.save()
    cells = DrawCell.objects.bulk_create(
        DrawCell(
            draw=draw,
            service=cell.service,
            channel=cell.channel,
            encounters=cell.encounters,
            reachable=cell.encounters,
            drawn=cell.asked,
        )
        for cell in population.cells
    )
    Ballot.objects.bulk_create(_silent(wave, population.cells, cells), batch_size=BATCH)


def _silent(
    wave: Wave, population: Sequence[SimulatedCell], cells: Sequence[DrawCell]
) -> list[Ballot]:
    return [
        Ballot(
            digest=sha256(f"{wave.code} {stored.pk} {k}".encode()).hexdigest()[:43],
            cell=stored,
            base_weight=_weight(cell),
            expires_on=wave.ends_on,
        )
        for cell, stored in zip(population, cells, strict=True)
        for k in range(cell.asked - cell.responses)
    ]


def _weight(cell: SimulatedCell) -> Decimal:
    return (Decimal(cell.encounters) / cell.asked).quantize(Decimal("1e-10"))
