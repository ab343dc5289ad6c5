"""The page evaluates expressions as the server does: the same vectors, in a browser."""

import json
from pathlib import Path

from django.conf import settings

from surveys.expressions import parse

SHARED = json.loads(
    (Path(__file__).parent.parent / "surveys" / "expressions.json").read_text(encoding="utf-8")
)
SCRIPT = settings.BASE_DIR / "static" / "js" / "relevance.js"


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


def test_the_script_is_small():
    assert SCRIPT.stat().st_size < 4096
