"""What does not apply is not stored, whatever was sent; what is stored fulfils its constraint."""

import json
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pytest

from analytics.counting import tally
from responses.intake.answers import AnswerError, Asked, check_answers
from responses.intake.door import amend
from surveys import clock
from surveys.models import Question, Questionnaire
from tests.tallied import counts_of

FITS = json.loads(
    (Path(__file__).parent.parent / "surveys" / "expressions.json").read_text(encoding="utf-8")
)
FORM = Questionnaire(code="Q")


def ask(code, kind="rating", **fields):
    return Question(questionnaire=FORM, code=code, kind=kind, **fields)


ASKED = Asked(
    [
        ask("OV", is_overall=True),
        ask("WHY", "text", relevant="${OV} <= 2", required=True),
        ask("G", "group", relevant="${OV} > 2"),
        ask("AGE", "number", group="G", constraint=". >= 20 and . < 120"),
        ask("twice", "calculated", calculation="${AGE} * 2"),
        ask("OLD", "text", relevant="${twice} > 120"),
        ask("P1"),
        ask("BAD", "text", relevant="${P1} < 3"),
    ]
)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"OV": 5, "WHY": "x"}, {"OV": 5}),
        ({"OV": 2, "WHY": "x", "AGE": 30}, {"OV": 2, "WHY": "x"}),
        ({"OV": 4, "AGE": 30, "OLD": "x"}, {"OV": 4, "AGE": 30}),
        ({"OV": 4, "AGE": 61, "OLD": "x"}, {"OV": 4, "AGE": 61, "OLD": "x"}),
        ({"OV": 2, "WHY": "x", "AGE": 61, "OLD": "x"}, {"OV": 2, "WHY": "x"}),
        ({"P1": 0, "BAD": "x"}, {"P1": 0}),
        ({"P1": 1, "BAD": "x"}, {"P1": 1, "BAD": "x"}),
    ],
)
def test_only_what_applies_is_stored(sent, stored):
    assert check_answers(ASKED, sent) == stored


def test_a_constraint_on_what_nobody_answers_refuses_nobody():
    asked = Asked(
        [ask("OV"), ask("sum", "calculated", calculation="${OV} * 2", constraint=". > 9")]
    )
    assert check_answers(asked, {"OV": 2}) == {"OV": 2}


def test_an_answer_outside_its_constraint_is_refused():
    with pytest.raises(AnswerError, match="does not fit"):
        check_answers(ASKED, {"OV": 5, "AGE": 19})
    own = ask("N", "number", constraint=". < 5", constraint_message_th="น้อยกว่า 5")
    with pytest.raises(AnswerError, match="น้อยกว่า 5"):
        check_answers([own], {"N": 5})


def test_a_required_answer_is_missed_only_where_it_applies():
    check_answers(ASKED, {"OV": 5}, complete=True)
    check_answers(ASKED, {"OV": 1})
    with pytest.raises(AnswerError, match="WHY: Please answer"):
        check_answers(ASKED, {"OV": 1}, complete=True)


@pytest.fixture
def branching(wave):
    """The open wave, its frozen questionnaire changed behind the models' back."""
    wave.questionnaire.questions.filter(code="D7").update(relevant="${OV} <= 2")
    question = Question(
        questionnaire=wave.questionnaire, code="N1", kind="nps", may_not_apply=True, position=9
    )
    Question.objects.bulk_create([question])
    return wave


def test_changing_an_answer_takes_along_what_hung_on_it(branching, send, government):
    response = send(government.licence, government.counter, 1, D7="slow")
    assert response.answers == {"OV": 1, "D7": "slow"}
    assert amend(response, {"OV": 5}, reason="test").answers == {"OV": 5}
    assert amend(response, {"OV": 2}, reason="test").answers == {"OV": 2}


def test_recommendations_are_counted(branching, send, government):
    for answer in (0, 10, 10, "n/a"):
        send(government.licence, government.counter, 4, N1=answer)
    tally.fold(branching)
    counted = {
        cell.value: count for cell, count in counts_of(branching).items() if cell.question == "N1"
    }
    assert counted == {0: 1, 10: 2}
    assert tally.count_all(branching) == counts_of(branching)


@pytest.mark.parametrize(("constraint", "kind", "typed", "fits"), FITS["fits"], ids=str)
def test_the_shared_answers_fit_or_not(constraint, kind, typed, fits):
    """tests/browser/test_expressions.py: the page says the same of the same answers."""
    choices = [{"code": "a", "th": "ก"}, {"code": "b", "th": "ข"}]
    others = [ask(code, "text") for code in FITS["answers"]]
    own = ask("X", kind, constraint=constraint, constraint_message_th="ไม่ตรง", choices=choices)
    refusal = nullcontext() if fits else pytest.raises(AnswerError, match="X: ไม่ตรง")
    with clock.at(datetime.fromisoformat(FITS["today"] + "T12:00+07:00")), refusal:
        check_answers([*others, own], FITS["answers"] | {"X": typed})
