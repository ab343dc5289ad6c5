"""What the import page and the command make of a file before anybody has said anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from responses.importers.choice import Choice
from responses.importers.detect import open_table
from responses.importers.findings import Finding, findings_of
from responses.importers.guess import guess
from responses.importers.known import Known
from responses.importers.layout import Layout
from responses.importers.layout_guess import guess_layout
from responses.importers.look import Look, look_at, tells_rows_apart
from surveys.tables import Table


@dataclass(frozen=True)
class Proposal:
    table: Table
    look: Look
    choice: Choice
    known: Known

    @property
    def findings(self) -> list[Finding]:
        return findings_of(self.look, self.known, self.choice)

    @property
    def entries(self) -> dict[str, Any]:
        """Of the mapping, as a TOML file would have them."""
        return self.choice.entries(self.look, self.known)


def propose(path: Path, known: Known, *, name: str, layout: Layout | None = None) -> Proposal:
    """The likeliest reading of a file called `name`. Raise FileError where there is none."""
    layout = layout or guess_layout(path, known)
    table = open_table(path, layout=layout)
    look = look_at(table, layout)
    choice = guess(
        look, known, name=name, tells_apart=lambda columns: tells_rows_apart(table, columns)
    )
    return Proposal(table, look, choice, known)


def table_of(path: Path, entries: Mapping[str, Any]) -> Table:
    """The file as these entries of a mapping say that it is laid out. Raise FileError."""
    return open_table(path, delimiter=entries.get("delimiter", ""), layout=Layout.of(entries))
