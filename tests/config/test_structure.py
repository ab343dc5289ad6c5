"""The contracts on imports notice what they are there for: each is shown a breach."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "analytics", "responses", "surveys")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def broken(tree: Path) -> list[str]:
    """The first words of each contract that does not hold in `tree`."""
    finished = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tree,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = finished.stdout.splitlines()
    found = [line.split(":")[0] for line in lines if " BROKEN" in line]
    assert finished.returncode == int(bool(found)), finished.stdout + finished.stderr
    return found


@pytest.fixture
def plant(tree):
    """Adds an import to a module of the copy, and takes it out again."""
    planted: list[tuple[Path, str]] = []

    def add(module: str, imported: str) -> None:
        path = tree / f"{module.replace('.', '/')}.py"
        planted.append((path, path.read_text(encoding="utf-8")))
        path.write_text(f"{planted[-1][1]}\nimport {imported}\n", encoding="utf-8")

    yield add
    for path, text in planted:
        path.write_text(text, encoding="utf-8")


def test_the_tree_keeps_every_contract(tree):
    assert broken(tree) == []


@pytest.mark.parametrize(
    ("module", "imported", "contracts"),
    [
        ("surveys.waves", "responses.models", ["What is asked, who answered, what it means"]),
        ("analytics.wording.percent", "analytics.dashboards.pages", ["From counts to pages"]),
        ("analytics.counting.bases", "analytics.scoring.scores", ["From counts to pages"]),
        ("responses.intake.door", "responses.channels.agent", ["From the door to the office"]),
        ("analytics.estimation.values", "django.db", ["The statistics know numbers only"]),
    ],
)
def test_a_planted_climb_is_noticed(tree, plant, module, imported, contracts):
    plant(module, imported)
    assert [name for name in broken(tree) if name != "No circles"] == contracts


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("surveys.clock", "surveys.thai_dates"),  # which is then to import the clock
        ("analytics.estimation.values", "analytics.estimation.verdict"),
        ("responses.screening.columns", "responses.screening.screen"),
    ],
)
def test_a_planted_circle_is_noticed(tree, plant, module, imported):
    plant(module, imported)
    plant(imported, module)
    assert broken(tree) == ["No circles"]


def test_a_room_without_a_place_is_noticed(tree):
    room = tree / "analytics" / "utils"
    room.mkdir()
    (room / "__init__.py").touch()
    assert broken(tree) == ["From counts to pages"]
    shutil.rmtree(room)
