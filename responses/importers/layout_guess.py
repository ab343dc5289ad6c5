"""Where the table of a file begins, guessed: past hidden sheets, covers and titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from responses.importers.detect import open_table
from responses.importers.exports import EXPORTS, recognise
from responses.importers.known import Known
from responses.importers.layout import Beginning, Layout
from responses.importers.look import sheets_of
from responses.importers.names import COMMENT, NAMES, OVERALL, plain, plain_names
from surveys.csv_files import FileError
from surveys.thai_text import normalise

LOOKED_AT = 40
SHEETS_LOOKED_AT = 20
HEADS = 2
"""So many known names make a row the header."""


def guess_layout(path: Path, known: Known, *, delimiter: str = "") -> Layout:
    """Raise FileError where the file has no table."""
    sheets = _sheets(path, delimiter)
    best: tuple[tuple[int, bool], Layout] | None = None
    for sheet in sheets or [""]:
        try:
            beginning = _beginning(path, delimiter, Layout(sheet))
        except FileError:
            if not sheet:
                raise
            continue  # an empty sheet
        head, hits = _head(beginning, known)
        table = sum(len(_filled(cells)) > 1 for _number, cells in beginning) > 1
        if best is None or (hits, table) > best[0]:
            best = (hits, table), _layout(beginning, head, sheet)
    if best is None:
        raise FileError(_("%(file)s has no header row.") % {"file": path.name})
    return best[1]


def _sheets(path: Path, delimiter: str) -> list[str]:
    with open_table(path, delimiter=delimiter).open() as rows:
        return sheets_of(rows)[:SHEETS_LOOKED_AT]


def _beginning(path: Path, delimiter: str, layout: Layout) -> Beginning:
    with open_table(path, delimiter=delimiter, layout=layout).open() as rows:
        head = (getattr(rows, "header_row", 1), rows.header)
        if hasattr(rows, "titles"):  # a format that names its columns
            return [head]
        return [head, *islice(rows, LOOKED_AT)]


def _layout(beginning: Beginning, head: int, sheet: str) -> Layout:
    number, cells = beginning[head]
    export = recognise(normalise(cell) for cell in cells)
    rows = export.header_rows if export else 1
    below = [row for _number, row in beginning[head + 1 : head + rows]]
    return Layout(sheet, number if head else 0, rows if _names_too(below) else 1)


def _names_too(below: Sequence[Sequence[str]]) -> bool:
    """Whether these rows below the header name the columns, too, rather than answer."""
    said = [normalise(cell) for row in below for cell in row]
    return any("ImportId" in cell for cell in said) or any(
        cell.casefold() in ("response", "open-ended response") for cell in said
    )


def _head(beginning: Beginning, known: Known) -> tuple[int, int]:
    """Which of the rows is the header, and how many names in it are known."""
    names = _known_names(known)
    hits = [_hits(cells, names) for _number, cells in beginning]
    if max(hits) >= HEADS:
        return hits.index(max(hits)), max(hits)
    widths = [len(_filled(cells)) for _number, cells in beginning]
    wide = max(widths) * 0.6
    return next(place for place, width in enumerate(widths) if width >= wide), 0


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()]


def _hits(cells: Sequence[str], names: set[str]) -> int:
    return sum(any(name in names for name in plain_names(normalise(c))) for c in _filled(cells))


def _known_names(known: Known) -> set[str]:
    """By which a row is known to be a header."""
    names = {name for each in NAMES.values() for name in each} | set(OVERALL) | set(COMMENT)
    for export in EXPORTS:
        names |= {plain(column) for mark in export.marks for column in mark}
    return names | set(_asked(known))


def _asked(known: Known) -> Iterator[str]:
    for question in known.questions:
        yield from (plain(text) for text in (question.code, question.text_th, question.text_en))
