"""Whatever strangers send is read or refused. `python -m tests.fuzz` searches for longer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS, run

SEEDS = seeds()
FOUND = Path(__file__).parent / "found"


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds_and_whatever_becomes_of_them(name):
    once_crashed = [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]
    for data in [*SEEDS[name], *once_crashed]:
        run(name, data)

    @given(st.data())
    def torn(draw):
        data = draw.draw(st.sampled_from([*SEEDS[name], b""]))
        start = draw.draw(st.integers(0, len(data)))
        stop = draw.draw(st.integers(start, len(data)))
        run(name, data[:start] + draw.draw(st.binary(max_size=20)) + data[stop:])

    torn()


def test_every_target_has_seeds():
    assert set(SEEDS) == set(TARGETS)
    assert [name for name, given in SEEDS.items() if not given] == ["release"]
