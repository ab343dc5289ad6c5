"""What the documentation names exists, and what exists is documented."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
README = (ROOT / "README.md").read_text()
DEVELOPING = (ROOT / "docs/developing.md").read_text()


def test_every_environment_variable_is_documented():
    settings = (ROOT / "config/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", OPERATIONS, re.MULTILINE))
    assert documented == read


def test_every_command_is_documented_and_every_documented_one_exists():
    own = {"surveys", "responses", "analytics"}
    existing = {name for name, app in get_commands().items() if app in own}
    documented = set(re.findall(r"manage\.py (\w+)", OPERATIONS + README))
    assert existing <= documented | {"demo"}
    assert documented <= set(get_commands())


def test_documented_options_exist():
    for name, options in re.findall(r"manage\.py (\w+)(.*)", OPERATIONS + README):
        command = load_command_class(get_commands()[name], name)
        parser = command.create_parser("manage.py", name)
        known = {option for action in parser._actions for option in action.option_strings}
        used = set(re.findall(r"--[a-z-]+", options.split("#")[0]))
        assert used <= known, name


SECURITY = (ROOT / "docs/security.md").read_text()


def test_every_row_on_security_names_tests_that_exist_or_says_why_there_is_none():
    rows = [line for line in SECURITY.splitlines() if re.match(r"\| \d", line)]
    assert len(rows) > 25
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)`", row)
        for path in named:
            assert (ROOT / path).exists(), path
        assert named or re.search(r"There (are|is) none|None:|Not met", row), row


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*-*.md"))
INDEX = (ROOT / "docs/decisions/README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_decisions_named_in_code_exist():
    sources = [
        path
        for folder in ("analytics", "config", "responses", "surveys", "docs", "tests", "templates")
        for ending in ("*.py", "*.md", "*.html", "*.toml")
        for path in (ROOT / folder).rglob(ending)
    ]
    named = {
        name
        for path in sources
        for name in re.findall(r"decisions/([\w-]+\.md)", path.read_text(encoding="utf-8"))
    }
    assert "0003-mean-interval.md" in named
    assert named <= {path.name for path in DECISIONS} | {"README.md"}


def test_decisions_are_numbered_without_a_gap():
    assert [path.name[:5] for path in DECISIONS] == [
        f"{number:04d}-" for number in range(1, len(DECISIONS) + 1)
    ]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_a_status_and_a_date_and_is_listed(decision):
    text = decision.read_text()
    head = re.match(
        r"# (?P<title>.+)\n\n- Status: (accepted|superseded by).*\n- Date: (?P<date>.+)\n\n", text
    )
    assert head
    assert date.fromisoformat(head["date"]).year >= 2026
    line = f"| {decision.name[:4]} | [{head['title']}]({decision.name}) | {head['date']} |"
    assert line in INDEX.splitlines()


def test_dates_of_decisions_follow_their_numbers():
    dates = [re.search(r"^- Date: (.+)$", path.read_text(), re.M) for path in DECISIONS]
    written = [found[1] for found in dates if found]
    assert written == sorted(written)


def test_commands_for_developers_name_what_exists():
    tested = re.findall(r"^ +\.venv/bin/pytest (.+)$", DEVELOPING, re.MULTILINE)
    assert len(tested) > 5
    for path in " ".join(tested).split():
        assert (ROOT / path).exists(), path
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for named in re.findall(r"^ +make ([a-z ]+?)(?: *#.*)?$", DEVELOPING, re.MULTILINE):
        assert set(named.split()) <= targets, named


def test_the_states_of_a_wave_are_those_of_the_code():
    """Each step calls `_move(wave, expected, to)`."""
    module = ast.parse((ROOT / "surveys/waves.py").read_text())
    steps = [
        f"| `{function.name}` | `{call.args[1].attr}` | `{call.args[2].attr}` |"
        for function in module.body
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_move"
    ]
    table = DEVELOPING.split("| step | from | to |\n|---|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == steps
