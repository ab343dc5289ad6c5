"""Messages say one thing by one word, as docs/glossary.md has it."""

import re

import polib
import pytest
from django.utils import translation

from config.library_words import OVERRIDDEN
from tests.translations import ROOT

CATALOGUE = polib.pofile(str(ROOT / "locale/th/LC_MESSAGES/django.po"))
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", GLOSSARY, re.MULTILINE)
TERMS = {english: thai for english, thai, _meaning in ROWS if english != "English"}

ENGLISH = {
    r"\bwithh(e|o)ld": "suppressed",
    r"\bmend": "fix",
    r"\bheld by\b": "locked by",
    r"\bwatch(es|ed)\b": "interim bounds",
    r"\b(secret|nobody) is told|, told\b": "revealed",
}
THAI = {
    "การรับบริการ": TERMS["encounter"],
    "การให้บริการ": TERMS["encounter"],
    "งานบริการ": TERMS["service"],
    "เลขรับ": TERMS["receipt code"],
    "วินิจฉัย": TERMS["to decide"],
    "กรุณา": "โปรด",
    "ไม่ว่าง$": "ไม่มีรายการ",
    "ลงชื่อเข้าใช้": TERMS["user name"],
    "โปรดเขียน(วันที่|ตัวเลข|จำนวน|เป็นจำนวน|เป็น 2024)": "โปรดระบุ",
}


def english_texts() -> list[str]:
    return [text for entry in CATALOGUE for text in (entry.msgid, entry.msgid_plural) if text]


def thai_texts() -> list[str]:
    return [
        text
        for entry in CATALOGUE
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if text
    ]


@pytest.mark.parametrize("synonym", ENGLISH)
def test_no_english_message_uses_a_synonym(synonym):
    found = [text for text in english_texts() if re.search(synonym, text, re.IGNORECASE)]
    assert found == [], f"say {ENGLISH[synonym]}"


@pytest.mark.parametrize("synonym", THAI)
def test_no_thai_message_uses_a_synonym(synonym):
    found = [text for text in thai_texts() if re.search(synonym, text)]
    assert found == [], f"say {THAI[synonym]}"


def test_the_patterns_find_what_they_forbid():
    said = "It is withheld; mend it. Held by two watches. The secret is told."
    assert all(re.search(synonym, said, re.IGNORECASE) for synonym in ENGLISH)


def test_each_term_stands_once_with_its_thai_and_its_meaning():
    names = [english for english, _thai, _meaning in ROWS if english != "English"]
    assert len(names) == len(set(names)) > 50
    assert all(re.search("[ก-๙]", thai) for thai in TERMS.values())
    assert all(meaning.endswith(".") for name, _thai, meaning in ROWS if name != "English")


@pytest.mark.parametrize("message", OVERRIDDEN, ids=str)
def test_words_of_libraries_are_overridden(message):
    with translation.override("th"):
        said = str(message)
    ours = {entry.msgid: entry.msgstr for entry in CATALOGUE}
    with translation.override("en"):
        assert said == ours[str(message)]


def test_the_words_that_misled_are_those_of_the_glossary():
    with translation.override("th"):
        assert [str(message) for message in OVERRIDDEN[:2]] == [TERMS["user name"], "ไม่มีรายการ"]
