"""Reads the small part of the R language that the reference cases are written in.

The cases state each design and each statistic as the R call that made the expected numbers.
Reading that call, rather than a second description of it, leaves no room for a difference.
There is no statistics here: the functions that a call names are given by `r_survey`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<name>`[^`]+`|[A-Za-z.][A-Za-z0-9._]*)
  | (?P<op><-|->|\|>|%[^%\s]*%|::|\[\[|==|!=|<=|>=|&&|\|\||[-+*/^<>!&|~$@\[\](){},;:=\\])
    )""",
    re.VERBOSE,
)

BINARY = {
    "<-": (1, "right"),
    "->": (1, "left"),
    "=": (1, "right"),
    "~": (2, "left"),
    "|": (3, "left"),
    "||": (3, "left"),
    "&": (4, "left"),
    "&&": (4, "left"),
    "==": (6, "left"),
    "!=": (6, "left"),
    "<": (6, "left"),
    ">": (6, "left"),
    "<=": (6, "left"),
    ">=": (6, "left"),
    "+": (7, "left"),
    "-": (7, "left"),
    "*": (8, "left"),
    "/": (8, "left"),
    "|>": (9, "left"),
    "%in%": (9, "left"),
    "%*%": (9, "left"),
    "%%": (9, "left"),
    "%/%": (9, "left"),
    ":": (10, "left"),
    "^": (12, "right"),
}
UNARY = {"-": 11, "+": 11, "!": 5, "~": 2}


@dataclass(frozen=True)
class Node:
    """A piece of syntax: kind is number, string, name, call, index, dollar, block or function."""

    kind: str
    value: Any = None
    parts: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Argument:
    name: str | None
    value: Node | None


class Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            match = TOKEN.match(text, position)
            if match is None:
                raise SyntaxError(f"not understood: {text[position:]!r}")
            self.tokens.append((str(match.lastgroup), match.group(str(match.lastgroup))))
            position = match.end()
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> tuple[str, str]:
        kind, text = self.tokens[self.at]
        if expected is not None and text != expected:
            raise SyntaxError(f"{expected!r} expected, {text!r} found")
        self.at += 1
        return kind, text

    def program(self) -> list[Node]:
        statements = []
        while self.at < len(self.tokens):
            if self.peek() == ";":
                self.take()
            else:
                statements.append(self.expression())
        return statements

    def expression(self, lowest: int = 0) -> Node:
        left = self.prefix()
        while True:
            op = self.peek()
            if op not in BINARY or self.tokens[self.at][0] == "string":
                return left
            binding, side = BINARY[op]
            if binding < lowest or (op == "=" and lowest > 1):
                return left
            self.take()
            right = self.expression(binding if side == "right" else binding + 1)
            if op == "->":
                op, left, right = "<-", right, left
            if op == "|>":  # x |> f(y) is f(x, y)
                left = Node("call", right.value, (Argument(None, left), *right.parts))
                continue
            left = Node("call", Node("name", op), (Argument(None, left), Argument(None, right)))

    def prefix(self) -> Node:
        kind, text = self.take()
        if kind == "op" and text in UNARY:
            operand = self.expression(UNARY[text])
            return Node("call", Node("name", text), (Argument(None, operand),))
        if kind == "number":
            node = Node("number", float(text.rstrip("L")))
        elif kind == "string":
            node = Node("string", text[1:-1].replace('\\"', '"'))
        elif text == "(":
            node = Node("call", Node("name", "("), (Argument(None, self.expression()),))
            self.take(")")
        elif text == "{":
            statements = []
            while self.peek() != "}":
                if self.peek() == ";":
                    self.take()
                else:
                    statements.append(self.expression())
            self.take("}")
            node = Node("block", None, tuple(statements))
        elif text in ("function", "\\"):
            given = self.arguments(")")
            names = [a.value.value if a.name is None else a.name for a in given]
            defaults = tuple(None if a.name is None else a.value for a in given)
            return Node("function", names, (self.expression(1), defaults))
        elif text == "if":
            self.take("(")
            condition = self.expression()
            self.take(")")
            branches = [self.expression(1)]
            if self.peek() == "else":
                self.take()
                branches.append(self.expression(1))
            return Node("if", condition, tuple(branches))
        elif kind == "name":
            node = Node("name", text.strip("`"))
        else:
            raise SyntaxError(f"{text!r} not understood")
        return self.postfix(node)

    def postfix(self, node: Node) -> Node:
        while True:
            nxt = self.peek()
            if nxt == "(":
                node = Node("call", node, tuple(self.arguments(")")))
            elif nxt == "::":
                self.take()
                node = Node("name", self.take()[1].strip("`"))
            elif nxt == "[[":
                node = Node("element", node, tuple(self.arguments("]")))
                self.take("]")
            elif nxt == "[":
                node = Node("index", node, tuple(self.arguments("]")))
            elif nxt == "$":
                self.take()
                node = Node("dollar", node, (self.take()[1].strip("`\"'"),))
            else:
                return node

    def arguments(self, close: str) -> list[Argument]:
        self.take()
        found: list[Argument] = []
        while self.peek() != close:
            if self.peek() == ",":
                found.append(Argument(None, None))
                self.take()
                if self.peek() == close:
                    found.append(Argument(None, None))
                continue
            name = None
            if (
                self.at + 1 < len(self.tokens)
                and self.tokens[self.at + 1] == ("op", "=")
                and self.tokens[self.at][0] in ("name", "string")
            ):
                name = self.take()[1].strip("`\"'")
                self.take("=")
            found.append(Argument(name, self.expression(2)))
            if self.peek() == ",":
                self.take()
                if self.peek() == close and close != ")":
                    found.append(Argument(None, None))
        self.take(close)
        return found


