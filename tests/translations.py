"""Fails where a text of the product has no Thai translation. Run: python -m tests.translations"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("config", "surveys", "responses", "analytics", "templates", "locale")


def untranslated() -> list[str]:
    """Messages extracted afresh from the source that the Thai catalogue lacks or doubts."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for source in SOURCES:
            shutil.copytree(ROOT / source, copy / source, ignore=shutil.ignore_patterns("*.mo"))
        subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "--locale=th",
                "--no-obsolete",
                "--no-wrap",
                "--verbosity=0",
            ],
            cwd=copy,
            check=True,
        )
        catalogue = polib.pofile(str(copy / "locale/th/LC_MESSAGES/django.po"))
    return [
        f"{'fuzzy' if entry.fuzzy else 'missing'}: {entry.msgid!r} ({entry.occurrences[:1]})"
        for entry in catalogue
        if not entry.translated()
    ]


if __name__ == "__main__":
    problems = untranslated()
    print("\n".join(problems) or "Every text has its Thai translation.")
    raise SystemExit(bool(problems))
