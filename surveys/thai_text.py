"""Thai text as it is typed, brought to one form; Thai digits and grouped numbers read."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
_TO_ASCII = str.maketrans(THAI_DIGITS, "0123456789")
_TO_THAI = str.maketrans("0123456789", THAI_DIGITS)

# Zero-width characters that `strip` leaves, and controls other than tab and line ends.
_INVISIBLE = dict.fromkeys(
    [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]
    + [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r\x85"]
)
_TONE = "[\u0e48-\u0e4b]"
_SPLIT_SARA_AM = re.compile(f"({_TONE}?)\u0e4d({_TONE}?)\u0e32")
_FROM_SARA_AM = re.compile(f"\u0e33(?:\u0e33|{_TONE})+")

_POINTS_AND_COMMAS = str.maketrans(".,", ",.")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


def normalise(text: str) -> str:
    """One form for text that looks the same: NFC, ำ whole and after its tone mark, nothing unseen.

    Never NFKC or NFKD: they split ำ.
    """
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    text = _SPLIT_SARA_AM.sub("\\1\\2\u0e33", text)
    text = _FROM_SARA_AM.sub(_tones_first, text)
    return unicodedata.normalize("NFC", text).strip()


def _tones_first(run: re.Match[str]) -> str:
    text = run[0]
    return text.replace("\u0e33", "") + "\u0e33" * text.count("\u0e33")


def ascii_digits(text: str) -> str:
    """๒๕๖๗ as 2567."""
    return text if text.isascii() else text.translate(_TO_ASCII)


def thai_digits(text: str) -> str:
    """2567 as ๒๕๖๗."""
    return text.translate(_TO_THAI)


def parse_decimal(text: str, *, decimal: str = ".") -> Decimal:
    """A finite number, with Thai digits or thousands separators; `decimal` stands before decimals,
    a point or a comma. Raise ValueError for another."""
    plain = ascii_digits(normalise(text))
    if decimal == ",":
        plain = plain.translate(_POINTS_AND_COMMAS)
    if "," in plain:
        if not _GROUPED.fullmatch(plain):
            raise ValueError(text)
        plain = plain.replace(",", "")
    if "_" in plain:
        raise ValueError(text)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def parse_count(text: str) -> int:
    """A whole number of 0 or more; "1,234" and "1234.0" are read. Raise ValueError for another."""
    number = parse_decimal(text)
    if number < 0 or number != number.to_integral_value():
        raise ValueError(text)
    return int(number)
