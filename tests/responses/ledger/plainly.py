"""A log held against what is stored the plain way: all of it read at once, each rule by itself."""

from collections import defaultdict
from itertools import zip_longest

from responses.ledger.commitments import FIELDS, commitment_of, leaf_text
from responses.ledger.findings import Fault, Finding
from responses.models import JournalEntry, Leaf, Response, Revision, Tile
from responses.models.ledger import Checkpoint
from surveys.hash_tree import leaf_hash
from tests.responses.ledger import naive

WIDTH = 256


def findings(wave):
    """Every fault, in no order."""
    tiles = defaultdict(dict)
    for tile in Tile.objects.filter(wave=wave):
        held = bytes(tile.hashes)
        tiles[tile.level][tile.position] = [held[k : k + 32] for k in range(0, len(held), 32)]
    leaves = list(Leaf.objects.filter(wave=wave))
    return [
        *_of_tiles(tiles),
        *_of_roots(wave, tiles[0]),
        *_of_leaves(wave, tiles[0], {leaf.position: leaf for leaf in leaves}),
        *_of_responses(wave, {(leaf.receipt, leaf.revision) for leaf in leaves}),
    ]


def _of_tiles(tiles):
    lowest = tiles[0]
    for place in sorted(lowest):
        if place and place - 1 not in lowest:
            missing = max((k for k in lowest if k < place), default=-1) + 1
            yield Finding(Fault.TILE, detail=f"0/{missing}")
    size = _size(lowest)
    for level in range(1, 10):
        size //= WIDTH
        here = tiles.get(level, {})
        below = tiles.get(level - 1, {})
        full = [_root(below[k]) for k in sorted(below) if len(below[k]) == WIDTH]
        entries = [(k, entry) for k in sorted(here) for entry in here[k]]
        wrong = {
            entry[0] if entry else number // WIDTH
            for number, (root, entry) in enumerate(zip_longest(full, entries))
            if entry is None or entry[1] != root
        }
        for place in wrong if size else here:
            yield Finding(Fault.TILE, detail=f"{level}/{place}")


def _of_roots(wave, lowest):
    hashes = []
    for place in range(max(lowest, default=-1) + 1):
        if place not in lowest or len(hashes) != place * WIDTH:
            break
        hashes += lowest[place]
    for size, root in Checkpoint.objects.filter(wave=wave).values_list("size", "root"):
        if size > len(hashes) or _root(hashes[:size]).hex() != root:
            yield Finding(Fault.ROOT, detail=f"{size}: {root}")


def _of_leaves(wave, lowest, leaves):
    overall = wave.questionnaire.questions.get(is_overall=True).code
    rows = {
        row["receipt"]: row for row in Response.objects.filter(wave=wave).values(*FIELDS, "overall")
    }
    history = {
        (change.response_id, change.number): change.before for change in Revision.objects.all()
    }
    for place, hashes in lowest.items():
        for position, held in enumerate(hashes, start=place * WIDTH):
            leaf = leaves.get(position)
            if leaf is None:
                yield Finding(Fault.GAP, position)
                continue
            said = leaf.receipt, leaf.revision, leaf.disposition, bytes(leaf.commitment)
            row = rows.get(leaf.receipt)
            changed = Finding(Fault.CHANGED, position, leaf.receipt, f"revision {leaf.revision}")
            if leaf_hash(leaf_text(wave.code, *said).encode()) != held:
                yield Finding(Fault.LEAF, position, leaf.receipt)
            elif row is None:
                if not wave.answers_deleted_at:
                    yield Finding(Fault.REMOVED, position, leaf.receipt)
            elif not _follows(wave, leaf, row, history, overall):
                yield changed
    for position, leaf in leaves.items():
        if not 0 <= position < _size(lowest):
            yield Finding(Fault.LEAF, position, leaf.receipt)


def _follows(wave, leaf, row, history, overall):
    last = leaf.revision == row["revision"]
    if row["disposition"] == "erased" and leaf.revision < row["revision"]:
        return True
    try:
        computed = commitment_of(wave.code, row, leaf.revision, history)
    except (KeyError, TypeError, AttributeError):
        return False
    return (
        leaf.revision <= row["revision"]
        and computed == (leaf.disposition, bytes(leaf.commitment))
        and (not last or row["overall"] == row["answers"].get(overall))
    )


def _of_responses(wave, logged):
    waiting = {
        (pk, entry.revision)
        for entry in JournalEntry.objects.filter(wave=wave)
        for pk in entry.response_ids
    }
    for response in Response.objects.filter(wave=wave):
        if (response.receipt, response.revision) in logged:
            continue
        if (response.pk, response.revision) not in waiting:
            yield Finding(Fault.ADDED, receipt=response.receipt)


def _size(lowest):
    last = max(lowest, default=0)
    return last * WIDTH + len(lowest.get(last, []))


def _root(hashes):
    """By the definition, over hashes of leaves instead of their data."""
    if len(hashes) < 2:
        return hashes[0] if hashes else naive.tree_hash([])
    k = naive._split(len(hashes))
    return naive.sha256(b"\x01" + _root(hashes[:k]) + _root(hashes[k:])).digest()
