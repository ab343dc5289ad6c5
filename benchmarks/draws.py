"""Whether drawn citizens speak for all encounters, and how fast encounters come in and are drawn.

    python -m benchmarks.draws --seeds 200
    python -m benchmarks.draws --encounters 100000 [--postgres]

First: a population of known size and satisfaction, in cells of very different size and rating, is
drawn with the product's own allocation and selection for each seed; everybody drawn answers. How
often does the 95 % interval of the total satisfied, by design weights alone, hold the true total?
Second: encounters are reported in batches of a thousand and one in twenty is drawn, in a new
database. The seed is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from scipy import stats

from analytics.estimation.design import SurveyDesign
from analytics.estimation.estimates import total
from benchmarks.servers import postgres
from surveys.sampling.allocation import Cell, allocate
from surveys.sampling.design import Design
from surveys.sampling.selection import Listed, seed_of, select

CELLS = [  # encounters, of which reachable all, and the share satisfied
    ("A", "x", 4000, 0.93),
    ("A", "y", 900, 0.80),
    ("B", "x", 2500, 0.88),
    ("B", "y", 300, 0.60),
    ("C", "x", 120, 0.97),
]
DESIGNS = {
    "rate 10 %": Design(allocation="rate", rate="0.1", minimum=30),
    "100 a cell": Design(allocation="per_cell", number=100),
    "600, proportional": Design(allocation="proportional", number=600, minimum=20),
    "600, Neyman": Design(
        allocation="neyman",
        number=600,
        minimum=20,
        spread={f"{s}|{c}": f"{(p * (1 - p)) ** 0.5:.4f}" for s, c, _n, p in CELLS},
    ),
    "100 a cell, along time": Design(allocation="per_cell", number=100, order="time"),
}


def covered(design: Design, seeds: int, rng: np.random.Generator) -> tuple[int, float]:
    """In how many draws the interval holds the true total, and the mean estimate ÷ truth."""
    population = [_cell(*cell, rng) for cell in CELLS]
    truth = sum(sum(happy.values()) for _listed, happy in population)
    drawn = allocate(design, [Cell(s, c, n, n) for s, c, n, _p in CELLS])
    hits, estimates = 0, []
    for _ in range(seeds):
        seed = seed_of(rng.bytes(32).hex(), "0" * 64, "")
        estimate = _estimate(design, seed, population, drawn)
        half = stats.t.ppf(0.975, estimate.df) * estimate.se
        hits += abs(estimate.value - truth) <= half
        estimates.append(estimate.value)
    return hits, float(np.mean(estimates)) / truth


def _cell(service: str, channel: str, size: int, share: float, rng: np.random.Generator):
    """Satisfaction falls along the year, so that drawing along time has something to follow."""
    day = rng.integers(0, 365, size)
    chance = np.clip(share + 0.1 * (0.5 - day / 365), 0, 1)
    happy = rng.random(size) < chance
    listed = [
        Listed(service, channel, f"{service}{channel}{k}", True, f"{day[k]:03}")
        for k in range(size)
    ]
    return listed, {row.key: bool(answer) for row, answer in zip(listed, happy, strict=True)}


def _estimate(design: Design, seed: bytes, population, drawn: Sequence[int]):
    answers, weights, strata, sizes = [], [], [], []
    for number, ((listed, happy), n) in enumerate(zip(population, drawn, strict=True)):
        keys = select(seed, listed, n, systematic=design.order != "random")
        answers += [happy[key] for key in keys]
        weights += [len(listed) / n] * n
        strata += [number] * n
        sizes += [len(listed)] * n
    sample = SurveyDesign.sample(len(answers), weights=weights, strata=strata, population=[sizes])
    return total(sample, np.array(answers, dtype=float))


def speed(encounters: int) -> dict[str, float]:
    import django
    from django.core.management import call_command

    django.setup()
    from datetime import timedelta

    from surveys import clock
    from surveys.models import Channel, Frame, Questionnaire, Service, Wave
    from surveys.sampling.draws import make_draw
    from surveys.sampling.encounters import EncounterLog, Report
    from surveys.waves import open_wave

    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    today = clock.today()
    wave = open_wave(
        Wave.objects.create(
            code="BENCHMARK",
            title_th="BENCHMARK",
            fiscal_year=2570,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=30),
            questionnaire=Questionnaire.objects.latest("version"),
            frame=Frame.objects.create(code="BENCHMARK"),
        )
    )
    services = list(Service.objects.values_list("code", flat=True))
    channels = list(Channel.objects.values_list("code", flat=True))
    begun = time.perf_counter()
    for start in range(0, encounters, 1_000):
        log = EncounterLog(wave)
        log.store(
            [
                log.check(
                    Report(
                        encounter=str(k),
                        service=services[k % len(services)],
                        channel=channels[k % len(channels)],
                        time=clock.now() - timedelta(days=k % 30),
                        email=f"citizen{k}@mail.example" if k % 5 else "",
                    )
                )
                for k in range(start, min(start + 1_000, encounters))
            ]
        )
    reported = time.perf_counter() - begun
    begun = time.perf_counter()
    draw = make_draw(wave, Design(allocation="rate", rate="0.05"))
    drawing = time.perf_counter() - begun
    return {
        "encounters": encounters,
        "reported_per_second": round(encounters / reported),
        "seconds_to_draw": round(drawing, 2),
        "drawn": sum(draw.cells.values_list("drawn", flat=True)),
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encounters", type=int, default=0)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    arguments = parser.parse_args()
    if arguments.seeds:
        print(f"seed {arguments.seed}; {arguments.seeds} draws of each design")
        for name, design in DESIGNS.items():
            rng = np.random.default_rng(arguments.seed)
            hits, bias = covered(design, arguments.seeds, rng)
            print(f"{name:24} {hits / arguments.seeds:6.1%} covered, mean ÷ truth {bias:.4f}")
    if arguments.encounters:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            os.environ["DATA_DIR"] = f"{folder}/var"
            if arguments.postgres:
                server = stack.enter_context(postgres(Path(folder)))
                os.environ["DATABASE_URL"] = server.address
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            os.environ.setdefault("LOG_LEVEL", "WARNING")
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            print(json.dumps(speed(arguments.encounters)))


if __name__ == "__main__":
    main()
