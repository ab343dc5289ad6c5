"""A short list of choices stands on the page; a long one is picked from."""

import pytest
from django import forms

from surveys.kinds.single import KIND
from surveys.models import Question


def ask(number, **fields):
    choices = [{"code": str(n), "th": f"ข้อ {n}"} for n in range(number)]
    return Question(code="Q1", kind="single", choices=choices, **fields)


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        (ask(8), "list"),
        (ask(9), ""),
        (ask(7, may_not_apply=True), "list"),
        (ask(8, may_not_apply=True), ""),
    ],
)
def test_up_to_eight_options_are_shown(question, shape):
    assert KIND.shape(question) == shape
    widget = forms.RadioSelect if shape else forms.Select
    assert type(KIND.field(question).widget) is widget
