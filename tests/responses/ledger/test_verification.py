"""Whatever somebody changes behind the door is found, and named."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from analytics.counting import tally
from responses.intake.door import amend, erase
from responses.ledger import checkpoints
from responses.ledger.findings import Checked, Fault
from responses.ledger.verification import verify
from responses.models import JournalEntry, Leaf, Response, Tile
from surveys.hash_tree import leaf_hash


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faults(wave):
    return [(found.fault, found.position, found.receipt) for found in verify(wave)]


@pytest.fixture
def published_root(wave, logged):
    return checkpoints.keep(wave)


def test_an_untouched_log_is_as_it_was(wave, logged, published_root):
    assert not list(verify(wave, checked := Checked()))
    assert (checked.leaves, checked.opened) == (6, 6)
    assert checked.root == published_root.root


@pytest.mark.parametrize(
    "change",
    [
        "answers = '{\"OV\": 5}'",
        "answers = '{}'",
        "disposition = 'excluded'",
        "disposition = 'erased'",
        "base_weight = 2",
        "selection = 'drawn'",
        "respondent = 'somebody'",
        "source = 'file'",
        "overall = 5",
        "answered_at = '2026-01-01 00:00:00'",
        "salt = 'another-salt-another-s'",
        "service_id = (SELECT max(id) FROM surveys_service)",
        "channel_id = (SELECT max(id) FROM surveys_channel)",
        "service_point_id = (SELECT max(id) FROM surveys_servicepoint)",
        "revision = 0",
    ],
)
def test_one_changed_response_is_found(wave, logged, change):
    sql(f"UPDATE responses_response SET {change} WHERE id = %s", logged[2].pk)
    assert faults(wave)[0] == (Fault.CHANGED, 2, logged[2].receipt)


def test_a_removed_response_is_found(wave, logged):
    sql("DELETE FROM responses_comment WHERE response_id = %s", logged[3].pk)
    sql("DELETE FROM responses_response WHERE id = %s", logged[3].pk)
    assert faults(wave) == [(Fault.REMOVED, 3, logged[3].receipt)]


def test_two_swapped_answers_are_found(wave, logged):
    one, other = logged[0], logged[1]
    for response, answers in ((one, other.answers), (other, one.answers)):
        Response.objects.filter(pk=response.pk).update(answers=answers, overall=answers["OV"])
    assert faults(wave) == [
        (Fault.CHANGED, 0, one.receipt),
        (Fault.CHANGED, 1, other.receipt),
    ]


def test_two_swapped_receipts_are_found(wave, logged):
    one, other = logged[0], logged[1]
    swap = "UPDATE responses_response SET receipt = %s WHERE id = %s"
    for receipt, pk in (("-", one.pk), (one.receipt, other.pk), (other.receipt, one.pk)):
        sql(swap, receipt, pk)
    assert [fault for fault, _position, _receipt in faults(wave)] == [Fault.CHANGED] * 2


def test_an_added_response_is_found(wave, logged):
    copy = Response.objects.get(pk=logged[0].pk)
    copy.pk, copy.receipt, copy.submission_key = None, "AAAA-BBBB-CCCC", "added"
    copy.save(force_insert=True)
    assert faults(wave) == [(Fault.ADDED, None, "AAAA-BBBB-CCCC")]


def test_what_waits_to_be_logged_is_no_fault(wave, logged, government, send):
    send(government.licence, government.counter, 4)
    amend(logged[0], {"P1": 1}, reason="corrected")
    assert not list(verify(wave, checked := Checked()))
    assert checked.waiting == 2


def test_a_response_taken_out_of_the_journal_is_found(wave, logged, government, send):
    response = send(government.licence, government.counter, 4)
    JournalEntry.objects.all().delete()
    assert faults(wave) == [(Fault.ADDED, None, response.receipt)]


def test_a_change_of_the_history_is_found(wave, logged):
    amend(logged[0], {"P1": 1}, reason="corrected")
    tally.fold(wave)
    sql("UPDATE responses_revision SET before = %s", '{"answers": {}, "disposition": "counted"}')
    assert faults(wave) == [(Fault.CHANGED, 0, logged[0].receipt)]
    sql("UPDATE responses_revision SET before = %s", "{}")
    assert faults(wave) == [(Fault.CHANGED, 0, logged[0].receipt)]
    sql("DELETE FROM responses_revision")
    assert (Fault.CHANGED, 0, logged[0].receipt) in faults(wave)


def test_an_answer_emptied_by_hand_is_not_taken_for_an_erasure(wave, logged):
    sql(
        "UPDATE responses_response SET answers = '{}', overall = NULL, salt = '',"
        " disposition = 'erased', revision = 2 WHERE id = %s",
        logged[0].pk,
    )
    assert faults(wave) == [(Fault.ADDED, None, logged[0].receipt)]


def test_an_answer_put_back_after_erasing_is_found(wave, logged):
    erase(logged[0])
    tally.fold(wave)
    sql("UPDATE responses_response SET answers = '{\"OV\": 5}' WHERE id = %s", logged[0].pk)
    assert (Fault.CHANGED, 6, logged[0].receipt) in faults(wave)


def test_a_leaf_rewritten_with_its_response_breaks_the_tree(wave, logged):
    """Who also computes the commitment anew meets the tree."""
    sql("UPDATE responses_leaf SET commitment = %s WHERE position = 1", bytes(32))
    assert faults(wave) == [(Fault.LEAF, 1, logged[1].receipt)]


def test_a_leaf_taken_out_is_found(wave, logged):
    sql("DELETE FROM responses_leaf WHERE position = 1")
    assert faults(wave) == [(Fault.GAP, 1, ""), (Fault.ADDED, None, logged[1].receipt)]


def test_a_leaf_put_in_is_found(wave, logged):
    Leaf(wave=wave, position=6, receipt="AAAA-BBBB-CCCC", revision=1, commitment=bytes(32)).save(
        force_insert=True
    )
    assert faults(wave) == [(Fault.LEAF, 6, "AAAA-BBBB-CCCC")]


def test_two_leaves_in_each_others_place_are_found(wave, logged):
    for position, moved in ((0, 99), (1, 0), (99, 1)):
        sql("UPDATE responses_leaf SET position = %s WHERE position = %s", moved, position)
    assert [fault for fault, _position, _receipt in faults(wave)] == [Fault.LEAF] * 2


def test_a_log_rewritten_from_the_ground_contradicts_its_published_roots(
    wave, logged, published_root
):
    """Whoever computes all of it anew cannot change what others have noted."""
    from responses.ledger.proofs import text_of

    leaf = Leaf.objects.get(position=2)
    leaf.commitment = bytes(32)
    leaf.save()
    tile = Tile.objects.get(level=0)
    hashes = bytearray(tile.hashes)
    hashes[64:96] = leaf_hash(text_of(wave, leaf).encode())
    tile.hashes = bytes(hashes)
    tile.save()
    found = faults(wave)
    assert (Fault.ROOT, None, "") in found
    assert (Fault.CHANGED, 2, logged[2].receipt) in found


def test_a_published_root_that_was_changed_is_found(wave, logged, published_root):
    sql("UPDATE responses_checkpoint SET root = %s", "ab" * 32)
    assert faults(wave) == [(Fault.ROOT, None, "")]


def test_a_log_shorter_than_its_published_root_is_found(wave, logged, published_root):
    sql("UPDATE responses_checkpoint SET size = 7")
    assert faults(wave) == [(Fault.ROOT, None, "")]


def test_a_lost_or_changed_tile_is_found(wave, government, send, logged):
    for k in range(520):
        send(government.licence, government.counter, 1 + k % 5)
    tally.fold(wave)
    assert not faults(wave)
    upper = Tile.objects.get(level=1)
    Tile.objects.filter(level=1).update(hashes=bytes(64))
    assert faults(wave) == [(Fault.TILE, None, "")]
    Tile.objects.filter(level=1).delete()
    assert faults(wave) == [(Fault.TILE, None, "")]
    upper.save(force_insert=True)
    Tile.objects.filter(level=0, position=1).delete()
    assert (Fault.TILE, None, "") in faults(wave)


def test_many_batches_are_verified_alike(wave, government, send, monkeypatch, logged):
    monkeypatch.setattr("responses.ledger.stretches.AT_ONCE", 256)
    for k in range(600):
        send(government.licence, government.counter, 1 + k % 5)
    tally.fold(wave)
    sql(
        'UPDATE responses_response SET overall = 3, answers = \'{"OV": 3, "P1": 1}\''
        " WHERE id IN (%s, %s)",
        logged[1].pk,
        Response.objects.latest("pk").pk,
    )
    assert [position for _fault, position, _receipt in faults(wave)] == [1, 605]


def test_the_command_says_so(wave, logged, published_root, capsys):
    call_command("verify_log", "W1")
    said = capsys.readouterr().out
    assert "6 leaves, 6 opened" in said
    assert f"Root: 6:{published_root.root}" in said
    call_command("verify_log", "W1", "--root", f"6:{published_root.root.upper()}")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_log", "W1", "--root", f"5:{published_root.root}")
    sql("UPDATE responses_response SET overall = 3 WHERE id = %s", logged[4].pk)
    capsys.readouterr()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_log", "W1")
    assert logged[4].receipt in capsys.readouterr().out
    with pytest.raises(CommandError, match="SIZE:ROOT"):
        call_command("verify_log", "W1", "--root", "abc")


def test_a_part_of_the_tree_that_nothing_needs_is_found(wave, logged):
    Tile.objects.create(wave=wave, level=9, position=4, hashes=b"")
    assert [(found.fault, found.detail) for found in verify(wave)] == [(Fault.TILE, "9/4")]
