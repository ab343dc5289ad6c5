"""The small ways in which a function can be wrong: one change of its source at a time."""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
WORDS = {"_", "gettext", "ValueError", "RuntimeError", "TypeError", "match"}
"""Calls whose texts are for people: not a rule."""


@dataclass(frozen=True)
class Mutation:
    """A changed source: `tree`, in which the function or constant `within` is another."""

    within: str
    was: str
    became: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.within}: {self.was} -> {self.became}"


def mutations_of(source: str, names: Sequence[str]) -> Iterator[Mutation]:
    """Every mutation of these functions, `Class.method`s and constants of a module's source."""
    tree = ast.parse(source)
    for name in names:
        for number, node in enumerate(_rules_in(_find(tree, name))):
            for change in _changes(node):
                changed = copy.deepcopy(tree)
                target = list(_rules_in(_find(changed, name)))[number]
                was = _words(target)
                change(target)
                ast.fix_missing_locations(changed)
                yield Mutation(name, was, _words(target), changed)


def _find(tree: ast.AST, name: str) -> ast.AST:
    for part in name.split("."):
        tree = next(node for node in tree.body if part in _named(node))
    return tree


def _named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign):
        return [node.target.id]
    return [node.name] if hasattr(node, "name") else []


def _rules_in(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes within, but for docstrings, annotations, decorators and words for people."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "exc"):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WORDS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield from _rules_in(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _words(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 120 else text[:117] + "..."


Change = Callable[[ast.AST], None]


def _changes(node: ast.AST) -> list[Change]:
    match node:
        case ast.Compare(ops=ops):
            return [_swapped("ops", k) for k, op in enumerate(ops) if type(op) in SWAPS]
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign() if type(node.op) in SWAPS:
            return [_swapped("op")]
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return [_setting("value", other) for other in _others(value)]
        case ast.If() | ast.IfExp() | ast.While():
            return [_negated("test")]
        case ast.comprehension(ifs=[_, *_] as tests):
            return [_dropped("ifs", k) for k in range(len(tests))]
        case ast.UnaryOp(op=ast.Not()):
            return [_positive]
        case ast.Return(value=ast.Compare() | ast.BoolOp() | ast.Name() | ast.Constant()):
            return [_negated("value")]
        case ast.Raise():
            return [_nothing]
        case ast.Expr(value=ast.Call()):
            return [_nothing]
        case ast.Dict(values=values) if values:
            return [_dropped_entry(k) for k in range(len(values))]
        case ast.List(elts=[_, *_] as parts) | ast.Set(elts=[_, *_] as parts):
            return [_dropped("elts", k) for k in range(len(parts))]
        case ast.Assign(value=ast.Tuple(elts=[ast.Constant(), *_] as parts)):
            return [_dropped_of_tuple(k) for k in range(len(parts))]
    return []


def _others(value: bool | int | float | str) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, str):
        return [value + "?"]
    if isinstance(value, int):
        return [value + 1, value - 1]
    return [value * 1.001, value * 0.999] if value else [1.0]


def _swapped(field: str, position: int | None = None) -> Change:
    def change(node: ast.AST) -> None:
        found = getattr(node, field)
        if position is None:
            setattr(node, field, SWAPS[type(found)]())
        else:
            found[position] = SWAPS[type(found[position])]()

    return change


def _setting(field: str, value: object) -> Change:
    return lambda node: setattr(node, field, value)


def _negated(field: str) -> Change:
    return lambda node: setattr(node, field, ast.UnaryOp(ast.Not(), getattr(node, field)))


def _dropped(field: str, position: int) -> Change:
    return lambda node: getattr(node, field).pop(position)


def _dropped_of_tuple(position: int) -> Change:
    return lambda node: node.value.elts.pop(position)


def _dropped_entry(position: int) -> Change:
    def change(node: ast.Dict) -> None:
        del node.keys[position], node.values[position]

    return change


def _positive(node: ast.UnaryOp) -> None:
    """not x -> x, as not not x."""
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _nothing(node: ast.AST) -> None:
    """The statement does nothing, in place."""
    node.__class__ = ast.Pass
    for field in ("value", "exc", "cause"):
        if hasattr(node, field):
            delattr(node, field)
