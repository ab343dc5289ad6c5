"""The digest by which a file is known again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.utils.translation import gettext as _

from surveys.csv_files import FileError


def file_digest(path: Path) -> str:
    """Raise FileError where the file cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(
            _("%(file)s cannot be opened: %(why)s") % {"file": path.name, "why": error.strerror}
        ) from error
