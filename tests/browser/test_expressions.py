"""The page evaluates expressions as the server does: the same vectors, in a browser."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from responses.channels.web.forms import QuestionsForm
from surveys.expressions import parse
from surveys.models import Question, Questionnaire

SHARED = json.loads(
    (Path(__file__).parent.parent / "surveys" / "expressions.json").read_text(encoding="utf-8")
)
SCRIPTS = settings.BASE_DIR / "static" / "js"
SCRIPT = SCRIPTS / "relevance.js"


def test_the_shared_vectors(chromium):
    page = chromium.new_page()
    page.add_script_tag(path=SCRIPT)
    scope = {key: SHARED[key] for key in ("answers", "today", "own")}
    trees = [parse(text) for text, _expected in SHARED["vectors"]]
    found = page.evaluate(
        "([trees, scope]) => trees.map((tree) => evaluate(tree, scope))", [trees, scope]
    )
    wrong = [
        (text, value, expected)
        for (text, expected), value in zip(SHARED["vectors"], found, strict=True)
        if value != expected or isinstance(value, bool) != isinstance(expected, bool)
    ]
    page.close()
    assert not wrong


ANSWER = """([code, kind, typed]) => {
  for (const field of document.querySelectorAll(`[name="${code}"]`)) {
    if (!/radio|checkbox/.test(field.type)) field.value = typed;
    else field.checked = typed.split(" ").includes(field.value);
  }
}"""
SAID = """() => [...document.querySelectorAll("[data-constraint]")]
  .map((item) => [item.dataset.name, !misfits(item, show())])"""


def test_the_shared_answers_fit_or_not(chromium):
    """The form as the server writes it, answered as somebody types; the server's own verdict on
    the same answers is in tests/responses/test_conditions.py."""
    form = Questionnaire(code="Q")
    choices = [{"code": "a", "th": "ก"}, {"code": "b", "th": "ข"}]
    questions = [
        Question(questionnaire=form, code=code, kind="text", text_th=code)
        for code in SHARED["answers"]
    ]
    answers = [[code, "text", typed] for code, typed in SHARED["answers"].items()]
    for number, (constraint, kind, typed, _fits) in enumerate(SHARED["fits"]):
        about = {"kind": kind, "text_th": "?", "choices": choices, "constraint": constraint}
        questions.append(Question(questionnaire=form, code=f"X{number}", **about))
        answers.append([f"X{number}", kind, typed])
    page = chromium.new_page()
    page.clock.set_fixed_time(SHARED["today"] + "T12:00:00+07:00")
    context = {"form": QuestionsForm(questions)}
    html = render_to_string("responses/_problem.html", context)
    page.set_content(f"<form>{html}{render_to_string('responses/_questions.html', context)}</form>")
    for name in ("relevance", "constraints"):
        page.add_script_tag(path=SCRIPTS / f"{name}.js")
    for answer in answers:
        page.evaluate(ANSWER, answer)
    found = dict(page.evaluate(SAID))
    page.close()
    wrong = [
        (row, found[f"X{number}"])
        for number, row in enumerate(SHARED["fits"])
        if found[f"X{number}"] != row[3]
    ]
    assert not wrong


@pytest.mark.parametrize("name", ["relevance", "constraints"])
def test_the_scripts_are_small(name):
    assert (SCRIPTS / f"{name}.js").stat().st_size < 4096
