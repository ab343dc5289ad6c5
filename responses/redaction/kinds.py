"""What is looked for, and the word that stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]
"""Where something stands in a text whose digits are ASCII."""


class Kind(Enum):
    """The word in Thai, and in English: whoever reads the answer sees what stood there."""

    IDENTITY = ("[เลขประจำตัว]", "[identity number]")
    PASSPORT = ("[เลขหนังสือเดินทาง]", "[passport number]")
    ACCOUNT = ("[เลขบัญชีหรือบัตร]", "[account or card number]")
    TELEPHONE = ("[เบอร์โทรศัพท์]", "[telephone number]")
    EMAIL = ("[อีเมล]", "[e-mail]")
    ONLINE = ("[บัญชีออนไลน์]", "[online account]")
    PLATE = ("[ทะเบียนรถ]", "[number plate]")
    ADDRESS = ("[ที่อยู่]", "[address]")
    NAME = ("[ชื่อ]", "[name]")

    def word(self, language: str | None) -> str:
        thai, english = self.value
        return english if language == "en" else thai
