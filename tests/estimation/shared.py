"""Where the reference data and cases live: beside the repository, or in SHARED_DIR."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))


def shared(path: str) -> Path:
    """The shared file or folder; the test is skipped where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"{path} is not here: set SHARED_DIR to the folder that holds it")
    return found
