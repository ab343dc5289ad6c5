"""Make a clearly labelled simulated wave."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from responses.simulation.population import RESPONSES
from responses.simulation.wave import simulate_wave


class Command(BaseCommand):
    help = "Create a simulated wave and answer it. Running it again resumes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2570)
        parser.add_argument(
            "--fiscal-year", type=int, help="in the Buddhist Era; this one if not given"
        )
        parser.add_argument("--responses", type=int, default=RESPONSES)

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(total=options["responses"], unit=" responses", desc="Simulating") as bar:
            wave = simulate_wave(
                options["seed"],
                options["responses"],
                fiscal_year=options["fiscal_year"],
                on_progress=lambda n: bar.update(n),
            )
        self.stdout.write(f"Wave {wave.code}: {wave.responses.count():,} simulated responses")
