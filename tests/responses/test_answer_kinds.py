"""Each kind of question takes its answers as people write them, and says what is wrong."""

import pytest

from responses.intake.answers import AnswerError, check_answers
from surveys.models import Question, Questionnaire

CHOICES = [{"code": "a", "th": "ก"}, {"code": "b", "th": "ข"}]


def ask(kind, **fields):
    return Question(
        questionnaire=Questionnaire(code="Q"), code="Q1", kind=kind, choices=CHOICES, **fields
    )


@pytest.mark.parametrize(
    ("kind", "answer", "stored"),
    [
        ("multiple", ["b", "a"], ["a", "b"]),
        ("multiple", "b a", ["a", "b"]),
        ("multiple", ["b"], ["b"]),
        ("number", "๑,๒๓๔.๕", 1234.5),
        ("number", "12.0", 12),
        ("number", -3, -3),
        ("date", "๓๑/๐๑/๒๕๖๙", "2026-01-31"),
        ("date", "31 ม.ค. 2569", "2026-01-31"),
        ("date", "2026-01-31", "2026-01-31"),
        ("nps", "0", 0),
        ("nps", 10, 10),
        ("single", "a", "a"),
        ("text", " ดี ", "ดี"),
    ],
)
def test_an_answer_is_stored_in_one_form(kind, answer, stored):
    assert check_answers([ask(kind)], {"Q1": answer}) == {"Q1": stored}


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("multiple", ["a", "x"], "among the answers"),
        ("multiple", {"a": 1}, "among the answers"),
        ("number", "twelve", "Write a number"),
        ("number", True, "Write a number"),
        ("number", "1e99", "too large"),
        ("date", "31/02/2569", "Write a date"),
        ("date", "2569", "Write a date"),
        ("nps", "11", "from 0 to 10"),
        ("nps", True, "from 0 to 10"),
        ("nps", "7.5", "from 0 to 10"),
        ("nps", "n/a", "from 0 to 10"),
        ("note", "x", "does not ask"),
        ("group", "x", "does not ask"),
    ],
)
def test_another_answer_is_refused_in_words(kind, answer, said):
    with pytest.raises(AnswerError, match=said):
        check_answers([ask(kind)], {"Q1": answer})


@pytest.mark.parametrize("kind", ["single", "multiple", "number", "date", "text", "nps"])
def test_what_may_not_apply_can_say_so(kind):
    assert check_answers([ask(kind, may_not_apply=True)], {"Q1": "n/a"}) == {"Q1": "n/a"}


def test_not_applicable_stands_alone():
    with pytest.raises(AnswerError, match="either"):
        check_answers([ask("multiple", may_not_apply=True)], {"Q1": ["a", "n/a"]})


def test_a_blank_answer_is_none():
    for blank in (None, "", []):
        assert check_answers([ask("multiple")], {"Q1": blank}) == {}
