"""Every kind of question answers every question that the rest of the product asks of it."""

import importlib
import json
from types import SimpleNamespace

import pytest
from django import forms
from django.utils import translation

from surveys.kinds import KEPT, KINDS, kind_choices, kind_in_xlsform, kind_of
from surveys.kinds.base import (
    DOES_NOT_APPLY,
    AnswerRefused,
    Chooses,
    Reading,
)
from surveys.kinds.rating import RATINGS

CHOICES = [{"code": "a", "th": "ก", "en": "A"}, {"code": "b", "th": "ข", "en": ""}]
# As people and programs write answers. A new kind that takes none of them adds one.
ANSWERS = ["5", "a", ["a"], "12", "31/01/2569", "words"]
PARTS = {"question", "note", "group", "calculated", ""}
SHAPES = {"scale", "nps", "list", ""}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
answered = pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=code) for code, kind in KINDS.items() if kind.answered]
)
silent = pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=code) for code, kind in KINDS.items() if not kind.answered]
)


def ask(kind, **fields):
    """A question of the kind. Not a record: kinds look at no more than this."""
    defaults = {"is_overall": False, "may_not_apply": False, "required": False, "extra": {}}
    texts = {"text": "How?", "hint": ""}
    choices = CHOICES if kind.chooses is not Chooses.NOTHING else []
    all_fields = {"choices": choices, **defaults, **texts, **fields}
    return SimpleNamespace(code="Q1", kind=kind.code, **all_fields)


def taken(kind, question):
    """One of ANSWERS as the kind stores it."""
    for answer in ANSWERS:
        try:
            return kind.check(question, answer)
        except AnswerRefused:
            continue
    pytest.fail(f"{kind.code} takes none of ANSWERS in this file: add one that it takes")


@every_kind
def test_it_is_registered_under_its_module(kind):
    assert importlib.import_module(f"surveys.kinds.{kind.code}").KIND is kind
    assert kind_of(ask(kind)) is kind
    assert len(kind.code) <= 12
    assert [other.position for other in KINDS.values()].count(kind.position) == 1


@every_kind
def test_it_has_a_name_in_both_languages(kind):
    label = dict(kind_choices())[kind.code]
    with translation.override("en"):
        english = str(label)
    with translation.override("th"):
        assert str(label) != english


@every_kind
def test_a_page_knows_where_to_put_it(kind):
    assert kind.part in PARTS
    assert (kind.part == "question") == kind.answered
    assert bool(kind.part) == kind.in_form
    assert isinstance(kind.reading, Reading)


@every_kind
def test_a_whole_question_of_it_is_clean(kind):
    kind.clean(ask(kind))


@every_kind
def test_it_goes_to_an_xlsform_and_comes_back(kind):
    form = kind.xlsform(ask(kind))
    assert form.name
    assert bool(form.list_name) == bool(form.choices)
    if not kind.named_in_xlsform:
        assert kind_in_xlsform(form.name) is kind
    for name in kind.xlsform_types:
        assert kind_in_xlsform(name) is kind, f"another kind reads the type {name} too"
    if kind.xlsform_range:
        assert kind_in_xlsform("range", kind.xlsform_range) is kind


@every_kind
def test_a_program_gets_it_as_json(kind):
    json.dumps(kind.as_data(ask(kind)))


@answered
def test_an_answer_is_stored_in_one_form_however_often_it_is_checked(kind):
    question = ask(kind)
    stored = taken(kind, question)
    assert kind.check(question, stored) == stored
    json.dumps(stored)


@answered
@pytest.mark.parametrize("nonsense", [object(), {"a": 1}, ["nothing offered"], True])
def test_nonsense_is_refused_in_words(kind, nonsense):
    with translation.override("en"), pytest.raises(AnswerRefused, match=r"\w+ .*\."):
        kind.check(ask(kind), nonsense)


@answered
def test_an_answer_has_words_a_text_for_conditions_and_cells(kind):
    question = ask(kind)
    stored = taken(kind, question)
    assert kind.in_words(question, stored)
    assert kind.in_conditions(stored)
    assert kind.in_conditions(None) == ""
    columns = kind.export_columns(question)
    assert columns
    for column in columns:
        assert column.name.split("/")[0] == question.code
        assert column.cell(None) == ""
        assert isinstance(column.cell(stored), str | int | float)
    assert any(column.cell(stored) != "" for column in columns)


@answered
def test_it_has_a_field_that_takes_its_answer(kind):
    question = ask(kind)

    class Form(forms.Form):
        Q1 = kind.field(question)

    stored = taken(kind, question)
    form = Form({"Q1": stored})
    assert form.is_valid(), form.errors
    assert kind.check(question, form.cleaned_data["Q1"]) == stored
    assert 'name="Q1"' in str(form["Q1"])
    assert Form({}).is_valid(), "whether an answer is needed is the door's to say"


@answered
def test_its_shape_is_one_that_the_page_has(kind):
    question = ask(kind)
    assert kind.shape(question) in SHAPES
    assert bool(kind.shape(question)) == isinstance(kind.field(question), forms.ChoiceField)


@answered
def test_it_can_say_that_it_does_not_apply(kind):
    question = ask(kind, may_not_apply=True, required=True)
    assert kind.offers_not_applicable(question)
    stored = kind.check(question, kind.not_applicable)
    assert str(stored) == kind.not_applicable
    assert kind.in_conditions(stored) == ""
    assert kind.in_words(question, stored) == str(DOES_NOT_APPLY)
    options = [str(value) for value, _label in getattr(kind.field(question), "choices", [])]
    assert kind.not_applicable_beside != (kind.not_applicable in options)


@answered
def test_a_device_can_say_so_too(kind):
    own = ask(kind, may_not_apply=True, required=True)
    kind.offer_not_applicable(own)
    offered = [choice["code"] for choice in kind_of(own).xlsform(own).choices]
    assert kind.not_applicable in offered or not own.required


@answered
def test_whole_numbers_need_no_check(kind):
    question = ask(kind)
    for number in kind.whole_numbers(question):
        assert kind.check(question, number) == number


@every_kind
def test_what_is_counted_is_small_whole_numbers(kind):
    numbers = kind.whole_numbers(ask(kind, is_overall=True))
    if kind.counted:
        assert numbers
        assert set(numbers) <= set(range(11))
    if kind.scored:
        assert kind.counted
        assert numbers == RATINGS


@silent
def test_a_silent_kind_takes_and_gives_nothing(kind):
    question = ask(kind, may_not_apply=True)
    assert not kind.offers_not_applicable(question)
    assert kind.export_columns(question) == []
    assert not kind.shape(question)
    assert not any([kind.counted, kind.scored, kind.free_text])
    assert kind.field(question).disabled
    with pytest.raises(AnswerRefused):
        kind.check(ask(kind), "x")


def test_what_no_kind_reads_is_kept():
    assert kind_in_xlsform("geopoint") is KEPT
    assert kind_in_xlsform("range", (0, 100)) is KINDS["number"]
