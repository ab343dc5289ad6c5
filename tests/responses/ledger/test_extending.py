"""What shows that one tree begins with another, and a root that two workers publish at once."""

from responses.ledger import checkpoints
from responses.models import Checkpoint
from surveys.hash_tree import EMPTY, extends

ROOT, OTHER = b"r" * 32, b"o" * 32


def test_the_same_tree_needs_no_path():
    assert extends(3, 3, [], ROOT, ROOT)
    assert not extends(3, 3, [], ROOT, OTHER)
    assert not extends(3, 3, [OTHER], ROOT, ROOT)


def test_every_tree_begins_with_none():
    assert extends(0, 3, [], EMPTY, ROOT)
    assert not extends(0, 3, [], OTHER, ROOT)
    assert not extends(0, 3, [OTHER], EMPTY, ROOT)


def test_a_longer_tree_is_no_beginning_and_a_growth_needs_a_path():
    assert not extends(4, 3, [OTHER], ROOT, ROOT)
    assert not extends(2, 3, [], ROOT, OTHER)


def test_a_root_is_published_once(wave, logged, monkeypatch):
    first = checkpoints.keep(wave)
    assert checkpoints.keep(wave) == first
    monkeypatch.setattr(checkpoints, "latest", lambda *_args, **_size: None)  # not yet seen
    assert checkpoints.keep(wave) == first
    assert Checkpoint.objects.count() == 1


def test_where_nothing_was_sealed_everything_is_kept(wave, logged):
    assert checkpoints.is_kept(wave, None)
