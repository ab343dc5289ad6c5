"""Secret keys for a single machine that was given none."""

import os
from collections.abc import Callable
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def local_secret(path: Path, make: Callable[[], str] = get_random_secret_key) -> str:
    """The key kept in `path`; made on first use, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(key := make())
    return key
