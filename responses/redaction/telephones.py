"""Telephone numbers: Thai ones as people write them, others where they begin with +."""

from __future__ import annotations

import re
from collections.abc import Iterator

from responses.redaction.kinds import Span

_SIX_DIGITS = re.compile(r"[0-9](?:[ .\-()]{0,2}[0-9]){5}")
_EIGHT_DIGITS = re.compile(r"[0-9](?:[^0-9A-Za-zก-ฮ]{0,3}[0-9]){7}")
# A mobile number whatever stands between its digits.
_SPACED_MOBILE = re.compile(r"(?<![0-9.,/\-])0[ .\-_/]{0,3}[689](?:[ .\-_/]{0,3}[0-9]){8}(?![0-9])")
# Six digits and more after a word that promises a number; hotlines (191, 1111) are no one's.
_LABELLED = re.compile(
    r"(?:เบอร์(?:โทร(?:ศัพท์)?|มือถือ|ติดต่อ)?|โทร(?:ศัพท์)?|มือถือ|ติดต่อ(?:กลับ)?"
    r"|(?i:\b(?:tel(?:ephone)?|phone|mobile|call(?: me)?|whatsapp|cell)\b))"
    r"(?:\s*(?:กลับ|ได้|ที่|หมายเลข|เลข|คือ|เบอร์|ของ(?:ผม|ฉัน|ดิฉัน|หนู)|หา(?:ผม|ฉัน)|มา"
    r"|(?i:number|no\.?|is|at|on)))*[\s:=.#(]{0,4}"
    r"([0-9](?:[ .\-()]{0,2}[0-9]){5,14})(?![0-9])(?!\s*(?:บาท|คน|ครั้ง|วัน|นาที|ชั่วโมง|ปี|baht\b))"
)


def find_telephones(text: str) -> Iterator[Span]:
    if _SIX_DIGITS.search(text):
        for labelled in _LABELLED.finditer(text):
            yield labelled.span(1)
    if not _EIGHT_DIGITS.search(text):
        return
    for mobile in _SPACED_MOBILE.finditer(text):
        yield mobile.span()
    from phonenumbers import PhoneNumberMatcher  # its metadata only where there is a number

    for match in PhoneNumberMatcher(text, "TH", max_tries=200):
        yield match.start, match.end
