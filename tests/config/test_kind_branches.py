"""Only surveys/kinds/ knows which kinds of question there are; everything else asks the kind."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("config", "surveys", "responses", "analytics")
OWN = ROOT / "surveys/kinds"
IN_TEXT = re.compile(r"\bkind\s*[!=]==?\s*[\"']|\bdata-kind\b|dataset\.kind\b|\{ ?kind\b.*dataset")


def branches(source: str) -> Iterator[int]:
    """The lines that compare a question's kind."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
                if any(map(_is_kind, sides)) and any(map(_names_one, sides)):
                    yield node.lineno
            case ast.Match(subject=subject, cases=cases):
                if _is_kind(subject) and any(_names_one(case.pattern) for case in cases):
                    yield node.lineno
            case ast.keyword(arg="kind" | "kind__in", value=value) if _is_literal(value):
                yield value.lineno
            case ast.Call(func=ast.Name(id="isinstance"), args=[thing, *_]) if _is_kind(thing):
                yield node.lineno


def _is_kind(node: ast.AST) -> bool:
    """`kind`, `question.kind`, `kind.code`, `kind_of(question)`, `fields["kind"]`."""
    match node:
        case ast.Name(id="kind") | ast.Attribute(attr="kind"):
            return True
        case ast.Attribute(value=owner, attr="code"):
            return _is_kind(owner)
        case ast.Call(func=ast.Name(id="kind_of")):
            return True
        case ast.Subscript(value=ast.Name(id="KINDS")):
            return True
        case ast.Subscript(slice=ast.Constant(value="kind")):
            return True
    return False


def _names_one(node: ast.AST) -> bool:
    """Whether it holds the code of a kind, or `rating.KIND` and the like."""
    return any(
        (isinstance(part, ast.Constant) and part.value in KINDS)
        or (isinstance(part, ast.Attribute) and part.attr == "KIND")
        or (isinstance(part, ast.Name) and part.id in ("KEPT", "COUNTED", "SCORED"))
        for part in ast.walk(node)
    )


def _is_literal(node: ast.AST) -> bool:
    """A code written out in a query, such as `filter(kind="rating")`."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return any(isinstance(part, ast.Constant) and part.value in KINDS for part in parts)


@pytest.mark.parametrize(
    "planted",
    [
        'question.kind == "rating"',
        'question.kind in ("rating", "nps")',
        "question.kind != text.KIND.code",
        "kind_of(question) is rating.KIND",
        'kind_of(question).code == "text"',
        'fields["kind"] == "group"',
        "isinstance(kind_of(question), Rating)",
        'questions.filter(kind="rating")',
        "question.kind in SCORED",
        'match question.kind:\n    case "date": pass',
        "match question.kind:\n    case rating.KIND.code | nps.KIND.code: pass",
    ],
)
def test_a_branch_on_a_kind_is_found(planted):
    assert list(branches(planted)) == [1]


@pytest.mark.parametrize(
    "allowed",
    [
        'message.kind == "email"',
        "agency.kind == Agency.Kind.MINISTRY",
        "kind_of(question).scored",
        "asked[code] != answer.kind",
        "questions.filter(kind__in=SCORED)",
        "kind_of(question).chooses is Chooses.ONE",
    ],
)
def test_what_does_not_depend_on_the_kind_is_let_be(allowed):
    assert list(branches(allowed)) == []


def test_only_the_kinds_know_themselves():
    files = [path for name in SOURCES for path in (ROOT / name).rglob("*.py")]
    assert len(files) > 200
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        if OWN not in path.parents and path.parent.name != "migrations"
        for line in branches(path.read_text("utf-8"))
    ]
    assert not found, f"ask kind_of(question) instead: {found}"


def test_pages_do_not_compare_kinds():
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").rglob("*.js")]
    assert len(files) > 50
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if IN_TEXT.search(line)
    ]
    assert not found, f"let the kind say it, as part.kind: {found}"
