"""Typed cells of spreadsheets and databases as the text that a person would have typed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any


def as_text(value: Any) -> str:
    """5.0 as "5", a time in ISO order, nothing as ""."""
    if isinstance(value, str):
        return _sound(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return _sound(value.decode("utf-8", "replace"))
    if isinstance(value, list | tuple | dict):
        return _sound(json.dumps(value, ensure_ascii=False, default=str))
    return _sound(str(value))


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _sound(text: str) -> str:
    """Without halves of characters, which no database takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def fitted(cells: Sequence[str], width: int) -> list[str]:
    """As many cells as there are columns; cells beyond the last column stay if they say
    something, so that the row is refused rather than cut."""
    if len(cells) < width:
        return [*cells, *[""] * (width - len(cells))]
    if len(cells) > width and not any(cells[width:]):
        return list(cells[:width])
    return list(cells)
