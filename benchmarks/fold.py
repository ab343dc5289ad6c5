"""Seconds of CPU from answers in the journal to restated scores, 10,000 answers in 10,000 cells.

    python -m benchmarks.fold [--answers 10000 --agencies 200 --services 2000] [--postgres]

Every answer lies in a cell of its own, which is the dearest case for counting. The wave has closed,
so that every answer moves a figure at once; what came is screened before it is scored. With
DATABASE_URL it uses that (empty) database, else SQLite in a folder of its own; `--postgres` starts
a throw-away PostgreSQL, whose processor time is counted with the process's own. Apart from these:
what starting a process costs, seen in its first page, which a server that runs has paid.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.nation import in_own_folder
from benchmarks.servers import Server, product_on_postgres

BEFORE = 100
"""Answers behind each cell of the tally before the new ones come."""


TO_THE_PAGE = "fold", "screen", "score", "page"


def opened(answer: Any) -> None:
    assert answer.status_code == 200, answer


def measure(answers: int, agencies: int, services: int, database: Server | None = None) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from analytics.counting import tally
    from analytics.scoring.scores import compute_scores, estimate_scores
    from analytics.scoring.storing import replace_scores
    from benchmarks.nation import make_answers, make_nation, make_tally
    from benchmarks.pages import PAGES, person_of_office
    from responses.screening.screen import screen
    from surveys.waves import close_wave

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain
    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = make_nation(agencies, services)
    make_tally(wave, BEFORE * wave.frame.cells.count())
    made = make_answers(wave, answers)
    wave = close_wave(wave)
    taken = {}

    def clocked(name: str, work: Callable[[], object]) -> None:
        def cpu() -> float:
            return time.process_time() + (database.processor_seconds() if database else 0)

        before, begun = cpu(), time.perf_counter()
        work()
        taken[name] = cpu() - before, time.perf_counter() - begun

    clocked("fold", lambda: tally.fold(wave))
    clocked("screen", lambda: screen(wave, now=True))
    clocked("score", lambda: replace_scores(wave, estimate_scores(wave)[0]))
    compute_scores(wave)
    reader = person_of_office()
    for name, path in ("start", "/en/"), ("page", PAGES["nation"]):
        clocked(name, lambda path=path: opened(reader.get(path)))
    print(f"{made:,} answers in {wave.frame.cells.count():,} cells")
    for name, (cpu, wall) in taken.items():
        print(f"{name:8} {cpu:8.2f} s of CPU {wall:8.2f} s")
    print(f"to the page {sum(taken[name][0] for name in TO_THE_PAGE):8.2f} s of CPU")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--agencies", type=int, default=200)
    parser.add_argument("--services", type=int, default=2_000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = options.answers, options.agencies, options.services
    if options.inside:
        measure(*sizes)
    elif options.postgres:
        with product_on_postgres() as (_folder, database):
            measure(*sizes, database)
    else:
        sys.exit(in_own_folder("benchmarks.fold"))


if __name__ == "__main__":
    main()
