"""What is personal in a text is replaced by a word; what is not stays as it was written."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from responses.intake.answers import TEXT_LIMIT, check_answers
from responses.redaction import Kind, kinds_marked, names_a_person, redact, text
from responses.redaction.text import find
from surveys.models import Question
from tests.responses.redaction.corpus import SETS, measure, sentences

ALL = [sentence for name in SETS for sentence in sentences(name)]
CLEAN = [sentence.text for sentence in ALL if not sentence.personal]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("โทร 081-234-5678 ครับ", "โทร [เบอร์โทรศัพท์] ครับ"),
        ("โทร ๐๘๑-๒๓๔-๕๖๗๘ ครับ", "โทร [เบอร์โทรศัพท์] ครับ"),
        ("Call +66 81 234 5678 please", "Call [telephone number] please"),
        ("0812345678", "[เบอร์โทรศัพท์]"),
        ("เลขบัตร 1-1017-00230-70-8", "เลขบัตร [เลขประจำตัว]"),
        ("My card is ๑๑๐๑๗๐๐๒๓๐๗๐๘", "My card is [identity number]"),
        ("นายสมชาย ใจดี บริการดี", "นาย[ชื่อ] บริการดี"),
        ("Mr. Somchai Jaidee was rude", "Mr. [name] was rude"),
        ("a@b.co.th", "[อีเมล]"),
        ("รถ 1กข 1234 กรุงเทพมหานคร จอดขวาง", "รถ [ทะเบียนรถ] จอดขวาง"),
        ("card 4111-1111-1111-1111", "card [account or card number]"),
    ],
)
def test_a_word_stands_in_its_place_in_the_language_of_the_text(written, stored):
    assert redact(written) == stored


def test_a_number_that_fails_its_check_digit_is_taken_where_it_is_named_or_printed_as_on_the_card():
    assert redact("เลขอ้างอิง 1101700230709") == "เลขอ้างอิง 1101700230709"
    assert redact("เลขบัตรประชาชน 1101700230709") == "เลขบัตรประชาชน [เลขประจำตัว]"
    assert redact("1-1017-00230-70-9") == "[เลขประจำตัว]"


def test_the_corpus_is_large_and_says_both():
    assert len(ALL) >= 350
    assert sum(bool(sentence.personal) for sentence in ALL) >= 180
    assert len({sentence.text for sentence in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("first", 0.99, 0.97),
        ("second", 0.99, 0.95),
        ("third", 0.99, 0.91),
        ("fourth", 0.99, 0.74),
        ("fifth", 0.99, 0.77),
    ],
)
def test_what_is_found_in_the_corpus_stays_found(name, precision, recall):
    outcome = measure(name)
    assert outcome.precision >= precision, outcome.remarks
    assert outcome.recall >= recall, outcome.remarks


@pytest.mark.parametrize("text", CLEAN)
def test_a_text_without_personal_data_stays_as_it_is(text):
    assert redact(text) == text


@pytest.mark.parametrize("sentence", ALL, ids=lambda sentence: sentence.text[:40])
def test_redacting_again_changes_nothing(sentence):
    once = redact(sentence.text)
    assert redact(once) == once


_PIECES = st.sampled_from(
    [word for sentence in ALL for word in sentence.text.split()]
    + [mark for kind in Kind for mark in kind.value]
    + ["0812345678", "1101700230708", "นาย", "คุณ", "line id ", "โทร", "@", "-", ".", "\ufffc", "ชื่อ"]
)
_TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(st.characters(min_codepoint=0x0E00, max_codepoint=0x0E5B), max_size=200),
    st.text("0123456789๐๑๒๓๔๕๖๗๘๙ -.()/+", max_size=100),
    st.lists(_PIECES, max_size=25).map("".join),
    st.lists(_PIECES, max_size=25).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@example("0812345678" * 40)
@example("[เบอร์โทรศัพท์] 081234567 [name]")
@given(_TEXTS)
def test_any_text_is_redacted_once_and_for_all(written):
    once = redact(written)
    assert redact(once) == once


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES, min_size=200, max_size=400).map(" ".join))
def test_a_stored_text_is_never_over_the_limit(written):
    question = Question(code="D7", kind="text")
    stored = check_answers([question], {"D7": written[:TEXT_LIMIT]})
    assert len(stored.get("D7", "")) <= TEXT_LIMIT


def test_only_short_texts_that_name_nobody_are_remembered(monkeypatch):
    remembered = set()
    monkeypatch.setattr(text, "_CLEAN", remembered)
    for sentence in ALL:
        assert redact(sentence.text) == redact(sentence.text)
    assert remembered
    assert not any(find(each) or len(each) > 60 for each in remembered)
    for number in range(6_000):
        redact(f"ดี {number}")
    assert len(remembered) <= 5_000


def test_ratings_and_choices_beside_a_redacted_text_stay():
    questions = [
        Question(code="OV", kind="rating", is_overall=True),
        Question(code="D2", kind="single", choices=[{"code": "0812345678", "th": "ก"}]),
        Question(code="D7", kind="text"),
    ]
    answers = {"OV": 2, "D2": "0812345678", "D7": "นายสมชาย ใจดี พูดไม่ดี"}
    assert check_answers(questions, answers) == answers | {"D7": "นาย[ชื่อ] พูดไม่ดี"}


def test_stored_answers_tell_what_was_replaced():
    assert kinds_marked({"OV": 5, "D7": "นาย[ชื่อ] โทร [เบอร์โทรศัพท์]"}) == [
        Kind.TELEPHONE,
        Kind.NAME,
    ]
    assert kinds_marked({"OV": 5, "D7": "[no]"}) == []


def test_what_may_not_stand_in_a_key():
    assert names_a_person("1-1017-00230-70-8")
    assert names_a_person("๑๑๐๑๗๐๐๒๓๐๗๐๘")
    assert names_a_person("somchai@example.org")
    assert not names_a_person("0812345678")
    assert not names_a_person("2567-000123")
    assert not names_a_person("KCMO-0000000000001")
    assert not names_a_person("1-1017-00230-70-8a")
    assert not names_a_person("1-1017-00230-70-7")
