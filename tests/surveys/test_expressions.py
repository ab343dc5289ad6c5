"""Expressions give what XPath says, refuse what they do not know, and always end."""

import json
import math
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.expressions import (
    ExpressionError,
    Scope,
    evaluate,
    parse,
    references,
)
from surveys.safe_patterns import PatternError, compiled, matches

SHARED = json.loads((Path(__file__).parent / "expressions.json").read_text(encoding="utf-8"))
SCOPE = Scope(SHARED["answers"], date.fromisoformat(SHARED["today"]), SHARED["own"])
PIECES = [
    *["${P1}", "${age}", ".", "1", "2.5", "'a'", "today()", "true()", "=", "!=", "<", "<="],
    *["+", "-", "*", "div", "mod", "and", "or", "not(", "selected(", "if(", ",", "(", ")"],
    *["regex(", "'a+'", "coalesce(", "string-length(", "int(", "number(", " "],
]


@pytest.mark.parametrize(("text", "expected"), SHARED["vectors"], ids=str)
def test_the_shared_vectors(text, expected):
    value = evaluate(parse(text), SCOPE)
    assert value == expected
    assert isinstance(value, bool) == isinstance(expected, bool)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("1 2", "missing before “2”"),
        ("(1", "“)” is missing"),
        ("${a", "“${a” is not understood"),
        ("__import__('os')", "is not understood"),
        ("system('ls')", "“system” is not known here"),
        ("not(1, 2)", "wrong number"),
        ("regex(., ${P1})", "in quotes"),
        ("regex(., '(a+)+')", "without end"),
        ("(" * 60 + "1" + ")" * 60, "too deep"),
        ("1" + "+1" * 60, "too deep"),
        ("1" * 2001, "longer than 2000"),
    ],
)
def test_what_is_not_understood_is_said(text, said):
    with pytest.raises(ExpressionError, match=said.replace("$", r"\$").replace(")", r"\)")):
        parse(text)


def test_the_questions_it_looks_at():
    assert references(parse("${a} = 1 and (selected(${b}, 'x') or . > 2)")) == {"a", "b"}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=80))
def test_any_text_is_evaluated_or_refused_soon(text):
    began = time.process_time()
    try:
        tree = parse(text)
    except ExpressionError:
        return
    value = evaluate(tree, SCOPE)
    assert isinstance(value, str | float | bool)
    assert json.loads(json.dumps(tree)) == tree
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "pattern",
    [
        *["(a+)+", "(a|a)*", "(a*)*b", "(a?)+", "a*a*a*a*", "(a{1,9}){1,40}", "(?=a)", r"(a)\1"],
        *["(" * 10 + "a" + ")" * 10, "[a", "a)", "a**", "(a|b)+", "^*", "a{3,1}", "a" * 201, "\\b"],
    ],
)
def test_patterns_that_could_take_for_ever_are_refused(pattern):
    with pytest.raises(PatternError):
        compiled(pattern)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*"ab.()|*+?^$", "[ab]", "{1,3}", "{2}", "\\d"]), max_size=14).map(
        "".join
    )
)
def test_a_pattern_that_is_taken_ends_soon(pattern):
    try:
        compiled(pattern)
    except PatternError:
        return
    began = time.process_time()
    matches(pattern, "a" * 199 + "!")
    assert time.process_time() - began < 3


def test_infinity_is_text_too():
    assert evaluate(parse("string(0 div 0)"), SCOPE) == "NaN"
    assert math.isinf(float(evaluate(parse("1 div 0"), SCOPE)))
