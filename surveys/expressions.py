"""Expressions of XLSForms: when a question is asked, which answers it takes.

An expression is read into a tree of lists, the same that `static/js/relevance.js` evaluates in the
page: `["=", ["$", "P1"], 3]`. Values are strings, numbers and booleans, converted as XPath does; a
date compares by its day. Nothing is ever executed, and length, depth and patterns are bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from surveys.safe_patterns import PatternError, compiled, matches

LENGTH_LIMIT = 2000
DEPTH_LIMIT = 25

Value = str | float | bool
Tree = Any  # a literal, or a list: the operator and its operands

# How many arguments each function takes.
FUNCTIONS = {
    "true": (0, 0),
    "false": (0, 0),
    "not": (1, 1),
    "if": (3, 3),
    "coalesce": (2, 9),
    "selected": (2, 2),
    "count-selected": (1, 1),
    "string-length": (1, 1),
    "regex": (2, 2),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "concat": (1, 9),
    "number": (1, 1),
    "int": (1, 1),
    "string": (1, 1),
    "boolean": (1, 1),
    "today": (0, 0),
    "date": (1, 1),
}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\""
    r"|\$\{\s*(?P<ref>[\w.-]+)\s*\}"
    r"|(?P<name>[A-Za-z][A-Za-z-]*(?::[A-Za-z-]+)?)"
    r"|(?P<sign><=|>=|!=|[=<>+\-*(),.]))",
    re.ASCII,
)
_QUOTED_OR_REFERENCE = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{\s*(?P<ref>[\w.-]+)\s*\}", re.ASCII)
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_LEVELS: list[dict[str, str]] = [
    {"or": "or"},
    {"and": "and"},
    {"=": "=", "!=": "!="},
    {"<": "<", "<=": "<=", ">": ">", ">=": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "div": "div", "mod": "mod"},
]
_EPOCH = date(1970, 1, 1).toordinal()


class ExpressionError(ValueError):
    """An expression that is not understood; the message says where and what to do."""


@dataclass(frozen=True)
class Scope:
    """What an expression looks at: the other answers, the answer in question, the day."""

    answers: Mapping[str, str]
    today: date
    own: str = ""


@lru_cache(maxsize=2000)
def parse(text: str) -> Tree:
    """The tree of an expression. Raise ExpressionError."""
    if len(text) > LENGTH_LIMIT:
        raise ExpressionError(_("The expression is longer than %d characters.") % LENGTH_LIMIT)
    return _Parser(list(_tokens(text.translate(_STRAIGHT)))).whole()


def references(tree: Tree) -> set[str]:
    """The codes of the questions that the expression looks at."""
    if not isinstance(tree, list):
        return set()
    if tree[0] == "$":
        return {tree[1]}
    return set().union(*(references(part) for part in tree[1:]))


def with_references(text: str, written: Callable[[str], str]) -> str:
    """The expression with each `${code}` written otherwise; what stands in quotes stays."""
    straight = text.translate(_STRAIGHT)
    return _QUOTED_OR_REFERENCE.sub(
        lambda found: written(found["ref"]) if found["ref"] else found[0], straight
    )


def holds(tree: Tree, scope: Scope) -> bool:
    return _boolean(evaluate(tree, scope))


def as_text(answer: Any) -> str:
    """A stored answer as expressions see it."""
    if isinstance(answer, list):
        return " ".join(answer)
    return answer if isinstance(answer, str) else _string(answer)


def evaluate(tree: Tree, scope: Scope) -> Value:
    if not isinstance(tree, list):
        return float(tree) if isinstance(tree, int) and not isinstance(tree, bool) else tree
    operator, *operands = tree
    match operator:
        case "$":
            return scope.answers.get(operands[0], "")
        case ".":
            return scope.own
        case "and":
            return all(holds(part, scope) for part in operands)
        case "or":
            return any(holds(part, scope) for part in operands)
        case "if":
            return evaluate(operands[1 if holds(operands[0], scope) else 2], scope)
        case "today":
            return scope.today.isoformat()
    return _apply(operator, [evaluate(part, scope) for part in operands])


def _apply(operator: str, values: list[Value]) -> Value:
    match operator, values:
        case "=", [left, right]:
            return _equal(left, right)
        case "!=", [left, right]:
            return not _equal(left, right)
        case (("<" | "<=" | ">" | ">="), [left, right]):
            return _in_order(operator, _number(left), _number(right))
        case (("+" | "-" | "*" | "div" | "mod"), [left, right]):
            return _calculated(operator, _number(left), _number(right))
        case "neg", [value]:
            return -_number(value)
        case "not", [value]:
            return not _boolean(value)
        case "coalesce", _all:
            return next((value for value in values if _string(value)), "")
        case "concat", _all:
            return "".join(_string(value) for value in values)
        case "number", [value]:
            return _number(value)
        case "int", [value]:
            number = _number(value)
            return float(math.trunc(number)) if math.isfinite(number) else number
        case (("string" | "date"), [value]):
            return _string(value)
        case "boolean", [value]:
            return _boolean(value)
    return _of_text(operator, [_string(value) for value in values])


def _of_text(operator: str, texts: list[str]) -> Value:
    match operator, texts:
        case "selected", [chosen, code]:
            return code.strip() in chosen.split()
        case "count-selected", [chosen]:
            return float(len(chosen.split()))
        case "string-length", [text]:
            return float(len(text))
        case "contains", [text, part]:
            return part in text
        case "starts-with", [text, part]:
            return text.startswith(part)
        case "regex", [text, pattern]:
            return matches(pattern, text)
    raise ExpressionError(operator)


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _boolean(left) == _boolean(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return _number(left) == _number(right)


def _in_order(operator: str, left: float, right: float) -> bool:
    match operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _calculated(operator: str, left: float, right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "div":
            if right:
                return left / right
            endless = math.copysign(math.inf, left) * math.copysign(1, right)
            return endless if left and not math.isnan(left) else math.nan
        case _:
            return math.fmod(left, right) if right and math.isfinite(left) else math.nan


def _boolean(value: Value) -> bool:
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return bool(value)


def _number(value: Value) -> float:
    """As XPath converts; a day is the number of days since 1970."""
    if not isinstance(value, str):
        return float(value)
    if _NUMBER.fullmatch(value):
        return float(value)
    if day := _DATE.fullmatch(value):
        try:
            return float(date(*(int(part) for part in day.groups())).toordinal() - _EPOCH)
        except ValueError:
            return math.nan
    return math.nan


def _string(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(repr(float(value))), "f")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if not found or found.lastgroup is None:
            raise ExpressionError(
                _("“%s” is not understood in an expression.") % text[position:].strip()[:20]
            )
        yield found.lastgroup, found[found.lastgroup]
        position = found.end()
    yield "end", ""


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self._expression()
        sort, text = self.tokens[self.at]
        if sort != "end":
            raise ExpressionError(_("Something is missing before “%s”.") % text)
        if _depth(tree) > DEPTH_LIMIT:
            raise ExpressionError(_("The expression is too deep. Split it."))
        return tree

    def _expression(self) -> Tree:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise ExpressionError(_("The expression is too deep. Split it."))
        tree = self._level(0)
        self.depth -= 1
        return tree

    def _level(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self._negative()
        tree = self._level(level + 1)
        while operator := self._operator(_LEVELS[level]):
            right = self._level(level + 1)
            if operator in ("and", "or") and isinstance(tree, list) and tree[0] == operator:
                tree = [*tree, right]
            else:
                tree = [operator, tree, right]
        return tree

    def _operator(self, known: Mapping[str, str]) -> str:
        sort, text = self.tokens[self.at]
        if sort in ("sign", "name") and text in known:
            self.at += 1
            return known[text]
        return ""

    def _negative(self) -> Tree:
        signs = 0
        while self._operator({"-": "neg"}):
            signs += 1
        tree = self._primary()
        return ["neg", tree] if signs % 2 else tree

    def _primary(self) -> Tree:
        sort, text = self.tokens[self.at]
        self.at += 1
        match sort:
            case "number":
                number = float(text)
                return int(number) if number.is_integer() and number < 1e15 else number
            case "single" | "double":
                return text
            case "ref":
                return ["$", text]
            case "name":
                return self._call(text)
        if text == ".":
            return ["."]
        if text == "(":
            tree = self._expression()
            self._expect(")")
            return tree
        if sort == "end":
            raise ExpressionError(_("The expression ends too early."))
        raise ExpressionError(_("Something is missing before “%s”.") % text)

    def _call(self, name: str) -> Tree:
        if name not in FUNCTIONS:
            raise ExpressionError(
                _("“%(name)s” is not known here. Known are: %(known)s")
                % {"name": name, "known": ", ".join(FUNCTIONS)}
            )
        self._expect("(")
        values: list[Tree] = []
        while not self._is(")"):
            if values:
                self._expect(",")
            values.append(self._expression())
        self._expect(")")
        least, most = FUNCTIONS[name]
        if not least <= len(values) <= most:
            raise ExpressionError(_("“%s” has a wrong number of arguments.") % name)
        if name == "regex":
            _check_pattern(values[1])
        return {"true": True, "false": False}.get(name, [name, *values])

    def _is(self, sign: str) -> bool:
        return self.tokens[self.at] == ("sign", sign)

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise ExpressionError(_("“%s” is missing.") % sign)
        self.at += 1


def _check_pattern(pattern: Tree) -> None:
    if not isinstance(pattern, str):
        raise ExpressionError(_("Write the pattern of “regex” in quotes."))
    try:
        compiled(pattern)
    except PatternError as error:
        raise ExpressionError(str(error)) from error


def _depth(tree: Tree) -> int:
    return 1 + max(map(_depth, tree[1:]), default=0) if isinstance(tree, list) else 0
