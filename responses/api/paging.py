"""How much of a list an answer holds, whatever numbers are asked for."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import CursorPagination, LimitOffsetPagination
from rest_framework.request import Request

LARGEST = 1_000
FURTHEST = 10**9
"""No list is longer; a database refuses larger numbers than it can count."""


class ByOffset(LimitOffsetPagination):
    max_limit = LARGEST

    def get_offset(self, request: Request) -> int:
        return min(super().get_offset(request), FURTHEST)


class ByCode(CursorPagination):
    ordering = "code"
    page_size = 100

    def decode_cursor(self, request: Request) -> Any:
        """A position is a code: PostgreSQL takes no NUL in one."""
        cursor = super().decode_cursor(request)
        if cursor and "\0" in str(cursor.position):
            return None
        return cursor
