"""Both codes of a response, as pages show them and say them to whoever cannot see them."""

from __future__ import annotations

from responses.receipts.private_code import private_code
from responses.web.addresses import address_of


def codes_of(receipt: str) -> dict[str, str]:
    private = private_code(receipt)
    return {
        "receipt": receipt,
        "receipt_spelled": _spelled(receipt),
        "receipt_url": address_of("responses:receipt", receipt),
        "private_code": private,
        "private_code_spelled": _spelled(private),
    }


def _spelled(code: str) -> str:
    """One character after the other, with a pause between groups."""
    return "".join(", " if character == "-" else f"{character} " for character in code)
