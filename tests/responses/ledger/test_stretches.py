"""A log gone through a stretch at a time says what it says gone through at once."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from responses.intake.door import amend
from responses.ledger import tiles, verification
from responses.ledger.appending import append_revisions
from responses.ledger.confirming import Confirming
from responses.ledger.findings import Checked, Fault
from responses.ledger.verification import How, verify
from responses.models import JournalEntry, Leaf, Response, Tile
from tests.responses.ledger import plainly
from tests.responses.ledger.tamperings import NONE, TAMPERINGS

SHORT = How(stretch=256)


def said(wave, how):
    wave.refresh_from_db()
    return Counter(verify(wave, how=how))


def test_every_change_is_found_where_it_is(wave, long_log):
    for name, change in (NONE | TAMPERINGS).items():
        with transaction.atomic():
            change()
            plain = said(wave, SHORT), said(wave, How()), Counter(plainly.findings(wave))
            transaction.set_rollback(True)
        assert plain[0] == plain[1] == plain[2], name
        assert bool(plain[0]) == (name in TAMPERINGS), name


def test_faults_stand_in_the_order_of_the_log(wave, long_log):
    TAMPERINGS["answers"]()
    TAMPERINGS["leaves lost"]()
    positions = [found.position for found in verify(wave, how=SHORT) if found.position is not None]
    assert positions == sorted(positions)
    assert len(positions) > 5


def test_what_was_gone_through_adds_up(wave, long_log):
    assert not list(verify(wave, one := Checked()))
    assert not list(verify(wave, many := Checked(), how=SHORT))
    assert one == many
    assert (one.leaves, one.size, one.waiting) == (Leaf.objects.count(), tiles.size_of(wave), 4)
    assert one.opened + one.erased == one.leaves
    assert one.erased == 3 + 4 + 2  # each with what it was, at one to three revisions
    assert one.root == tiles.root_at(wave, one.size).hex()


def test_a_log_that_ends_with_a_stretch(wave, government, send):
    for answer in range(256):
        send(government.licence, government.counter, 1 + answer % 5)
    entries = JournalEntry.objects.filter(wave=wave).order_by("pk")
    named = [(pk, 1) for entry in entries for pk in entry.response_ids]
    entries.delete()
    append_revisions(wave, named)
    added = send(government.licence, government.counter, 4)
    checked = Checked()
    assert not list(verify(wave, checked, how=SHORT))
    assert (checked.leaves, checked.waiting) == (256, 1)
    JournalEntry.objects.all().delete()
    assert [found.receipt for found in verify(wave, how=SHORT)] == [added.receipt]
    behind = SHORT._replace(begin=(256, checked.root))
    assert [found.receipt for found in verify(wave, how=behind)] == [added.receipt]


# Going on where it was stopped


def test_going_on_reads_only_what_lies_behind(wave, long_log):
    list(verify(wave, whole := Checked()))
    behind = SHORT._replace(begin=(256, tiles.root_at(wave, 256).hex()))
    assert not list(verify(wave, rest := Checked(), how=behind))
    assert (rest.leaves, rest.size, rest.root) == (whole.leaves - 256, whole.size, whole.root)
    assert rest.waiting < whole.waiting
    TAMPERINGS["answers"]()
    found = [each.position for each in verify(wave, how=behind)]
    assert found == [each.position for each in verify(wave) if each.position >= 256]


def test_going_on_holds_the_tree_against_the_root_that_was_said(wave, long_log):
    behind = SHORT._replace(begin=(256, tiles.root_at(wave, 256).hex()))
    [found] = verify(wave, how=SHORT._replace(begin=(256, "ab" * 32)))
    assert (found.fault, found.detail) == (Fault.ROOT, f"256: {'ab' * 32}")
    upper = Tile.objects.filter(level=1)
    hashes = bytes(upper.get().hashes)
    upper.update(hashes=bytes(32) + hashes[32:])
    assert Fault.ROOT in [found.fault for found in verify(wave, how=behind)]
    upper.delete()
    assert Fault.ROOT in [found.fault for found in verify(wave, how=behind)]


def test_going_on_behind_the_end_finds_the_log_too_short(wave, long_log):
    behind = SHORT._replace(begin=(1024, "ab" * 32))
    assert Fault.ROOT in [found.fault for found in verify(wave, how=behind)]


def test_it_goes_on_behind_whole_stretches_alone(wave, logged):
    with pytest.raises(ValueError, match="3: not a multiple"):
        list(verify(wave, how=How(begin=(3, "ab" * 32))))
    with pytest.raises(CommandError, match="multiple of 65,536"):
        call_command("verify_log", "W1", "--from", f"3:{'ab' * 32}")


class Stopping:
    """An output at which somebody loses patience."""

    def write(self, text):
        raise KeyboardInterrupt


def test_who_stops_it_is_told_how_to_go_on(wave, long_log, monkeypatch, capsys):
    monkeypatch.setattr(verification, "STRETCH", 256)
    receipt = Leaf.objects.get(position=600).receipt
    Response.objects.filter(receipt=receipt).update(overall=9)
    with pytest.raises(CommandError) as stopped:
        call_command("verify_log", "W1", stdout=Stopping())
    place = f"512:{tiles.root_at(wave, 512).hex()}"
    assert f"1 faults so far. --from {place} goes on." in str(stopped.value)
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_log", "W1", "--from", place)
    Response.objects.filter(receipt=receipt).update(
        overall=Response.objects.get(receipt=receipt).answers["OV"]
    )
    capsys.readouterr()
    call_command("verify_log", "W1", "--from", place)
    out = capsys.readouterr().out
    assert "The first 512 leaves, and their responses, were not read" in out
    assert "The other responses of W1 are as they were logged." in out
    assert f"Root: {tiles.size_of(wave)}:" in out


def test_nobody_is_told_to_go_on_behind_nothing(wave, logged):
    Response.objects.update(overall=9)
    with pytest.raises(CommandError) as stopped:
        call_command("verify_log", "W1", stdout=Stopping())
    assert "--from" not in str(stopped.value)


def test_it_says_how_far_it_is(wave, logged, capsys):
    call_command("verify_log", "W1")
    assert not capsys.readouterr().err
    call_command("verify_log", "W1", "--progress")
    told = capsys.readouterr().err
    assert "6.00/6.00" in told
    assert f"6:{tiles.root_at(wave, 6).hex()}" in told


# The quick way


def test_the_quick_way_opens_all_that_was_not_erased(wave, government, send):
    """Of what people write, and of what no form would send."""
    answers = [
        {"OV": 5, "D7": '“ความเห็น”\n\t\\ "\b\f\x01\x7f  </script> 🙂', "P1": 3},
        {"zz": 1, "a": {"y": [2, {"x": None}], "b": True}, "Z": -7, "ก": "ก", "é": "é"},
        {"OV": 10**18, "S1": 0, "P1": 0.5, "D2": ["m", "f"]},
        {},
    ]
    for k, each in enumerate(answers):
        response = send(government.licence, government.counter, 1 + k)
        Response.objects.filter(pk=response.pk).update(
            answers=each,
            overall=each.get("OV", 0) % 100 if each.get("OV") == 5 else None,
            service_point=government.chatuchak if k % 2 else None,
            base_weight="1234.0123456789" if k % 2 else "0.0000000001",
            answered_at=f"2026-11-29T1{k}:00:00.{'1200' if k % 2 else '0'}+07:00",
            respondent='so"me ใคร' if k % 2 else "",
        )
    changed = send(government.licence, government.counter, 3, P1=4)
    amend(changed, {"P1": 1}, reason="corrected")
    amend(Response.objects.get(pk=changed.pk), {"P1": 5}, reason="corrected")
    entries = JournalEntry.objects.order_by("pk")
    append_revisions(wave, [(pk, each.revision) for each in entries for pk in each.response_ids])
    fields = ("position", "receipt", "revision", "disposition", "commitment")
    leaves = {leaf[1:3]: leaf for leaf in Leaf.objects.values_list(*fields)}
    assert len(leaves) == 7
    quick = Confirming(wave, "OV")
    huge = Response.objects.get(answers__OV=10**18).receipt, 1
    assert not quick.confirm(list(quick.read()), leaves)
    assert set(leaves) == {huge}, "its overall rating is not among its answers"
