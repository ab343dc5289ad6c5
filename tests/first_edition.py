"""Waves as they were declared before there was a second edition of the method."""

from copy import deepcopy
from dataclasses import asdict
from typing import Any
from unittest.mock import patch

from surveys.method import Method
from surveys.screening import VERSIONS, Screening

SINCE = ("edition", "drawn_alone_from", "official_evidence", "gamma", "uncovered", "own_answers")
_to_dict = Method.to_dict


def _of_old(method: Method) -> dict[str, Any]:
    screening = asdict(Screening("2026.1", rules=deepcopy(VERSIONS["2026.1"])))
    declared = _to_dict(method) | {"version": "2026.1", "screening": screening}
    return {name: value for name, value in declared.items() if name not in SINCE}


def first_edition() -> Any:
    """While this lasts, waves declare the first edition as they did then: without a word of it."""
    return patch.object(Method, "to_dict", _of_old)