def parse(text: str) -> list[Node]:
    return Parser(text).program()


def deparse(node: Node) -> str:
    """The syntax as R prints it: blanks around binary operators."""
    if node.kind == "number":
        return f"{node.value:g}"
    if node.kind == "string":
        return f'"{node.value}"'
    if node.kind == "name":
        return str(node.value)
    if node.kind in ("index", "element"):
        opening, closing = ("[[", "]]") if node.kind == "element" else ("[", "]")
        where = ", ".join("" if a.value is None else deparse(a.value) for a in node.parts)
        return f"{deparse(node.value)}{opening}{where}{closing}"
    if node.kind == "dollar":
        return f"{deparse(node.value)}${node.parts[0]}"
    operands = [("" if a.name is None else f"{a.name} = ") + deparse(a.value) for a in node.parts]
    operator = node.value.value if node.value.kind == "name" else None
    if operator == "(":
        return f"({operands[0]})"
    if operator in BINARY and len(operands) == 2:
        blank = "" if operator in ("^", ":", "/") else " "
        return f"{operands[0]}{blank}{operator}{blank}{operands[1]}"
    if operator in UNARY:
        return operator + operands[0]
    return f"{deparse(node.value)}({', '.join(operands)})"


class Frame(dict[str, np.ndarray]):
    """A data frame: columns by name, all of one length. Text or numbers, NaN where missing."""

    @property
    def rows(self) -> int:
        return len(next(iter(self.values()))) if self else 0

    def take(self, rows: np.ndarray) -> Frame:
        return Frame({name: column[rows] for name, column in self.items()})


