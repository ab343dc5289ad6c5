"""The gate of branch coverage closes: rooms that a run leaves untested fail it, and are named."""

import subprocess
import sys
from pathlib import Path

from tests.branches import FLOORS, MEASURED

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_measured_exists():
    for name in (*FLOORS, *MEASURED):
        assert (ROOT / name).exists(), name


def test_a_run_that_leaves_branches_untried_fails():
    only = "tests/estimation/test_verdict_boundaries.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.branches", only]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout
    assert " passed" in ran.stdout
    assert "failed" not in ran.stdout
    assert "analytics/estimation/official.py: " in ran.stdout
    assert "responses/ledger: " in ran.stdout
