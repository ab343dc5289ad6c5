"""How often the list of changes finds what changed, and names what did not.

    python -m benchmarks.change              100 pairs of years, about two minutes
    python -m benchmarks.change --seeds 20

Each pair is the demonstration's population with another seed: three agencies have changed, thirteen
have not. Ratings are drawn straight into the tally; scores and changes are the product's own.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FIRST_SEED = 2570


@dataclass(frozen=True)
class Named:
    """What the lists of one pair of years said. `agencies`: word by code of those with one;
    `false_lists`: the levels whose list names what did not change."""

    agencies: dict[str, str]
    false_lists: tuple[str, ...]


@contextmanager
def undone() -> Iterator[None]:
    """What is stored inside is not there afterwards."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def named(seed: int) -> Named:
    """Draw both years of `seed`, score them and list the changes."""
    from analytics.estimation.change import Direction
    from analytics.models import Score
    from analytics.scoring.changes import changes
    from responses.simulation.population import CHANGED

    levels = Score.Level
    listed = (levels.AGENCY, levels.AGENCY_CHANNEL, levels.SERVICE, levels.SERVICE_CHANNEL)
    with undone():
        before, after = scored(seed, 2568, year_before=True), scored(seed, 2569)
        words = (Direction.IMPROVED, Direction.WORSE)
        found = [c for c in changes(before, after) if c.direction_in_list in words]
        own = [c for c in found if c.after.level in listed]
        return Named(
            {
                c.after.agency.code: c.direction_in_list.value
                for c in own
                if c.after.level == levels.AGENCY
            },
            tuple(sorted({c.after.level for c in own if c.after.agency.code not in CHANGED})),
        )


def scored(seed: int, fiscal_year: int, *, year_before: bool = False):
    """A closed wave of the simulated population with its scores, from counts alone."""
    import numpy as np

    from analytics.models import Score, TallyCell
    from analytics.scoring.scores import estimate_scores
    from responses.simulation.population import RESPONSES, Population
    from responses.simulation.wave import prepare
    from surveys.models import Wave

    responses = int(0.3 * RESPONSES) if year_before else RESPONSES
    population = Population(seed, responses, year_before=year_before)
    wave = prepare(population, fiscal_year)
    rng = np.random.default_rng([seed, fiscal_year])
    overall = wave.questionnaire.questions.get(is_overall=True).code
    TallyCell.objects.bulk_create(
        TallyCell(
            wave=wave,
            service=cell.service,
            channel=cell.channel,
            base_weight=1,
            question=overall,
            value=value,
            count=count,
        )
        for cell in population.cells
        for value, count in enumerate(rng.multinomial(cell.responses, cell.of_respondents), 1)
        if count
    )
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.CLOSED)
    wave.refresh_from_db()
    Score.objects.bulk_create(estimate_scores(wave)[0])
    return wave


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_registry", verbosity=0)
        _print([named(seed) for seed in range(FIRST_SEED, FIRST_SEED + options.seeds)])


def _print(found: list[Named]) -> None:
    from responses.simulation.population import CHANGED

    words = {code: "IMPROVED" if shift > 0 else "WORSE" for code, shift in CHANGED.items()}
    all_three = sum(words.items() <= each.agencies.items() for each in found)
    only_these = sum(words == each.agencies for each in found)
    print(f"{len(found)} pairs of years, seeds from {FIRST_SEED}")
    print(f"all three agencies found              {all_three / len(found):7.1%}")
    print(f"these three and no other              {only_these / len(found):7.1%}")
    for level in ("agency", "agency_channel", "service", "service_channel"):
        false = sum(level in each.false_lists for each in found)
        print(f"list names what did not change: {level:16}{false / len(found):6.1%}")


if __name__ == "__main__":
    main()
