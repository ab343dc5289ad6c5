"""Hold the estimates of a simulated wave against its known truth."""

from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from analytics.scoring.truth import compare, coverage_table
from responses.simulation.population import Population
from surveys.models import Wave


class Command(BaseCommand):
    help = "How often does the 95 % interval hold the truth? Redraws the simulated wave."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="a simulated wave's code")
        parser.add_argument("--seeds", type=int, default=200, help="how many draws")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"], simulated=True).first()
        if wave is None:
            raise CommandError(f"{options['wave']} is not a simulated wave.")
        population = Population.of(wave)
        draws = tqdm(
            compare(wave, population, options["seeds"]), total=options["seeds"], unit=" draws"
        )
        rows, by_domain = coverage_table(iter(draws), wave.declared_method().target)
        self.stdout.write(
            f"population seed {population.seed}, draws 1 to {options['seeds']},"
            f" {len(by_domain)} domains and measures\n"
            f"{'level':18}{'measure':14}{'intervals':>10}{'covered %':>11}{'over by':>9}"
            f"{'worst %':>9}{'width':>8}{'false met %':>13}{'false not met %':>17}"
        )
        nominal = 100 * wave.declared_method().level
        for row in rows:
            self.stdout.write(
                f"{row.level:18}{row.measure:14}{row.intervals:>10,}{100 * row.covered:>11.2f}"
                f"{100 * row.covered - nominal:>+9.2f}{100 * row.worst_domain:>9.1f}"
                f"{row.width:>8.3f}{100 * row.false_met:>13.2f}{100 * row.false_not_met:>17.2f}"
            )
        measure = wave.method["measure"]
        official = np.array([share for key, share in by_domain.items() if key[1] == measure])
        chosen = [row for row in rows if row.measure == measure]
        intervals = sum(row.intervals for row in chosen)
        held = sum(row.covered * row.intervals for row in chosen) / intervals
        self.stdout.write(
            f"Official measure: {100 * held:.2f} % of {intervals:,} intervals hold the truth."
            f" Of {len(official)} domains {100 * np.mean(official >= 0.94):.1f} % are covered in"
            f" 94 % of the draws or more, the median domain in {100 * np.median(official):.1f} %."
        )
