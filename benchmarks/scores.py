"""Seconds and peak memory to count and to score one wave, by number of responses.

The cells stay the same while the responses grow, so scoring should cost the same.
Run: python -m benchmarks.scores [--sizes 100000 1000000]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def measure(responses: int, repeats: int) -> dict[str, float]:
    """In this process: answer a simulated wave, fold its journal, score it `repeats` times."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from analytics.counting import tally
    from analytics.models import TallyCell
    from analytics.scoring.scores import compute_scores
    from responses.simulation.wave import simulate_wave

    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    began = time.perf_counter()
    wave = simulate_wave(2570, responses)
    answered = time.perf_counter()
    tally.fold(wave)
    folded = time.perf_counter()
    times = []
    for _repeat in range(repeats):
        start = time.perf_counter()
        compute_scores(wave)
        times.append(time.perf_counter() - start)
    return {
        "responses": wave.responses.count(),
        "tally rows": TallyCell.objects.count(),
        "intake s": answered - began,
        "fold s": folded - answered,
        "score s": statistics.median(times),
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_own_process(responses: int, repeats: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.scores", "--one", str(responses)]
        finished = subprocess.run(
            [*command, "--repeats", str(repeats)],
            env=os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    return json.loads(finished.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.repeats)))
        return
    rows = [in_own_process(size, options.repeats) for size in options.sizes]
    print("  ".join(f"{name:>10}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:>10,.2f}" for value in row.values()))
    ratio = rows[-1]["score s"] / rows[0]["score s"]
    print(f"scoring {options.sizes[-1]:,} against {options.sizes[0]:,}: {ratio:.2f} ×")


if __name__ == "__main__":
    main()
