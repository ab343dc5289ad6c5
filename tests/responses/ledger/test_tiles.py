"""Hashes kept in tiles: however they come in, the tree is that of the definition."""

import random

import pytest

from responses.ledger import tiles
from responses.models import Tile
from surveys import hash_tree as tree
from tests.responses.ledger import naive

MANY = 66_300  # one full tile of level 1, and some

DATA = [k.to_bytes(3, "big") for k in range(MANY)]
HASHES = [tree.leaf_hash(data) for data in DATA]


def test_an_empty_log_has_the_root_of_nothing(wave):
    assert tiles.size_of(wave) == 0
    assert tiles.root_at(wave, 0) == tree.EMPTY


@pytest.mark.parametrize("seed", range(4))
def test_however_the_leaves_come_the_roots_are_the_same(wave, seed):
    draw = random.Random(seed)
    size = 0
    while size < 1_200:
        more = draw.choice([1, 2, 3, 100, 255, 256, 257, 513])
        assert tiles.append(wave, HASHES[size : size + more]) == size
        size += more
        assert tiles.size_of(wave) == size
        assert tiles.root_at(wave, size) == naive.tree_hash(DATA[:size])
    for earlier in (1, 255, 256, 257, 511, 512, 513, draw.randrange(size)):
        assert tiles.root_at(wave, earlier) == naive.tree_hash(DATA[:earlier])


def test_a_full_tile_above_full_tiles(wave):
    for start in range(0, MANY, 20_000):
        tiles.append(wave, HASHES[start : start + 20_000])
    assert tiles.root_at(wave, MANY) == tree.root_over(HASHES)
    held = Tile.objects.filter(wave=wave)
    assert {level: held.filter(level=level).count() for level in range(4)} == {
        0: 259,
        1: 2,
        2: 1,
        3: 0,
    }


def test_a_proof_reads_a_handful_of_tiles_in_one_query(wave, django_assert_num_queries):
    tiles.append(wave, HASHES)
    with django_assert_num_queries(1):
        path = tiles.roots_over(wave, tree.inclusion_spans(12_345, MANY))
    assert tree.includes(HASHES[12_345], 12_345, MANY, path, tree.root_over(HASHES))


def test_two_logs_do_not_mix(wave, draft):
    other = type(wave).objects.get(pk=wave.pk)
    other.pk, other.code = None, "W2"
    other.save(force_insert=True)
    tiles.append(wave, HASHES[:3])
    tiles.append(other, HASHES[3:8])
    assert tiles.root_at(wave, 3) == naive.tree_hash(DATA[:3])
    assert tiles.root_at(other, 5) == naive.tree_hash(DATA[3:8])


def test_nothing_is_appended_to_a_damaged_log(wave):
    tiles.append(wave, HASHES[:300])
    Tile.objects.filter(level=1).delete()
    with pytest.raises(tiles.BrokenLogError):
        tiles.append(wave, HASHES[300:600])
    assert tiles.size_of(wave) == 300
