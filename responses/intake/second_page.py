"""Whether what is optional stands on one page for a citizen, or a subject a screen."""

from __future__ import annotations

from responses.models.response import RECEIPT_ALPHABET, Response
from surveys.models import Wave

BY_LOT = "by_lot"


def on_one_page(response: Response) -> bool:
    declared = response.wave.declared_method().second_page
    return lot(response.receipt) if declared == BY_LOT else declared == "one_page"


def lot(receipt: str) -> bool:
    """Drawn with the receipt, by chance and before anything else is asked: it is kept nowhere else,
    and anybody who knows the receipt can tell."""
    return RECEIPT_ALPHABET.index(receipt[-1]) % 2 == 1


def draws_lots(wave: Wave) -> bool:
    return wave.declared_method().second_page == BY_LOT
