import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """Which PostgreSQL's own account may write into."""
    with tempfile.TemporaryDirectory() as name:
        if os.getuid() == 0:
            shutil.chown(name, "postgres")
        yield Path(name)
