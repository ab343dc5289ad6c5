"""Seconds of CPU to score a nation, beside what reading, estimating and writing cost in bare NumPy.

The answers are behind the tally: it is made, so that their number may be any. Both sides run in
turn, each several times; the least of each counts.

Run: python -m benchmarks.scores [--agencies 200 --services 2000 --answers 100000000]
With DATABASE_URL it uses that (empty) database, else SQLite in a folder of its own.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable

from benchmarks.nation import in_own_folder


def measure(agencies: int, services: int, answers: int, repeats: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from analytics.models import Score
    from analytics.scoring.scores import compute_scores, count_what_came
    from benchmarks.floor import Floor
    from benchmarks.nation import make_answers, make_nation, make_tally
    from surveys.waves import close_wave

    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = make_nation(agencies, services)
    began = time.perf_counter()
    rows = make_tally(wave, answers)
    print(f"{answers:,} answers in {rows:,} rows of the tally ({since(began)} to make)", flush=True)
    running = min(cpu(lambda: compute_scores(wave)) for _repeat in range(repeats))
    came = make_answers(wave, 1_000)
    counted = cpu(lambda: count_what_came(wave))
    wave = close_wave(wave)
    floor = Floor(wave)
    first, again, bare = [], [], []
    for _repeat in range(repeats):
        Score.objects.all().delete()
        first.append(cpu(lambda: compute_scores(wave)))
        again.append(cpu(lambda: compute_scores(wave)))
        bare.append(cpu(floor.run))
    print(f"{Score.objects.count():,} scores; of {floor.written:,} the floor")
    print(f"scores while the wave is open   {running:7.2f} s of CPU")
    print(f"{came:,} answers between statements {counted:7.2f} s of CPU")
    print(f"scores, nothing stored before   {min(first):7.2f} s of CPU")
    print(f"scores, nothing changed since   {min(again):7.2f} s of CPU")
    print(f"floor: NumPy, SciPy and SQL     {min(bare):7.2f} s of CPU")
    print(f"ratio to the floor              {min(first) / min(bare):7.2f}")


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def since(began: float) -> str:
    return f"{time.perf_counter() - began:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=200)
    parser.add_argument("--services", type=int, default=2_000)
    parser.add_argument("--answers", type=int, default=100_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.agencies, options.services, options.answers, options.repeats)
        return
    sys.exit(in_own_folder("benchmarks.scores"))


if __name__ == "__main__":
    main()
