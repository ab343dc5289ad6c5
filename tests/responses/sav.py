"""Writes a small SPSS system file, as the format is published: enough to test reading one."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

NOTHING = struct.pack("<d", -1.7976931348623157e308)
NUMBER, TEXT = 5 << 16 | 8 << 8, 1 << 16


def write_sav(
    path: Path,
    columns: dict[str, list[Any]],
    *,
    labels: dict[str, dict[float, str]] | None = None,
    titles: dict[str, str] | None = None,
) -> Path:
    """Numbers, and texts of up to 32 bytes. Names are Latin, of up to 8 letters."""
    widths = {
        name: 32 if any(isinstance(v, str) for v in cells) else 0 for name, cells in columns.items()
    }
    cases = len(next(iter(columns.values())))
    segments = sum(max(width // 8, 1) for width in widths.values())
    out = struct.pack(
        "<4s60siiiiid9s8s64s3s",
        b"$FL2",
        b"@(#) SPSS DATA FILE test".ljust(60),
        2,
        segments,
        0,
        0,
        cases,
        100.0,
        b"01 Jan 24",
        b"00:00:00",
        b"".ljust(64),
        b"",
    )
    position, positions = 1, {}
    for name, width in widths.items():
        positions[name] = position
        title = (titles or {}).get(name, "").encode()
        form = TEXT | width << 8 if width else NUMBER
        out += struct.pack(
            "<iiiiii8s", 2, width, bool(title), 0, form, form, name.encode().ljust(8)
        )
        if title:
            out += struct.pack("<i", len(title)) + title.ljust(-(-len(title) // 4) * 4)
        for _segment in range(max(width // 8 - 1, 0)):
            out += struct.pack("<iiiiii8s", 2, -1, 0, 0, TEXT, TEXT, b"".ljust(8))
        position += max(width // 8, 1)
    for name, meanings in (labels or {}).items():
        out += struct.pack("<ii", 3, len(meanings))
        for code, label in meanings.items():
            raw = label.encode()
            size = -(-(len(raw) + 1) // 8) * 8 - 1
            out += struct.pack("<dB", code, len(raw)) + raw.ljust(size)
        out += struct.pack("<iii", 4, 1, positions[name])
    out += struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8" + struct.pack("<ii", 999, 0)
    for k in range(cases):
        for name, width in widths.items():
            cell = columns[name][k]
            if width:
                out += (cell or "").encode()[:width].ljust(width)
            else:
                out += NOTHING if cell is None else struct.pack("<d", cell)
    path.write_bytes(out)
    return path
