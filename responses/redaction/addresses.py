"""House addresses: after a word for them, or where a house number and a village stand together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from responses.redaction.kinds import Span
from responses.redaction.words import PROVINCE

_NUMBER = r"[0-9]{1,5}(?:[/\-][0-9]{1,5})?"
_WORD = r"[ก-ฮเ-ไ][ก-๎]{1,29}(?:\s?[0-9]{1,3}(?:/[0-9]{1,3})?)?"
_PART = (
    r"(?:\s*,?\s*(?:"
    r"(?:หมู่(?:ที่)?|ม\.)\s?[0-9]{1,2}"
    rf"|(?:หมู่บ้าน|บ้าน|ซอย|ซ\.|ถนน|ถ\.|ตรอก|ตำบล|ต\.|แขวง|อำเภอ|อ\.|เขต|จังหวัด|จ\.|อาคาร|คอนโด)\s?{_WORD}"
    r"|(?:ชั้น|ห้อง)\s?[0-9]{1,4}"
    r"|(?:ซอย|ซ\.)\s?[0-9]{1,3}"
    rf"|{PROVINCE}"
    r"|[1-9][0-9]{4}(?![0-9])"
    r"))"
)
_LABELLED = re.compile(
    r"(?:บ้านเลขที่|ที่อยู่(?:ตามบัตร|ของ(?:ผม|ฉัน|ดิฉัน|หนู))?\s*(?:คือ|เลขที่|บ้านเลขที่)?)[\s:=]{0,3}"
    rf"({_NUMBER}{_PART}{{0,8}})(?![0-9])"
)
_SENT_TO = re.compile(rf"ส่ง(?:มา|ไป)?ที่\s?({_NUMBER}{_PART}{{1,8}})(?![0-9])")
_WITH_VILLAGE = re.compile(
    rf"(?<![0-9/.,])((?:[0-9]{{1,5}}/[0-9]{{1,5}}\s*(?:หมู่(?:ที่)?|ม\.)|[0-9]{{1,5}}\s*หมู่(?:ที่)?)\s?[0-9]{{1,2}}(?![0-9])"
    rf"{_PART}{{0,8}}|[0-9]{{1,5}}/[0-9]{{1,5}}\s*(?=ซอย|ซ\.|ถนน|ถ\.|ตำบล|ต\.|แขวง){_PART}{{1,8}})"
)
_ENGLISH = re.compile(
    r"(?i:\b(?:home |house |my |mailing )?address(?: is)?|\bi live at|\bhouse (?:no\.?|number))"
    r"[\s:=]{1,3}([0-9]{1,5}(?:/[0-9]{1,5})?(?:,? (?:[A-Z][A-Za-z]*|[0-9]{1,5}(?:/[0-9]{1,3})?)"
    r"\.?){0,12})"
)


def find_addresses(text: str) -> Iterator[Span]:
    for pattern in (_LABELLED, _SENT_TO, _WITH_VILLAGE, _ENGLISH):
        for address in pattern.finditer(text):
            yield address.span(1)
