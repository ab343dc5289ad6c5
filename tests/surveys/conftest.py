from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write lines of text as a file: `write("a,b", "1,2")`."""

    def write_lines(*lines: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return write_lines


@pytest.fixture
def english():
    with translation.override("en"):
        yield
