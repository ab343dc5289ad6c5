"""Every stylesheet is whole: after a brace lost in a merge, all that follows is in a rule."""

from pathlib import Path

import pytest
import tinycss2

SHEETS = sorted((Path(__file__).resolve().parents[2] / "static/css").glob("*.css"))


def faults(text):
    """Errors, and rules inside of rules, in a stylesheet or in what a media query holds."""
    options = {"skip_comments": True, "skip_whitespace": True}
    for rule in tinycss2.parse_stylesheet(text, **options):
        if rule.type == "error":
            yield rule.message
        elif rule.type == "qualified-rule":
            for part in tinycss2.parse_blocks_contents(rule.content, **options):
                if part.type != "declaration":
                    yield f"line {part.source_line}: {part.type} in a rule"
        elif rule.lower_at_keyword in ("media", "supports"):
            yield from faults(tinycss2.serialize(rule.content))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_is_whole(sheet):
    assert list(faults(sheet.read_text())) == []


def test_a_lost_brace_is_found():
    assert list(faults(".a { color: red\n.b { color: blue }"))
    assert list(faults(".a { color: red; } .b { margin: 0 } @media print { .c { .d {} } }"))
