"""What somebody may change behind the door, each by itself: by name, what does it."""

from django.db import connection

from responses.models import Comment, Flag, JournalEntry, Leaf, Response, Revision, Tile
from responses.models.ledger import Checkpoint
from surveys.models import Wave

AT = "(SELECT receipt FROM responses_leaf WHERE position = {})"
ELSEWHERE = (3, 255, 256, 300, 345, 400, 420, 511, 512, 600)
"""Positions in each of the stretches, and at their ends."""


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def response(change, at=ELSEWHERE):
    receipts = ", ".join(AT.format(position) for position in at)
    return lambda: sql(f"UPDATE responses_response SET {change} WHERE receipt IN ({receipts})")


def leaf(change, at=ELSEWHERE):
    return lambda: sql(
        f"UPDATE responses_leaf SET {change} WHERE position IN ({', '.join(map(str, at))})"
    )


def removed(at=ELSEWHERE):
    receipts = Leaf.objects.filter(position__in=at).values_list("receipt", flat=True)
    Response.objects.filter(receipt__in=list(receipts)).delete()


def added():
    for position in ELSEWHERE:
        copy = Response.objects.get(receipt=Leaf.objects.get(position=position).receipt)
        copy.pk, copy.receipt, copy.submission_key = None, f"AAAA-{position}", f"added-{position}"
        copy.save(force_insert=True)


def keys_in_another_order():
    """No key is committed to: that is no fault."""
    told = (Comment, Revision, Flag)
    free = Response.objects.exclude(
        pk__in=[pk for model in told for pk in model.objects.values_list("response_id", flat=True)]
    )
    waiting = {pk for entry in JournalEntry.objects.all() for pk in entry.response_ids}
    keys = ", ".join(str(pk) for pk in free.values_list("pk", flat=True) if pk not in waiting)
    sql(f"UPDATE responses_response SET id = -id WHERE id IN ({keys})")


def leaves_swapped():
    for old, new in ((20, 9999), (520, 20), (9999, 520)):
        sql(f"UPDATE responses_leaf SET position = {new} WHERE position = {old}")


def receipts_swapped():
    one, other = (Leaf.objects.get(position=position).receipt for position in (10, 590))
    for old, new in ((one, "-"), (other, one), ("-", other)):
        Response.objects.filter(receipt=old).update(receipt=new)


def tile(level, position, change):
    def apply():
        found = Tile.objects.get(level=level, position=position)
        Tile.objects.filter(level=level, position=position).update(
            hashes=change(bytes(found.hashes))
        )

    return apply


def tile_lost(level, position):
    return lambda: Tile.objects.filter(level=level, position=position).delete()


def history(**change):
    return lambda: Revision.objects.update(**change)


BEFORE = {"answers": {"OV": 1}, "disposition": "counted"}
NONE = {
    "nothing": lambda: None,
    "keys in another order": keys_in_another_order,
    "answers deleted after their time": lambda: (
        Wave.objects.update(answers_deleted_at="2026-11-29T00:00:00Z"),
        removed(range(700)),
    ),
}
"""No fault."""
TAMPERINGS = {
    "answers": response("answers = '{\"OV\": 5}'"),
    "no answers": response("answers = '{}'"),
    "no object": response("answers = '[]', overall = NULL"),
    "overall": response("overall = 9"),
    "weight": response("base_weight = base_weight + 1"),
    "a small weight": response("base_weight = base_weight + 0.0000000001"),
    "moment": response("answered_at = '2026-01-01 00:00:00'"),
    "salt": response("salt = 'another-salt-another-s'"),
    "disposition": response("disposition = 'screened'"),
    "said to be erased": response("disposition = 'erased'"),
    "emptied": response("answers = '{}', salt = '', disposition = 'erased', revision = 9"),
    "revision": response("revision = revision + 1"),
    "no revision": response("revision = 0"),
    "channel": response("channel_id = (SELECT max(id) FROM surveys_channel)"),
    "point": response("service_point_id = (SELECT max(id) FROM surveys_servicepoint)"),
    "respondent": response("respondent = 'somebody'"),
    "removed": removed,
    "all removed": lambda: removed(range(700)),
    "added": added,
    "receipts swapped": receipts_swapped,
    "journal emptied": lambda: JournalEntry.objects.all().delete(),
    "commitment": lambda: Leaf.objects.filter(position__in=ELSEWHERE).update(commitment=bytes(32)),
    "leaf of another": lambda: Leaf.objects.filter(position=300).update(receipt="AAAA"),
    "leaf's revision": leaf("revision = revision + 7"),
    "leaves lost": lambda: Leaf.objects.filter(position__in=ELSEWHERE).delete(),
    "all leaves lost": lambda: Leaf.objects.all().delete(),
    "leaves swapped": leaves_swapped,
    "leaf behind the end": lambda: sql(
        "UPDATE responses_leaf SET position = 5000 WHERE position = 500"
    ),
    "lowest tile": tile(0, 1, lambda hashes: bytes(32) + hashes[32:]),
    "lowest tile shorter": tile(0, 1, lambda hashes: hashes[:-64]),
    "last tile shorter": tile(0, 2, lambda hashes: hashes[:-64]),
    "first tile lost": tile_lost(0, 0),
    "tile lost": tile_lost(0, 1),
    "last tile lost": tile_lost(0, 2),
    "upper tile": tile(1, 0, lambda hashes: hashes[32:] + bytes(32)),
    "upper tile longer": tile(1, 0, lambda hashes: hashes + bytes(64)),
    "upper tile lost": tile_lost(1, 0),
    "tile too many": lambda: Tile.objects.create(
        wave=Wave.objects.get(code="W1"), level=9, position=4, hashes=bytes(32)
    ),
    "history": history(before=BEFORE),
    "history emptied": history(before={}),
    "history with a salt": history(before=BEFORE | {"salt": "another"}),
    "history lost": lambda: Revision.objects.all().delete(),
    "root": lambda: Checkpoint.objects.update(root="ab" * 32),
    "root of a longer log": lambda: sql("UPDATE responses_checkpoint SET size = size + 1000"),
}
