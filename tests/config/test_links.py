"""The name by which a request called the server comes from its sender: no link is made of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BY_THE_REQUEST = re.compile(r"\b(get_host|build_absolute_uri|get_current_site|get_port)\b")
ALLOWED = {
    "config/intake_first.py": "refuses names that are not ours",
    "responses/openrosa/views.py": "answers the device that asked, under the name it used",
}


@pytest.mark.parametrize("room", ["config", "surveys", "responses", "analytics", "templates"])
def test_links_are_made_of_public_url(room):
    files = [path for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".html", ".txt")]
    assert files
    found = {
        str(path.relative_to(ROOT))
        for path in files
        if BY_THE_REQUEST.search(path.read_text(encoding="utf-8"))
    }
    assert found <= set(ALLOWED)
