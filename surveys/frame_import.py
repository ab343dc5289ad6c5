"""Encounters brought into a frame from a file. A cell named again is replaced, not added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.csv_files import column_of
from surveys.models import Channel, Frame, FrameCell, FrozenError, Service
from surveys.rejections import Rejected, Rejections
from surveys.sampling.counting import logged_services
from surveys.tables import Rows, Table
from surveys.thai_dates import parse_date
from surveys.thai_text import normalise, parse_count

COLUMNS = ("service", "channel", "starts_on", "ends_on", "encounters")
LARGEST = 2**63 - 1


class FrameError(Exception):
    """The frame cannot be changed; the message says why."""


class Cell(NamedTuple):
    """Encounters of a service through a channel in a period; the ids are primary keys."""

    service_id: int
    channel_id: int
    starts_on: date
    ends_on: date
    encounters: int


@dataclass
class FrameChange:
    """What setting cells did to a frame."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0

    def __add__(self, other: FrameChange) -> FrameChange:
        return FrameChange(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.kept + other.kept,
        )


def import_frame(
    source: Table,
    *,
    code: str,
    create: bool = False,
    rejections: Rejections,
    on_progress: Callable[[int], object] = lambda position: None,
) -> FrameChange:
    """Set the cells that the file names; rows that cannot be taken go to `rejections`.

    Raise FileError for a file that cannot be read, FrameError for a frame that cannot change.
    """
    with source.open() as rows, transaction.atomic():
        frame = _frame(code, source=source.path.name, create=create)
        reader = _CellReader(rows)
        read: list[tuple[int, Cell | Rejected]] = []
        for number, row in rows:
            try:
                read.append((number, reader.read(row)))
            except Rejected as rejected:
                read.append((number, rejected))
            on_progress(rows.position())
        return set_cells(frame, _free_of_overlaps(read, frame, rejections))


def set_cells(frame: Frame, cells: Iterable[Cell], *, lower: bool = True) -> FrameChange:
    """Set each cell to its encounters; unless `lower`, never to fewer than it has. Raise FrameError
    for a frozen frame."""
    try:
        frame.check_not_frozen()
    except FrozenError as error:
        raise FrameError(str(error)) from error
    logged = logged_services(frame)
    stored = {
        (cell.service_id, cell.channel_id, cell.starts_on): (cell.ends_on, cell.encounters)
        for cell in frame.cells.all()
    }
    change = FrameChange()
    to_write = []
    for cell in cells:
        if cell.service_id in logged:
            raise FrameError(_counted_already())
        before = stored.get(cell[:3])
        if before == cell[3:]:
            change.unchanged += 1
            continue
        if before and cell.encounters < before[1] and not lower:
            change.kept += 1
            continue
        change.added += before is None
        change.changed += before is not None
        to_write.append(FrameCell(frame=frame, **cell._asdict()))
    FrameCell.objects.bulk_create(
        to_write,
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["frame", "service", "channel", "starts_on"],
        update_fields=["ends_on", "encounters"],
    )
    return change


def _frame(code: str, *, source: str, create: bool) -> Frame:
    if frame := Frame.objects.filter(code=code).first():
        return frame
    if not create:
        raise FrameError(_("There is no frame %(frame)s. Make it with --create.") % {"frame": code})
    frame = Frame(code=code, source=source)
    frame.full_clean()
    frame.save()
    return frame


class _CellReader:
    """Reads rows as cells; knows the registry."""

    def __init__(self, rows: Rows) -> None:
        self.columns = {name: column_of(rows.header, name) for name in COLUMNS}
        self.services = dict(Service.objects.filter(retired_on=None).values_list("code", "pk"))
        self.channels = dict(Channel.objects.values_list("code", "pk"))

    def read(self, row: Sequence[str]) -> Cell:
        if len(row) <= max(self.columns.values()):
            raise Rejected("", "", _("The row has too few cells. Complete it."))
        text = {name: normalise(row[index]) for name, index in self.columns.items()}
        cell = Cell(
            service_id=_known("service", text["service"], self.services),
            channel_id=_known("channel", text["channel"], self.channels),
            starts_on=_date("starts_on", text["starts_on"]),
            ends_on=_date("ends_on", text["ends_on"]),
            encounters=_encounters(text["encounters"]),
        )
        if cell.ends_on < cell.starts_on:
            raise Rejected(
                "ends_on", text["ends_on"], _("The last day comes before the first. Correct one.")
            )
        return cell


def _free_of_overlaps(
    read: list[tuple[int, Cell | Rejected]], frame: Frame, rejections: Rejections
) -> list[Cell]:
    """The cells that count no encounter twice, in the file or beside what the frame keeps."""
    logged = logged_services(frame)
    named = {cell[:3] for _number, cell in read if isinstance(cell, Cell)}
    taken: dict[tuple[int, int], dict[date, date]] = defaultdict(dict)
    for kept in frame.cells.all():
        if (kept.service_id, kept.channel_id, kept.starts_on) not in named:
            taken[kept.service_id, kept.channel_id][kept.starts_on] = kept.ends_on
    cells = []
    for number, cell in read:
        try:
            if isinstance(cell, Rejected):
                raise cell
            if cell.service_id in logged:
                raise Rejected("service", "", _counted_already())
            _claim(cell, taken[cell.service_id, cell.channel_id])
            cells.append(cell)
        except Rejected as rejected:
            rejections.add(number, rejected)
    return cells


def _claim(cell: Cell, taken: dict[date, date]) -> None:
    """Take the period for this cell. Raise Rejected where it is taken already."""
    for starts_on, ends_on in taken.items():
        if starts_on <= cell.ends_on and cell.starts_on <= ends_on:
            raise Rejected(
                "starts_on",
                str(cell.starts_on),
                _(
                    "The period overlaps %(first)s to %(last)s of the same service and channel, "
                    "in the frame or in an earlier row. Correct the dates or keep one of the two."
                )
                % {"first": starts_on, "last": ends_on},
            )
    taken[cell.starts_on] = cell.ends_on


def _counted_already() -> str:
    return _(
        "The encounters of this agency are counted as it reports them; beside that count they "
        "would come twice. Leave the agency out."
    )


def _known(field: str, code: str, registry: dict[str, int]) -> int:
    if code not in registry:
        raise Rejected(
            field,
            code,
            _("“%(code)s” is not in the registry. Correct the code, or add it to the registry.")
            % {"code": code},
        )
    return registry[code]


def _date(field: str, text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        raise Rejected(
            field,
            text,
            _("“%(text)s” is not a date. Write 2024-01-31, 31/01/2567 or ๓๑/๐๑/๒๕๖๗.")
            % {"text": text},
        ) from None


def _encounters(text: str) -> int:
    try:
        encounters = parse_count(text)
    except ValueError:
        encounters = LARGEST + 1
    if encounters > LARGEST:
        raise Rejected(
            "encounters",
            text,
            _("“%(text)s” is not a count. Write a whole number of 0 or more.") % {"text": text},
        )
    return encounters
