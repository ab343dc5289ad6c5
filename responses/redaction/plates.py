"""Number plates of Thai vehicles: two or three consonants and up to four digits.

Two consonants and a number also end many a Thai word (“คน 5”), so one more sign is asked for: the
word for a plate before it, a province behind it, or the digit before the letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from responses.redaction.kinds import Span
from responses.redaction.words import PROVINCE

_THAI_BEFORE = "(?<![ก-ฮะ-ฺเ-ๅ็-๎])"
_LETTERS = r"[ก-ฮ]{2,3}\s?-?\s?"

_WITH_PROVINCE = re.compile(
    rf"(?<![0-9])(?:[1-9]\s?|{_THAI_BEFORE}){_LETTERS}[1-9][0-9]{{0,3}}\s*(?:จ\.|จังหวัด)?"
    rf"\s*(?:{PROVINCE})"
)
_LABELLED = re.compile(
    r"(?:ทะเบียน(?:รถ)?|ป้าย|(?i:\b(?:number |licen[sc]e )?plate\b|\bregistration\b))"
    r"(?:\s*(?:รถ|ยนต์|จักรยานยนต์|มอเตอร์ไซค์|กระบะ|เก๋ง|แท็กซี่|ทะเบียน|แดง|ขาว|หมายเลข|เลขที่|เลข|คือ"
    r"|ของ(?:ผม|ฉัน)|(?i:number|no\.?|is)))*[\s:=.#]{0,4}"
    rf"([1-9]{{0,2}}\s?{_LETTERS}[0-9]{{1,4}}|[ก-ฮ][ \-][0-9]{{4}})(?![0-9])"
    rf"(?:\s*(?:จ\.|จังหวัด)?\s*(?:{PROVINCE}))?"
)
_UNITS = "กก|กม|ซม|มม|ชม|ลบ|ตร|คน|วน|หน|ตน|รอ|ขอ|บท|นท|พบ|จบ|ลด"
_WITH_DIGIT = re.compile(
    rf"(?:(?<![0-9.,])[1-9](?!{_UNITS})[ก-ฮ]{{2}}\s?-?\s?"
    rf"|{_THAI_BEFORE}(?!{_UNITS})[ก-ฮ]{{2}}-)[1-9][0-9]{{2,3}}(?![0-9])"
)
_SIGN = re.compile(r"[ก-ฮ]\s?-?\s?[0-9]")


def find_plates(text: str) -> Iterator[Span]:
    if not _SIGN.search(text):
        return
    for labelled in _LABELLED.finditer(text):
        yield labelled.start(1), labelled.end()
    for pattern in (_WITH_PROVINCE, _WITH_DIGIT):
        for plate in pattern.finditer(text):
            yield plate.span()
