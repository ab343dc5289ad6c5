"""Numbers that name a person: of citizens, taxpayers, patients, passports, accounts and cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.th import moa, pin

from responses.redaction.kinds import Span
from surveys.thai_text import ascii_digits

_OF_NUMBERS = "0123456789 .-"
"""The signs that a citizen number is written with; strip() stops at the first other one."""

_LONG = re.compile(r"[0-9](?:[ .\-]{0,3}[0-9]){8}")

_THIRTEEN = re.compile(r"(?<![0-9])[0-9](?:[ .\-]{0,3}[0-9]){12}(?![0-9])")
# As it is printed on the card, even where a digit is wrong.
_AS_PRINTED = re.compile(
    r"(?<![0-9])[0-9][ \-][0-9]{4}[ \-][0-9]{5}[ \-][0-9]{2}[ \-][0-9](?![0-9])"
)
_LABELLED = re.compile(
    r"(?:บัตรประชาชน|บัตรประจำตัว(?:ประชาชน)?|เลขประจำตัว(?:ประชาชน|ผู้เสียภาษี(?:อากร)?)?"
    r"|เลขบัตร(?:ประชาชน)?|เลข ?(?:13|๑๓) ?หลัก|ปชช\.?|ผู้เสียภาษี"
    r"|(?i:\b(?:citizen|national|tax(?:payer)?|personal)[ -](?:id|number|no)\b(?: card)?"
    r"|\bid card\b|\bidentification\b))"
    r"(?:\s*(?:เลขที่|หมายเลข|คือ|เลข|ของ(?:ผม|ฉัน|ดิฉัน|หนู|เขา)|(?i:number|no\.?|is)))*[\s:=.#]{0,4}"
    r"([0-9](?:[ .\-]{0,3}[0-9]){8,14})(?![0-9])"
)
_PATIENT = re.compile(
    r"(?<![A-Za-z])(?i:h\.?n\.?|a\.?n\.?)(?:\s*(?i:no\.?|number|เลขที่))?[\s:=.#]{0,3}"
    r"((?=[0-9/\-]{4})[0-9]{1,10}(?:[/\-][0-9]{1,8})?)(?![0-9])"
)
_PASSPORT = re.compile(
    r"(?:หนังสือเดินทาง|พาสปอร์ต|พาสพอร์ต|(?i:\bpassport\b))"
    r"(?:\s*(?:เล่มที่|เลขที่|หมายเลข|เลข|คือ|ของ(?:ผม|ฉัน|ดิฉัน)|(?i:number|no\.?|is|id)))*[\s:=.#]{0,4}"
    r"((?:[A-Za-z]{1,2} ?[0-9]{6,8}|[0-9]{7,9}))(?![A-Za-z0-9])"
)
_CARD = re.compile(r"(?<![0-9])[2-6][0-9]{3}(?:[ \-]?[0-9]{4}){2}[ \-]?[0-9]{4}(?![0-9])")
_AMEX = re.compile(r"(?<![0-9])3[47][0-9]{2}[ \-]?[0-9]{6}[ \-]?[0-9]{5}(?![0-9])")
_ACCOUNT_AS_PRINTED = re.compile(r"(?<![0-9])[0-9]{3}-[0-9]-[0-9]{5}-[0-9](?![0-9])")
_ACCOUNT = re.compile(
    r"(?:(?:เลข(?:ที่)?)?บัญชี|เลขบช\.?|บช\.|พร้อมเพย์|ธนาคาร|ธ\.|กสิกร(?:ไทย)?|ไทยพาณิชย์|กรุงไทย|กรุงเทพ"
    r"|ออมสิน|ธกส\.?|ทหารไทย|กรุงศรี|(?i:\b(?:bank )?account\b|\bacct\b|\ba/c\b|\bpromptpay\b))"
    r"(?:\s*(?:ธนาคาร|กสิกร(?:ไทย)?|ไทยพาณิชย์|กรุงไทย|กรุงเทพ|ออมสิน|กรุงศรี|เลขที่|หมายเลข|เลข|คือ"
    r"|(?i:number|no\.?|is)))*[\s:=.#]{0,4}"
    r"([0-9](?:[ \-]{0,2}[0-9]){9,14})(?![0-9])"
)


def find_identity_numbers(text: str) -> Iterator[Span]:
    if _LONG.search(text):
        for printed in _AS_PRINTED.finditer(text):
            yield printed.span()
        for run in _THIRTEEN.finditer(text):
            if pin.is_valid(run[0].replace(".", "")) or moa.is_valid(run[0].replace(".", "")):
                yield run.span()
        for labelled in _LABELLED.finditer(text):
            yield labelled.span(1)
    for patient in _PATIENT.finditer(text):
        yield patient.span(1)


def names_a_person(identifier: str) -> bool:
    """Whether what should tell rows apart is a citizen number or an e-mail address."""
    if "@" in identifier and re.search(r"[^\s@]@[^\s@]+\.[A-Za-z]{2,}", identifier):
        return True
    if len(identifier) < 13 or (identifier.isascii() and identifier.strip(_OF_NUMBERS)):
        return False
    digits = re.sub(r"[ .\-]", "", ascii_digits(identifier))
    return len(digits) == 13 and bool(pin.is_valid(digits))


def find_passports(text: str) -> Iterator[Span]:
    for labelled in _PASSPORT.finditer(text):
        yield labelled.span(1)


def find_accounts(text: str) -> Iterator[Span]:
    if not _LONG.search(text):
        return
    for pattern in (_CARD, _AMEX):
        for card in pattern.finditer(text):
            if luhn.is_valid(re.sub("[ -]", "", card[0])):
                yield card.span()
    for printed in _ACCOUNT_AS_PRINTED.finditer(text):
        yield printed.span()
    for labelled in _ACCOUNT.finditer(text):
        yield labelled.span(1)
