"""Files of a known layout: the frame, and encounters. Looked at, tried, brought in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from responses.importers.encounter_log import REQUIRED, check_rows, import_encounters
from surveys.acts import record
from surveys.frame_import import COLUMNS, import_frame
from surveys.models import Act, Frame, User, Wave
from surveys.rejections import Rejections
from surveys.sampling.encounters import EncounterLog
from surveys.tables import Beginning, Table

ROWS_SHOWN = 8
LOOKED_AT = 5_000
"""So many rows of a frame are tried while somebody waits. A worker reads all of them."""
Counts = dict[str, int]
Tick = Callable[[int], object]


@dataclass(frozen=True)
class FirstRows:
    """As they are read; nothing is stored."""

    header: Sequence[str]
    rows: list[tuple[int, Sequence[str]]]


def first_rows(table: Table) -> FirstRows:
    """Raise FileError."""
    with table.open() as rows:
        return FirstRows(rows.header, list(islice(rows, ROWS_SHOWN)))


def bring_frame(
    table: Table, wave: Wave, rejections: Rejections, tick: Tick, *, actor: User | None, name: str
) -> Counts:
    """Set the cells of the wave's frame that the file names. Raise one of ImportFailed."""
    with transaction.atomic():
        change = import_frame(table, code=wave.frame.code, rejections=rejections, on_progress=tick)
        Frame.objects.filter(pk=wave.frame_id, source="").update(source=name)
        counts = {
            "added": change.added,
            "changed": change.changed,
            "unchanged": change.unchanged,
        }
        record(Act.What.FRAME, wave, actor, file=name, **counts)
    return counts | {"rejected": rejections.count}


def bring_encounters(
    table: Table, wave: Wave, rejections: Rejections, tick: Tick, **_about: Any
) -> Counts:
    """Add to the wave's encounters. Raise one of ImportFailed."""
    imported = import_encounters(table, EncounterLog(wave), rejections, on_progress=tick)
    return {
        "stored": imported.stored,
        "already_stored": imported.already_stored,
        "reachable": imported.reachable,
        "rejected": rejections.count,
    }


def try_frame(table: Table, wave: Wave, rejections: Rejections) -> Counts:
    """What the file would do to the frame, or its first rows where it is long (`looked_at`);
    nothing stays."""
    beginning = Beginning(table, LOOKED_AT)
    with transaction.atomic():
        counts = bring_frame(beginning, wave, rejections, lambda _at: None, actor=None, name="")
        transaction.set_rollback(True)
    return counts | ({"looked_at": LOOKED_AT} if beginning.is_part else {})


def try_encounters(table: Table, wave: Wave, rejections: Rejections) -> Counts:
    """How many rows could be taken, of those that are looked at."""
    good = check_rows(table, EncounterLog(wave), rejections)
    return {"good": good, "rejected": rejections.count}


COLUMNS_OF = {"frame": COLUMNS, "encounters": REQUIRED}
BRING: dict[str, Callable[..., Counts]] = {"frame": bring_frame, "encounters": bring_encounters}
TRY: dict[str, Callable[[Table, Wave, Rejections], Counts]] = {
    "frame": try_frame,
    "encounters": try_encounters,
}
