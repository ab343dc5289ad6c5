"""Every result of every reference case of R's `survey` is a test of its own."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from tests.estimation.cases import check, open_session
from tests.estimation.shared import SHARED

FOLDER = SHARED / "cases"
CASES = [*sorted(FOLDER.glob("*.json")), *sorted(Path(__file__).parent.glob("more_cases/*.json"))]
RESULTS = [
    pytest.param(path, name["name"], id=f"{path.stem}-{name['name']}")
    for path in CASES
    for name in json.loads(path.read_text(encoding="utf-8"))["results"]
]


if not FOLDER.exists():
    elsewhere = pytest.mark.skip(reason=f"no reference cases in {FOLDER}: set SHARED_DIR")
    RESULTS.append(pytest.param(None, None, marks=elsewhere, id="shared"))


@lru_cache
def opened(path: Path):
    case = json.loads(path.read_text(encoding="utf-8"))
    results = {result["name"]: result for result in case["results"]}
    return open_session(case, path.parent), results


@pytest.mark.parametrize(("path", "name"), RESULTS)
def test_agrees_with_r(path, name):
    session, results = opened(path)
    assert check(session, results[name]) == []