@dataclass(frozen=True)
class Formula:
    """`~ right` or `left ~ right`, not evaluated."""

    left: Node | None
    right: Node

    def terms(self) -> list[Node]:
        """The variables of the right side, each once: `a + b`, `a:b` and `a * b` have a and b."""

        def split(node: Node) -> list[Node]:
            if node.kind == "call" and node.value.kind == "name":
                operator, operands = node.value.value, [a.value for a in node.parts]
                if operator == "(" or (operator in ("+", "-") and len(operands) == 1):
                    return split(operands[0])
                if operator in ("+", "*", ":", "-"):
                    return split(operands[0]) + split(operands[1])
            return [] if node.kind == "number" else [node]

        return list(dict.fromkeys(split(self.right)))

    def products(self) -> tuple[list[tuple[Node, ...]], bool]:
        """The terms of a model, each a product of variables, by order; and whether there is an
        intercept."""
        intercept = True

        def expand(node: Node) -> list[tuple[Node, ...]]:
            nonlocal intercept
            if node.kind == "number":
                intercept = intercept and node.value != 0
                return []
            if node.kind == "call" and node.value.kind == "name":
                operator, operands = node.value.value, [a.value for a in node.parts]
                if operator == "(":
                    return expand(operands[0])
                if operator == "-":
                    intercept = intercept and operands[-1] != Node("number", 1.0)
                    return expand(operands[0]) if len(operands) == 2 else []
                if operator in ("+", "*", ":") and len(operands) == 2:
                    left, right = expand(operands[0]), expand(operands[1])
                    crossed = [(*a, *(x for x in b if x not in a)) for a in left for b in right]
                    alone = {"+": left + right, "*": left + right + crossed, ":": crossed}
                    return alone[operator]
            return [(node,)]

        found: dict[frozenset[Node], tuple[Node, ...]] = {}
        for product in expand(self.right):
            found.setdefault(frozenset(product), product)
        return sorted(found.values(), key=len), intercept


Lazy = Callable[["Scope", tuple[Argument, ...]], Any]


