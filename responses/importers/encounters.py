"""The frame counted from a file in which every row is an encounter."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from responses.importers.places import Place
from surveys.frame_import import Cell, FrameChange, FrameError, set_cells
from surveys.models import Frame, Wave


class Encounters:
    """Counts encounters by service, channel and day; holds cells, not rows."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self._counts: Counter[tuple[int, int, date]] = Counter()

    def add(self, place: Place, day: date) -> None:
        self._counts[place.service.id, place.channel.id, day] += 1

    @property
    def total(self) -> int:
        return self._counts.total()

    def set_frame(self) -> FrameChange:
        """Set, not add: the same file twice leaves the frame as it is, and a file of corrected
        rows, which holds a part of them, does not shrink it. Raise FrameError."""
        return set_cells(self.wave.frame, self._cells(), lower=False)

    def _cells(self) -> Iterator[Cell]:
        months: Counter[tuple[int, int, date]] = Counter()
        for (service, channel, day), encounters in self._counts.items():
            months[service, channel, day.replace(day=1)] += encounters
        for (service, channel, first), encounters in months.items():
            yield Cell(service, channel, first, last_of_month(first), encounters)


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def check_monthly(frame: Frame) -> None:
    """Raise FrameError where cells of other periods would be counted beside the months."""
    for cell in frame.cells.select_related("service", "channel").iterator():
        if cell.starts_on.day != 1 or cell.ends_on != last_of_month(cell.starts_on):
            raise FrameError(
                _(
                    "Frame %(frame)s has a cell that is not a calendar month (%(cell)s). "
                    "Encounters counted from this file would come twice: use another frame."
                )
                % {"frame": frame.code, "cell": cell}
            )
