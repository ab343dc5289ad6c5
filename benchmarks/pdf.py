"""Seconds and peak memory of one PDF, each in a process of its own as a worker makes it.

A simulated wave is answered and scored first; that is not timed. `--agencies` copies the scores of
one agency until the league has that many rows, to see a long report.
Run: python -m benchmarks.pdf [--responses 20000] [--agencies 200]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = {
    "nation, Thai": ("", "th"),
    "nation, English": ("", "en"),
    "one agency, Thai": ("DLT", "th"),
}
STEPS = {1: "gathered", 2: "written", 3: "laid out", 4: "ready"}


def prepare(responses: int, agencies: int) -> None:
    """In this process: a scored wave in DATA_DIR."""
    _set_up()
    from django.core.management import call_command

    from analytics.models import Score
    from analytics.scoring.scores import compute_scores
    from responses.simulation.wave import simulate_wave
    from surveys.models import Agency

    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    compute_scores(simulate_wave(2570, responses))
    league = Score.objects.filter(level="agency", is_overall=True)
    copied = list(league.filter(agency__code="DLT"))
    for number in range(agencies - league.filter(measure="top_two_box").count()):
        agency = Agency.objects.create(
            code=f"COPY-{number}",
            name_th=f"หน่วยงานลำดับที่ {number}",
            name_en=f"Agency number {number}",
            parent=Agency.objects.get(code="DLT").parent,
        )
        for score in copied:
            score.pk, score.agency = None, agency
            score.save(force_insert=True)


def measure(agency: str, language: str) -> dict[str, float]:
    """In this process: make one report of the wave in DATA_DIR."""
    _set_up()
    from io import BytesIO

    from pypdf import PdfReader

    from analytics.reporting.report import write_report
    from surveys.models import Agency, Wave

    wave = Wave.objects.get()
    scope = Agency.objects.get(code=agency) if agency else None
    took: dict[str, float] = {}
    began = time.perf_counter()
    pdf = write_report(
        wave,
        scope,
        language,
        on_step=lambda step: took.update({STEPS[step]: time.perf_counter() - began}),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "pages": len(PdfReader(BytesIO(pdf)).pages),
        "KB": len(pdf) / 1024,
        **{f"{step} s": seconds for step, seconds in took.items()},
        "peak MB": peak,
    }


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def in_own_process(folder: str, *arguments: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.pdf", *arguments],
        env=os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return finished.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=20_000)
    parser.add_argument("--agencies", type=int, default=0)
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        prepare(options.responses, options.agencies)
        return
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    size = [f"--responses={options.responses}", f"--agencies={options.agencies}"]
    with tempfile.TemporaryDirectory() as folder:
        in_own_process(folder, "--prepare", *size)
        rows = {
            name: json.loads(in_own_process(folder, "--one", *which).splitlines()[-1])
            for name, which in REPORTS.items()
        }
    names = next(iter(rows.values()))
    print(f"{'':18}" + "".join(f"{name:>12}" for name in names))
    for report, row in rows.items():
        print(f"{report:18}" + "".join(f"{value:>12,.2f}" for value in row.values()))


if __name__ == "__main__":
    main()
