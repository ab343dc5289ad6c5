"""E-mail addresses, and accounts by which somebody can be reached or recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from responses.redaction.kinds import Span

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++\s{0,2}(?:@|\(at\)|\[at\])\s{0,2}"
    r"[A-Za-z0-9\-]++(?:\s?\.\s?[A-Za-z0-9\-]+)+",
    re.IGNORECASE,
)
_EMAIL_IN_WORDS = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++ (?:at|แอท) [A-Za-z0-9\-]++"
    r"(?: (?:dot|ดอท) [A-Za-z]{2,10})+(?![A-Za-z])",
    re.IGNORECASE,
)
_EMAIL_IN_THAI = re.compile(r"[^\s@:,;()\[\]\ufffc]{1,64}@[ก-๙A-Za-z0-9\-]+\.(?:ไทย|คอม)")

# Longer first where one begins another.
_LINE = r"(?:ไลน์|ไลน|(?<![A-Za-z])line)"
_IDENTIFIER = r"@?[A-Za-z0-9][A-Za-z0-9._\-]{2,29}"
_NOT_AN_ACCOUNT = (
    r"(?!(?:official|notify|group|pay|man|today|bk|id|oa|app|and|or|is)(?![A-Za-z0-9]))"
)
_LINE_ID = re.compile(
    rf"(?:{_LINE}\s*(?:ไอดี|(?<![A-Za-z])id(?![A-Za-z]))|(?:ไอดี|(?<![A-Za-z])id)\s*{_LINE})"
    rf"(?:\s*(?:คือ|ของ(?:ผม|ฉัน|ดิฉัน|หนู)|is))*[\s:=.]{{0,4}}({_NOT_AN_ACCOUNT}{_IDENTIFIER})",
    re.IGNORECASE,
)
_LINE_NAMED = re.compile(
    rf"{_LINE}\s*[:=]\s*({_NOT_AN_ACCOUNT}(?![0-9]+(?![A-Za-z0-9._])){_IDENTIFIER})"
    rf"|{_LINE}(?:\s*(?:คือ|มาที่|มา|หา|ที่|ผม|ฉัน))*\s*"
    r"(@?(?=[A-Za-z0-9._\-]*[A-Za-z])(?=[A-Za-z._\-]*[0-9_])[A-Za-z0-9][A-Za-z0-9._\-]{2,29})",
    re.IGNORECASE,
)
_OTHER_NAMED = re.compile(
    r"(?:เฟซบุ๊ก|เฟสบุ๊ค|เฟซ|เฟส|ไอจี|อินสตาแกรม|ติ๊กต็อก|ทวิตเตอร์"
    r"|(?<![A-Za-z])(?:facebook|fb|ig|instagram|tiktok|twitter|telegram|wechat|whatsapp|skype))"
    r"\s*(?:[:=]|(?<![A-Za-z])id(?![A-Za-z])[\s:=]*|ชื่อ|(?=@)"
    rf"|(?=\s[A-Za-z0-9\-]+[._][A-Za-z0-9]))\s*({_IDENTIFIER})",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{1,6}\.)?(?:facebook\.com|fb\.com|fb\.me|instagram\.com|tiktok\.com|twitter\.com"
    r"|x\.com|line\.me|lin\.ee|t\.me|wa\.me|m\.me|linkedin\.com)/[A-Za-z0-9_@.~%?=&/#\-]+",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"ไล|line|เฟ|ไอจี|อินสตา|ติ๊ก|ทวิต|facebook|fb|ig|insta|tiktok|twitter|telegram|wechat|whatsapp|skype"
    r"|\.(?:com|me|ee)/"
)


def find_emails(text: str) -> Iterator[Span]:
    lowered = text.lower()
    if "@" in text:
        for address in _EMAIL_IN_THAI.finditer(text):
            yield address.span()
    if "@" in text or "(at)" in lowered or "[at]" in lowered:
        for address in _EMAIL.finditer(text):
            yield address.span()
    if " dot " in lowered or " ดอท " in text:
        for address in _EMAIL_IN_WORDS.finditer(text):
            yield address.span()


def find_online_accounts(text: str) -> Iterator[Span]:
    if not _SIGN.search(text.lower()):
        return
    for profile in _PROFILE.finditer(text):
        yield profile.span()
    for pattern in (_LINE_ID, _LINE_NAMED, _OTHER_NAMED):
        for named in pattern.finditer(text):
            yield named.span(named.lastindex or 0)
