"""What the sender did wrong, and the answer that says so."""

from __future__ import annotations


class Refusal(Exception):
    """The HTTP status, and a message for whoever holds the device: what, where, how to fix it."""

    def __init__(self, status: int, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
