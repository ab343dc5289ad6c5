"""Every figure that a change of the code alone must leave as it is.

    python -m tests.figures FILE            computes them and writes them to FILE
    python -m tests.figures FILE BEFORE     and names what is not as it was in BEFORE

They are those of the demonstration's two waves, of Bangkok's complaints and of Kansas City's
survey, in a database of their own. The reference data are left out where they are not here.
"""

import json
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from tests.estimation.shared import SHARED

SEED = 2570
MOMENT = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
FILES = {
    "traffy": "data/traffy/traffy_bkk_completed_2022-09_2022-12.csv",
    "kcmo": "data/kcmo/kcmo_long_q3_services_1QSEP2021.csv",
}


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Receipts, salts and the secrets of draws come from `seed`: the standard library's own source
    of them is replaced, wherever the product asks it."""
    system = secrets.token_bytes
    source = random.Random(seed)
    secrets.token_bytes = lambda count=None: source.randbytes(count or 32)  # type: ignore
    try:
        yield
    finally:
        secrets.token_bytes = system


def figures_of(wave: Any) -> dict[str, Any]:
    """All that is counted, computed, logged and sealed of a wave, by codes instead of keys."""
    from analytics.models import Score, TallyCell
    from analytics.scoring.publication import verify
    from analytics.scoring.records import as_records
    from responses.ledger import checkpoints
    from responses.models import Leaf
    from surveys.waves import digest

    head = checkpoints.head(wave)
    cells = TallyCell.objects.filter(wave=wave).exclude(count=0)
    tally = cells.values_list(
        "question",
        "service__code",
        "channel__code",
        "service_point",
        "psu",
        "selection",
        "screened",
        "value",
        "base_weight",
        "count",
    )
    leaves = Leaf.objects.filter(wave=wave).order_by("position")
    scores = as_records(list(Score.objects.filter(wave=wave)))
    figures = {
        "state": wave.state,
        "seal": wave.seal,
        "broken": verify(wave),
        "add-ons": [use.digest for use in wave.add_on_uses.order_by("pk")],
        "draws": list(
            wave.draws.order_by("number").values(
                "number", "commitment", "secret", "encounters", "encounters_digest", "design"
            )
        ),
        "log": {"size": head.size, "root": head.root},
        "leaves": digest(list(leaves.values_list("receipt", "revision", "disposition"))),
        "tally": digest(sorted(map(str, tally))),
        "results": digest(scores),
        "scores": scores,
    }
    return json.loads(json.dumps(figures, default=str))


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Where two figures differ, in words."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from differences(before.get(name), after.get(name), f"{path}/{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{path}/{number}")
    elif before != after:
        yield f"{path}: {str(before)[:100]} -> {str(after)[:100]}"


def demonstration() -> dict[str, Any]:
    """Last fiscal year's wave, published, and this year's, with a draw."""
    from django.core.management import call_command

    from analytics.scoring.publication import publish
    from analytics.scoring.scores import compute_scores
    from responses.screening.screen import screen
    from responses.simulation.encounters import simulate_encounters
    from responses.simulation.population import RESPONSES
    from responses.simulation.wave import simulate_wave
    from surveys.models import Agency
    from surveys.sampling.design import Design
    from surveys.sampling.draws import make_draw
    from surveys.waves import close_wave

    call_command("load_registry", verbosity=0)
    published = publish(close_wave(simulate_wave(SEED, RESPONSES, fiscal_year=2569)))
    current = simulate_wave(SEED, RESPONSES // 5, fiscal_year=2570)
    simulate_encounters(current, Agency.objects.get(code="DLT"), SEED, 600)
    make_draw(current, Design(allocation="rate", rate="0.1", minimum=5))
    screen(current)
    compute_scores(current)
    return {wave.code: figures_of(wave) for wave in (published, current)}


def imported(mapping: str) -> dict[str, Any]:
    """A shipped mapping on the real file, published once its last day is over."""
    from django.core.management import call_command

    from analytics.scoring.publication import publish
    from surveys.models import Wave
    from tests.closing import close_wave

    file = SHARED / FILES[mapping]
    if not file.exists():
        return {"skipped": f"{FILES[mapping]} is not here: set SHARED_DIR"}
    known = list(Wave.objects.values_list("pk", flat=True))
    rejected = Path(os.environ["DATA_DIR"]) / f"{mapping}.rejected.csv"
    call_command("import_responses", file, mapping=mapping, create=True, rejected=rejected)
    wave = Wave.objects.exclude(pk__in=known).get()
    return {wave.code: figures_of(publish(close_wave(wave)))}


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "demonstration": demonstration,
    "traffy": lambda: imported("traffy"),
    "kcmo": lambda: imported("kcmo"),
}


def compute() -> dict[str, Any]:
    """Each part in turn, with its seconds on standard error."""
    from surveys import clock

    found = {}
    for name, part in PARTS.items():
        began = time.monotonic()
        with (
            clock.at(MOMENT),
            seeded(f"{SEED} {name}"),
            redirect_stdout(StringIO()),
            redirect_stderr(StringIO()),
        ):
            found[name] = part()
        sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
    return found


def main(file: str, before: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "BROKER_URL": "memory://", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from tests.first_edition import first_edition

        with first_edition():
            found = compute()
    Path(file).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if before:
        told = list(differences(json.loads(Path(before).read_text(encoding="utf-8")), found))
        sys.exit("\n".join(told[:50]) if told else 0)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