def call_as_r(function: Callable[..., Any], given: list[Any], named: dict[str, Any]) -> Any:
    """Arguments by R's rules: exact names, then unique beginnings of names, then by position.

    `__` in a parameter of Python is a dot in R; what matches nothing goes to `**` if there is one.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # a function of NumPy
        return function(*given, **named)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        known = {p.name for p in parameters}
        return function(
            *given,
            **{
                (k.replace(".", "__") if k.replace(".", "__") in known else k): v
                for k, v in named.items()
            },
        )
    names = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    rest = any(p.kind is p.VAR_KEYWORD for p in parameters)
    bound: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in named.items():
        python = name.replace(".", "__")
        starts = [n for n in names if n.startswith(python)]
        if python in names:
            bound[python] = value
        elif len(starts) == 1:
            bound[starts[0]] = value
        elif rest:
            extra[name] = value
        else:
            raise TypeError(f"unused argument {name!r}")
    free = [name for name in names if name not in bound]
    if len(given) > len(free):
        raise TypeError(f"{len(given) - len(free)} unused arguments")
    bound |= dict(zip(free, given, strict=False))
    return function(**bound, **extra)


class Scope:
    """Names in use: a frame or design's columns first, then the variables of the session."""

    def __init__(self, functions: dict[str, Any], lazy: dict[str, Lazy]) -> None:
        self.functions, self.lazy = functions, lazy
        self.variables: dict[str, Any] = {"TRUE": True, "FALSE": False, "NULL": None}
        self.variables |= {"NA": np.nan, "NaN": np.nan, "Inf": np.inf, "T": True, "F": False}
        self.variables |= {"pi": np.pi, "NA_real_": np.nan}
        self.columns: dict[str, Any] = {}
        self.failed: dict[str, str] = {}

    def inside(self, columns: dict[str, Any]) -> Scope:
        scope = Scope(self.functions, self.lazy)
        scope.failed = self.failed
        scope.variables, scope.columns = self.variables, {**self.columns, **columns}
        return scope

    def run(self, text: str) -> Any:
        value = None
        for statement in parse(text):
            value = self.evaluate(statement)
        return value

    def look_up(self, name: str) -> Any:
        for place in (self.columns, self.variables, self.functions):
            if name in place:
                return place[name]
        if name in self.failed:
            raise NameError(f"setup not understood: {self.failed[name]}")
        raise NameError(f"R name {name!r} is not known")

    def evaluate(self, node: Node) -> Any:
        if node.kind in ("number", "string"):
            return node.value
        if node.kind == "name":
            return self.look_up(node.value)
        if node.kind == "block":
            return [self.evaluate(part) for part in node.parts][-1]
        if node.kind == "if":
            chosen = node.parts[0] if self.evaluate(node.value) else node.parts[1:]
            return self.evaluate(chosen) if isinstance(chosen, Node) else self.branch(chosen)
        if node.kind == "function":
            return self.closure(node)
        if node.kind == "dollar":
            return self.functions["$"](self.evaluate(node.value), node.parts[0])
        if node.kind == "index":
            kept = [a for a in node.parts if a.name not in ("drop", "exact")]
            where = [None if a.value is None else self.evaluate(a.value) for a in kept]
            drop = any(a.name == "drop" and not self.evaluate(a.value) for a in node.parts)
            return self.functions["["](self.evaluate(node.value), *where, drop=not drop)
        if node.kind == "element":
            (at,) = [self.evaluate(a.value) for a in node.parts]
            return self.functions["[["](self.evaluate(node.value), at)
        return self.call(node)

    def branch(self, otherwise: tuple[Node, ...]) -> Any:
        return self.evaluate(otherwise[0]) if otherwise else None

    def closure(self, node: Node) -> Callable[..., Any]:
        body, defaults = node.parts

        def function(*given: Any, **named: Any) -> Any:
            free = [name for name in node.value if name not in named and name != "..."]
            further = {name: v for name, v in named.items() if name not in node.value}
            bound = {**dict(zip(free, given, strict=False))}
            bound |= {name: v for name, v in named.items() if name in node.value}
            bound["..."] = (given[len(free) :], further)
            scope = self.inside(bound)
            for name, default in zip(node.value, defaults, strict=True):
                if name not in bound and default is not None and name != "...":
                    scope.columns[name] = scope.evaluate(default)
            return scope.evaluate(body)

        return function

    def call(self, node: Node) -> Any:
        name = node.value.value if node.value.kind == "name" else None
        if name == "<-":
            return self.assign(node.parts[0].value, self.evaluate(node.parts[1].value))
        if name == "~":
            sides = [a.value for a in node.parts]
            return Formula(sides[0] if len(sides) == 2 else None, sides[-1])
        if name in self.lazy and name not in self.columns and name not in self.variables:
            return self.lazy[name](self, node.parts)
        function = self.function(node.value)
        rest = Node("name", "...")
        positional = [
            self.evaluate(a.value)
            for a in node.parts
            if a.name is None and a.value and a.value != rest
        ]
        named = {a.name: self.evaluate(a.value) for a in node.parts if a.name and a.value}
        if any(a.value == rest for a in node.parts):
            more, further = self.columns.get("...", ((), {}))
            positional, named = [*positional, *more], named | further
        return call_as_r(function, positional, named)

    def function(self, node: Node) -> Callable[..., Any]:
        """What a call calls: R skips values that are no functions when it looks for one."""
        if node.kind == "name":
            for place in (self.columns, self.variables, self.functions):
                if callable(place.get(node.value)):
                    return place[node.value]  # type: ignore[no-any-return]
            raise NameError(f"R function {node.value!r} is not known")
        return self.evaluate(node)  # type: ignore[no-any-return]

    def assign(self, target: Node, value: Any) -> Any:
        if target.kind == "name":
            self.variables[target.value] = value
            return value
        if target.kind == "call":  # names(x)[3] <- … is an index of a call; names(x) <- … this
            holder = target.parts[0].value
            setter = self.functions[f"{target.value.value}<-"]
            return self.assign(holder, setter(self.evaluate(holder), value))
        holder = self.evaluate(target.value)
        if target.kind == "dollar":
            changed = self.functions["$<-"](holder, target.parts[0], value)
        elif target.kind == "element":
            (at,) = [self.evaluate(a.value) for a in target.parts if a.value]
            changed = self.functions["[[<-"](holder, at, value)
        else:
            where = [None if a.value is None else self.evaluate(a.value) for a in target.parts]
            changed = self.functions["[<-"](holder, *where, value)
        return self.assign(target.value, changed)
