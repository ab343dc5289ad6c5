"""The image and its composition start what the units start, with settings that there are."""

import json
import re
import shlex
from pathlib import Path

import yaml

FOLDER = Path("docs/deployment")
CONTAINERFILE = (FOLDER / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
SERVICES = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]


def unit(name: str) -> list[str]:
    text = (FOLDER / f"satisfaction-{name}.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", text.replace("\\\n", " "), re.M)
    return shlex.split(command.removeprefix("/opt/satisfaction/.venv/bin/"))


def test_the_image_serves_as_the_unit_does():
    (command,) = re.findall(r"^CMD (.*)$", CONTAINERFILE, re.M)
    everywhere = ["0.0.0.0" if part == "127.0.0.1" else part for part in unit("web")]
    assert sorted(json.loads(command)) == sorted(everywhere)


def test_worker_and_scheduler_are_started_as_the_units_do():
    for name in ("worker", "beat"):
        assert set(shlex.split(SERVICES[name]["command"])) <= {*unit(name), "2"}
    assert {"setup", "web", "worker", "beat", "database", "redis"} == set(SERVICES)


def test_the_image_holds_all_that_is_imported():
    copied = {line.split()[1] for line in CONTAINERFILE.splitlines() if line.startswith("COPY ")}
    needed = {path.parent.name for path in Path().glob("[a-z]*/__init__.py")} - {
        *("tests", "benchmarks"),
    }
    assert needed | {"templates", "locale", "static", "manage.py"} <= copied
    for each in copied:
        assert Path(each).exists(), each


def test_each_setting_is_one_that_the_product_reads():
    settings = Path("config/settings.py").read_text(encoding="utf-8")
    for name in SERVICES["web"]["environment"]:
        assert f'"{name}"' in settings, name
