"""Compiles a catalogue of translations, without gettext: python -m config.catalogue FILE.po"""

import sys
from pathlib import Path

import polib


def main(*files: str) -> None:
    for file in files:
        polib.pofile(file).save_as_mofile(str(Path(file).with_suffix(".mo")))


if __name__ == "__main__":
    main(*sys.argv[1:])
