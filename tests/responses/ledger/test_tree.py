"""The arithmetic of the log against published vectors and against the definitions of RFC 9162."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import hash_tree as tree
from tests.responses.ledger import naive

# The vectors that implementations of Certificate Transparency share.
LEAVES = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
INCLUSION = {(0, 1): [], (0, 8): [A, B, C], (5, 8): [D, E, ROOTS[4]], (2, 3): [ROOTS[2]]}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [A, B, C],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E, ROOTS[4]],
    (2, 5): [B, D],
}
LARGEST = 300
DATA = [k.to_bytes(3, "big") for k in range(LARGEST)]
HASHES = [tree.leaf_hash(data) for data in DATA]


def reader(hashes):
    return lambda node: tree.root_over(hashes[node[1] << node[0] : (node[1] + 1) << node[0]])


def hashes_of(spans, hashes):
    return [tree.hash_of(span, reader(hashes)) for span in spans]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_published_vectors(size):
    assert tree.root_over([tree.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize("proof", INCLUSION)
def test_inclusion_proofs_of_the_published_vectors(proof):
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    index, size = proof
    path = hashes_of(tree.inclusion_spans(index, size), hashes)
    assert [step.hex() for step in path] == INCLUSION[proof]
    assert tree.includes(hashes[index], index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize("proof", CONSISTENCY)
def test_consistency_proofs_of_the_published_vectors(proof):
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    first, second = proof
    path = hashes_of(tree.consistency_spans(first, second), hashes)
    assert [step.hex() for step in path] == CONSISTENCY[proof]
    older, newer = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert tree.extends(first, second, path, older, newer)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_size_has_the_root_of_the_definition(size):
    root = naive.tree_hash(DATA[:size])
    growing = tree.Growing()
    growing.add(HASHES[:size])
    assert tree.root_over(HASHES[:size]) == growing.root() == root
    assert tree.hash_of((0, size), reader(HASHES)) == root


sizes = st.integers(1, LARGEST)


@settings(deadline=None, max_examples=400)
@given(sizes.flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_inclusion_proofs_are_those_of_the_definition(proof):
    index, size = proof
    path = hashes_of(tree.inclusion_spans(index, size), HASHES)
    root = tree.root_over(HASHES[:size])
    assert path == naive.path(index, DATA[:size])
    assert tree.includes(HASHES[index], index, size, path, root)


@settings(deadline=None, max_examples=400)
@given(sizes.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_consistency_proofs_are_those_of_the_definition(proof):
    first, second = proof
    path = hashes_of(tree.consistency_spans(first, second), HASHES)
    if first:
        assert path == naive.proof(first, DATA[:second])
    older, newer = tree.root_over(HASHES[:first]), tree.root_over(HASHES[:second])
    assert tree.extends(first, second, path, older, newer)


@settings(deadline=None, max_examples=300)
@given(
    sizes.flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))),
    st.integers(-2, 2),
    st.integers(0, LARGEST),
    st.sampled_from(["step", "leaf", "root", "index", "longer", "shorter"]),
)
def test_nothing_else_is_proved(proof, shift, other, broken):
    index, size = proof
    path = hashes_of(tree.inclusion_spans(index, size), HASHES)
    leaf, root = HASHES[index], tree.root_over(HASHES[:size])
    foreign = tree.leaf_hash(b"foreign")
    if broken == "step" and path:
        path[other % len(path)] = foreign
    elif broken == "longer":
        path.append(foreign)
    elif broken == "shorter" and path:
        path.pop(other % len(path))
    elif broken == "index" and shift:
        index += shift
    elif broken == "root":
        root = foreign
    else:
        leaf = foreign
    assert not tree.includes(leaf, index, size, path, root)


@settings(deadline=None, max_examples=300)
@given(
    sizes.flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))),
    st.integers(0, LARGEST),
    st.sampled_from(["step", "older", "newer", "longer", "shorter"]),
)
def test_no_other_log_is_continued(proof, other, broken):
    first, second = proof
    path = hashes_of(tree.consistency_spans(first, second), HASHES)
    older, newer = tree.root_over(HASHES[:first]), tree.root_over(HASHES[:second])
    foreign = tree.leaf_hash(b"foreign")
    if broken == "step" and path:
        path[other % len(path)] = foreign
    elif broken == "shorter" and path:
        path.pop(other % len(path))
    elif broken == "longer":
        path.append(foreign)
    elif broken == "newer":
        newer = foreign
    else:
        older = foreign
    assert not tree.extends(first, second, path, older, newer)


def test_a_leaf_outside_the_tree_has_no_proof():
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(IndexError):
            tree.inclusion_spans(index, size)
    with pytest.raises(IndexError):
        tree.consistency_spans(4, 3)
