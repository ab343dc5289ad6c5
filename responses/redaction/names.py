"""Names of people, after a title or after “my name is”.

Thai puts no space between words, so what follows a title may be a name (นายสมชาย), another word
that begins alike (นายอำเภอ, คุณภาพ), or a name with the rest of the sentence (คุณสมชายบริการดี). The
lists of words.toml tell them apart; where they do not, more is taken rather than less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from responses.redaction.kinds import Span
from responses.redaction.words import (
    AFTER_NAMES,
    BEFORE_TITLES,
    NICKNAME,
    NOT_NAMES,
    NOT_NAMES_AFTER,
    NOT_SURNAMES,
    RANK,
)

_LETTER = "[ก-ฮะ-ฺเ-ๅ็-๎]"  # without ฯ, ๆ and ฿
_ALONE = f"(?<!{_LETTER})"
_THAI_NAME = rf"[ก-ฮเ-ไ]{_LETTER}+"
_LATIN_NAME = r"[A-Z][A-Za-z'’\-]+"
_LATIN_NAMES = rf"{_LATIN_NAME}(?:\s{_LATIN_NAME}){{0,2}}"
_NAME = re.compile(rf"\s{{0,2}}({_THAI_NAME}|{_LATIN_NAME})")
_SURNAME = re.compile(rf"\s{{1,2}}(?:ณ\s)?({_THAI_NAME}|{_LATIN_NAME})")
_SURNAME_LIMIT = 22

_AFTER_WORD = "|".join([_ALONE, *(f"(?<={word})" for word in BEFORE_TITLES)])
_TITLE = re.compile(
    r"นางสาว|เด็กชาย|เด็กหญิง|น\.ส\.|นส\.|ด\.ช\.|ด\.ญ\.|นายแพทย์|แพทย์หญิง|ทันตแพทย์|นายสัตวแพทย์"
    rf"|(?:{_AFTER_WORD})"
    r"(?:(?P<title>นาง|นาย|คุณ|อาจารย์)(?:(?<=คุณ)(?:หมอ|ครู))?"
    r"|(?P<office>จ่า(?!ย)|ดาบ|(?:ผู้)?หมวด|ผู้กอง|สารวัตร|กำนัน|ผู้ใหญ่(?:บ้าน)?|ปลัด|ครู"
    r"|ทนาย(?!ความ)|หมอฟัน|จนท\.))"
    # A rank, and not a word that begins alike: สิบเอกสาร is ten documents.
    rf"|(?<![ก-๎.])(?:ว่าที่\s?)?(?:{RANK})(?!บาง|สาร|รศัพท์|รหา|รไป|รมา|รแจ้ง|รถาม)"
    r"\s?(?:หญิง\s?)?(?:ดร\.\s?)?"
)
_TITLE_SIGN = re.compile(
    "นา[งย]|คุณ|จนท|หมอฟัน|ครู|อาจารย์|เด็ก|จ่า|ดาบ|หมวด|ผู้|สาร|กำนัน|ปลัด|แพทย์|[ก-ฮ][.]|พัน|พล|ร้อย|สิบ|เรือ"
)

_NAMED = re.compile(
    r"(?:(?:ผม|ดิฉัน|ฉัน|หนู|กระผม|ข้าพเจ้า|(?:เจ้าหน้าที่|พนักงาน)(?!ไม่)[ก-๎]{0,12}|คนที่|พี่|น้อง|ป้า|ลุง|ตา|ยาย|แม่|พ่อ|ลูก|ช่าง|หมอ|ครู"
    r"|ทนาย(?:ความ)?|ตำรวจ|ผู้ชาย|ผู้หญิง|คน|หนึ่ง|นึง)\s?ชื่อ(?:เล่น|จริง)?"
    r"|ชื่อ(?:\s?[-–]?\s?(?:นาม)?สกุล|ผู้ร้อง|ผู้ติดต่อ)?\s?[:=]"
    r"|ชื่อ(?:ผู้รับ|ผู้ส่ง|ผู้แจ้ง|ผู้ร้อง|ผู้ติดต่อ)\s|ลงชื่อ[ .:…]{0,4})"
    r"\s?(?:ว่า|คือ)?(?!ว่า|คุณ|นาย|นาง)"
)
_POLITELY_NAMED = re.compile(
    rf"{_ALONE}ชื่อ\s?([ก-ฮเ-ไ]{_LETTER}{{1,24}}?(?:\s[ก-ฮเ-ไ]{_LETTER}{{1,24}}?)?)(?=\s?(?:ค่ะ|คะ|ครับ))"
)
_NICKNAMED = re.compile(
    rf"(?:พี่|น้อง|ป้า|ลุง|น้า|เจ๊|หมอ|ครู)\s?({NICKNAME})(?:(?!{_LETTER})|(?=ช่อง|โต๊ะ|เคาน์เตอร์|ห้อง|แผนก"
    r"|ฝ่าย|คน|ที่|ให้|บริการ|พูด|ช่วย|แนะนำ|ดูแล|ตรวจ|มาก|น่ารัก|ใจดี|ค่ะ|ครับ))"
)
_MY_NAME = re.compile(
    r"(?i:\bmy (?:full )?name(?: is|'s|:)|\bnamed|^name:|\bsigned,?"
    r"|\b(?:officer|staff|clerk)(?:'s)? name(?: is| was|:)"
    r"|\bi am(?= [A-Z][a-z]+ [A-Z])|\bofficer(?= [A-Z][a-z]))"
    rf"\s+({_LATIN_NAMES})"
)
_ENGLISH_TITLE = re.compile(
    r"\b(?:(?i:mr|mrs)\b\.?|Ms\b\.?|MS\.|Miss\b|MISS\b|Dr\b\.?|DR\.|Prof\b\.?|Khun\b|KHUN\b|khun\b)"
    rf"\s{{1,2}}({_LATIN_NAMES}"
    r"|(?:(?<=mr )|(?<=mrs )|(?<=mr\. )|(?<=mrs\. )|(?<=khun ))[a-z]{2,})"
)
_ENGLISH_SIGNS = ("mr", "ms", "miss", "dr", "prof", "khun", "name", "signed", "officer", "i am")


def find_names(text: str) -> Iterator[Span]:
    if _TITLE_SIGN.search(text):
        for title in _TITLE.finditer(text):
            if span := _name_after(text, title.end(), _list_for(title)):
                yield span
    if "ชื่อ" in text:
        for named in _NAMED.finditer(text):
            if span := _name_after(text, named.end()):
                yield span
        for named in _POLITELY_NAMED.finditer(text):
            if not NOT_NAMES.match(named[1]):
                yield named.span(1)
    for nickname in _NICKNAMED.finditer(text):
        yield nickname.span(1)
    lowered = text.lower()
    if any(sign in lowered for sign in _ENGLISH_SIGNS):
        for pattern in (_MY_NAME, _ENGLISH_TITLE):
            for name in pattern.finditer(text):
                yield name.span(1)


def _list_for(title: re.Match[str]) -> str:
    """Under which title words.toml lists what is no name after it."""
    return title["title"] or ("office" if title["office"] else "")


def _name_after(text: str, start: int, title: str = "") -> Span | None:
    """Where the name stands that begins there, with the surname; None where none does."""
    first = _NAME.match(text, start)
    if first is None or NOT_NAMES.match(first[1]):
        return None
    if title and NOT_NAMES_AFTER[title].match(first[1]):
        return None
    length = _length_of_name(first[1])
    if length < len(first[1]):
        return first.start(1), first.start(1) + length
    surname = _SURNAME.match(text, first.end())
    if surname is None or NOT_SURNAMES.match(surname[1]):
        return first.span(1)
    length = _length_of_name(surname[1])
    if length > _SURNAME_LIMIT:
        return first.span(1)
    return first.start(1), surname.start(1) + length


def _length_of_name(word: str) -> int:
    """Up to the first word that no name has within it."""
    after = AFTER_NAMES.search(word, 2)
    return after.start() if after else len(word)
