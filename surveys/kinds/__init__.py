"""The kinds of question. Whatever depends on a question's kind, the kind says: `kind_of(question)`.

Each module of this package that has a `KIND` adds one.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from surveys.kinds.base import Kind, QuestionLike
from surveys.kinds.hidden import KIND as KEPT

__all__ = ["COUNTED", "KEPT", "KINDS", "SCORED", "kind_choices", "kind_in_xlsform", "kind_of"]


def _found() -> dict[str, Kind]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    kinds: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.code: kind for kind in sorted(kinds, key=lambda kind: kind.position)}


KINDS = _found()
COUNTED = frozenset(code for code, kind in KINDS.items() if kind.counted)
SCORED = frozenset(code for code, kind in KINDS.items() if kind.scored)
_BY_TYPE = {name: kind for kind in KINDS.values() for name in kind.xlsform_types}
_BY_RANGE = {kind.xlsform_range: kind for kind in KINDS.values() if kind.xlsform_range}


def kind_of(question: QuestionLike) -> Kind:
    return KINDS[question.kind]


def kind_choices() -> list[tuple[str, Any]]:
    """Each code with its label, in order."""
    return [(kind.code, kind.label) for kind in KINDS.values()]


def kind_in_xlsform(name: str, ends: tuple[int, int] | None = None) -> Kind:
    """The kind of a type; `ends` of a range. What is not known is kept, not asked."""
    return (ends and _BY_RANGE.get(ends)) or _BY_TYPE.get(name, KEPT)
