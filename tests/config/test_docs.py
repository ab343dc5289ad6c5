"""What the documentation names exists, and what exists is documented."""

import re
from pathlib import Path

from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
README = (ROOT / "README.md").read_text()


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


def test_files_named_in_the_readme_exist():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
