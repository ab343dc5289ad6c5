"""Of the demonstration's years the list of changes names the three agencies that changed."""

from django.core.management import call_command

from analytics.management.commands.demo import SEED
from benchmarks.change import named
from responses.simulation.population import CHANGED, Population


def test_the_shipped_seed_finds_the_three_and_names_no_other(db):
    call_command("load_registry", verbosity=0)
    found = named(SEED)
    assert found.agencies == {"DLT": "IMPROVED", "DOE": "IMPROVED", "IMM": "WORSE"}
    assert found.false_lists == ()


def test_of_the_truth_three_agencies_moved_and_nothing_else(db):
    call_command("load_registry", verbosity=0)
    now, before = Population(SEED), Population(SEED, year_before=True)
    moved = {
        new.service.agency.code: new.satisfied - old.satisfied
        for new, old in zip(now.cells, before.cells, strict=True)
        if new.satisfied != old.satisfied
    }
    assert moved.keys() == CHANGED.keys()
    assert all(moved[code] * shift > 0 for code, shift in CHANGED.items())
    assert [c.encounters for c in now.cells] == [c.encounters for c in before.cells]
