"""Strategies of lifting or smearing one agency, each run against the product's own views.

    python -m benchmarks.attacks [WORDS OF A STRATEGY]

Scores and outcomes with and without the attack, and what the office sees. Fails where a figure
rises by more than the width of its interval and nobody is told. The strategies are in
tests/attacks/strategies.py. Two minutes.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile

COLUMNS = (
    "strategy",
    "stored",
    "of them own",
    "set aside",
    "score of all",
    "score shown",
    "outcome before",
    "outcome shown",
    "evidence",
    "what the office sees",
)


def main(words: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "BROKER_URL": "memory://", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
        settings.ALLOWED_HOSTS = ["*"]
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
        call_command("migrate", verbosity=0)
        if unseen := _tables(words):
            sys.exit(f"nobody is told: {', '.join(unseen)}")


def _tables(words: str) -> list[str]:
    """Prints them; returns what raised a figure unseen."""
    from tests.attacks import chosen  # noqa: F401  it and what it stands on add strategies
    from tests.attacks.ground import MARKS, after
    from tests.attacks.strategies import LIFTS, NOT_FOUND, SMEARS

    unseen = []
    print("|", " | ".join(COLUMNS), "|")
    print("|---" * len(COLUMNS) + "|")
    for code, title, attacks in (("A", "lift", LIFTS), ("B", "smear", SMEARS)):
        before = after(attacks["nothing is done"], code)
        for name, attack in attacks.items():
            if words not in name:
                continue
            result = after(attack, code)
            unseen += [name] if code == "A" and result.gained_unseen(before) else []
            seen = [*sorted(MARKS & set(result.flags))]
            seen += ["alarm"] if result.alarm else []
            seen += ["no rule can find it"] if name in NOT_FOUND and not seen else []
            row = (
                f"{title}: {name}",
                result.added,
                result.own,
                result.set_aside,
                f"{100 * result.raw:.1f}",
                f"{100 * result.shown:.1f}",
                before.outcome,
                result.outcome,
                f"{result.evidence}{', official' * result.official}",
                ", ".join(seen) or "–",
            )
            print("|", " | ".join(map(str, row)), "|", flush=True)
    return unseen


if __name__ == "__main__":
    main(*sys.argv[1:2])
