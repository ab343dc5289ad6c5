"""What each draw asked of whom, cell by cell: counts from which rates and reach follow."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count

from analytics.domains.partitions import Place
from surveys.models import Ballot, DrawCell, Wave


class DrawnCell(NamedTuple):
    """One service and channel in one draw; a wave has tens of thousands.

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
    columns = ("pk", "service_id", "channel_id", "draw__number", "encounters", "reachable")
    cells = DrawCell.objects.filter(draw__wave=wave)
    rows = list(cells.values_list(*columns, "drawn", "answered", "shared"))
    still_there: dict[int, int] = {}
    still_open = wave.state == Wave.State.OPEN
    if rows and still_open:
        ballots = Ballot.objects.filter(cell__draw__wave=wave).order_by()
        still_there = dict(ballots.values_list("cell_id").annotate(Count("pk")))
    return [
        DrawnCell(
            place=(service, channel),
            draw=number,
            encounters=encounters,
            reachable=reachable,
            drawn=drawn,
            answered=drawn - still_there.get(pk, 0) if still_open else answered,
            shared=shared,
        )
        for pk, service, channel, number, encounters, reachable, drawn, answered, shared in rows
    ]
