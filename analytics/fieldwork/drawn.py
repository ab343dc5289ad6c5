"""What each draw asked of whom, cell by cell: counts from which rates and reach follow."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from analytics.domains.partitions import Place
from surveys.models import Ballot, DrawCell, Wave


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One service and channel in one draw.

    encounters  in the draw's list; reachable those with a contact; drawn and answered among these
    shared      of the reachable those whose contact stands on many encounters; None where nobody
                counted that
    """

    place: Place
    draw: int
    encounters: int
    reachable: int
    drawn: int
    answered: int
    shared: int | None = None

    @property
    def base_weight(self) -> float:
        """1/π among those who could be reached."""
        return self.reachable / self.drawn if self.drawn else 0.0


def drawn_cells(wave: Wave) -> list[DrawnCell]:
    """The cells of all draws of a wave. While it is open a ballot that is gone was used."""
    cells = DrawCell.objects.filter(draw__wave=wave).select_related("draw")
    still_there: dict[int, int] = {}
    if cells and wave.state == Wave.State.OPEN:
        ballots = Ballot.objects.filter(cell__draw__wave=wave).order_by()
        still_there = dict(ballots.values_list("cell_id").annotate(Count("pk")))
    return [
        DrawnCell(
            place=(cell.service_id, cell.channel_id),
            draw=cell.draw.number,
            encounters=cell.encounters,
            reachable=cell.reachable,
            drawn=cell.drawn,
            answered=(
                cell.drawn - still_there.get(cell.pk, 0)
                if wave.state == Wave.State.OPEN
                else cell.answered
            ),
            shared=cell.shared,
        )
        for cell in cells
    ]
