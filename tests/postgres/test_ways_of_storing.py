"""One response, a few and many go to the database by three ways: each stores the same, once, and
only what names places and links that are there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from analytics.counting.tally import CellKey
from analytics.models import TallyCell
from responses.intake import storing
from responses.intake.at_once import COPIED_FROM, TYPES
from responses.intake.door import Door, NotAccepted, Submission
from responses.models import JournalEntry, Response
from responses.models.columns import Checked
from surveys import clock
from surveys.models import Channel, EntryPoint, Service, ServicePoint, Wave
from surveys.rows import add_up
from tests.closing import close_wave
from tests.postgres.conftest import Elsewhere, at_once
from tests.postgres.test_at_once import end_this_connection

MANY = COPIED_FROM + 50
WAYS = pytest.mark.parametrize("number", [1, 2, MANY], ids=["one", "a few", "many"])
NAMED = pytest.mark.parametrize("which", ["service", "channel", "service_point", "entry_point"])
DRAWN_WHEN_STORED = {"receipt", "salt"}


@pytest.fixture
def door(wave) -> Door:
    return Door(wave)


@pytest.fixture
def checked(door, government):
    def make(number: int, begin: str = "k", **given) -> list[Checked]:
        place = {"service": government.licence, "channel": government.counter}
        answers = {"OV": 5, "D7": "a\tb\\N \\. \"c\" 'd' ดี %s {}"}
        sent = {"answers": answers, "source": Response.Source.FILE, **place, **given}
        return [door.check(Submission(key=f"{begin}{k}", **sent)) for k in range(number)]

    return make


def noted() -> list[int]:
    return sorted(pk for entry in JournalEntry.objects.all() for pk in entry.response_ids)


def all_pks() -> list[int]:
    return sorted(Response.objects.values_list("pk", flat=True))


def everything(government) -> dict[str, Any]:
    return {
        "answered_at": datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        "service_point": government.chatuchak,
        "base_weight": Decimal("0.1234567891"),
        "respondent": '\\r,"null" ก',
        "draw": 3,
        "language": "th",
        "device": "d",
        "seconds": 70_000,
    }


def assert_stored(sent: list[Checked]) -> None:
    """Each as it was sent, and nothing else."""
    by_key = {response.submission_key: response for response in Response.objects.all()}
    assert sorted(by_key) == sorted(each.submission_key for each in sent)
    for each in sent:
        stored = by_key[each.submission_key]
        assert {name: getattr(stored, name) for name in TYPES} == {
            name: getattr(each, name) for name in TYPES
        }


@WAYS
@pytest.mark.parametrize("unit", ["north 7", "north\t7"], ids=["plain", "with a tab"])
def test_what_was_checked_is_what_is_stored(door, checked, government, number, unit):
    sent = checked(number, **everything(government), sampling_unit=unit)
    assert len(door.store_new(sent)) == number
    assert_stored(sent)
    assert len({each.receipt for each in sent}) == len({each.salt for each in sent}) == number
    assert noted() == all_pks()


@WAYS
def test_what_is_known_is_left_out(door, checked, number):
    door.store_new(checked(1))
    assert len(door.store_new(checked(number))) == number - 1
    assert door.store_new(checked(number)) == []
    assert Response.objects.count() == number
    assert noted() == all_pks()


@WAYS
def test_a_receipt_that_another_has_is_drawn_again(door, checked, number, monkeypatch):
    [other] = door.store_new(checked(1, "other"))
    draw, first = storing.new_receipts, [other.receipt]

    def drawn(count: int) -> list[str]:
        again = [first.pop()] if first else []
        return [*again, *draw(count - len(again))]

    monkeypatch.setattr(storing, "new_receipts", drawn)
    sent = checked(number)
    assert len(door.store_new(sent)) == number
    assert_stored([other, *sent])
    assert len(set(Response.objects.values_list("receipt", flat=True))) == number + 1
    assert noted() == all_pks()


@pytest.mark.parametrize("known", [0, MANY - 1], ids=["looked for", "met while they are copied"])
def test_many_of_which_one_is_known(door, checked, government, known):
    sent = checked(MANY, **everything(government))
    in_order = sorted(sent, key=attrgetter("submission_key"))
    with transaction.atomic():
        first = msgspec.structs.replace(in_order[known])
        door.store_new([first])
        new = door.store_new(sent)
    assert in_order[known].submission_key not in {each.submission_key for each in new}
    assert len(new) == MANY - 1
    assert_stored([first, *new])
    assert noted() == all_pks()


def test_many_of_which_a_program_sent_one_in_another_wave(door, checked, another_wave):
    sent = checked(MANY, source=Response.Source.API)
    Response.objects.create(
        **(msgspec.structs.asdict(sent[7]) | {"receipt": "", "wave": another_wave})
    )
    assert len(door.store_new(sent)) == MANY - 1
    assert noted() == sorted(Response.objects.exclude(receipt="").values_list("pk", flat=True))


def test_many_from_eight_senders_are_stored_once(wave, checked):
    own = [checked(MANY)[::-1] if k % 2 else checked(MANY) for k in range(8)]
    stored = at_once([partial(Door(wave).receive_many, each) for each in own])
    assert sum(stored) == Response.objects.count() == MANY
    assert noted() == all_pks()


def test_many_over_a_connection_that_the_server_has_ended(door, checked):
    sent = checked(MANY)
    end_this_connection()
    assert door.receive_many(sent) == MANY


@WAYS
def test_a_wave_that_has_closed_takes_none(wave, door, checked, number):
    sent = checked(number)
    close_wave(wave)
    with pytest.raises(NotAccepted):
        door.store_new(sent)
    assert not Response.objects.exists()


@pytest.fixture
def unused(government) -> dict[str, Model]:
    """Nothing but a response will name them."""
    place = {"service": government.licence, "channel": government.counter}
    return {
        "service": Service.objects.create(agency=government.dlt, code="NEW", name_th="ก"),
        "channel": Channel.objects.create(code="new", family="digital", name_th="ก"),
        "service_point": ServicePoint.objects.create(
            agency=government.dlt, code="NEW", name_th="ก"
        ),
        "entry_point": EntryPoint.objects.create(**place),
    }


def delete(record: Model) -> None:
    """Past the models, which look for responses themselves."""
    with connection.cursor() as cursor:
        table = type(record)._meta.db_table
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [record.pk])


@WAYS
@NAMED
def test_none_is_stored_of_a_place_that_has_gone(door, checked, unused, number, which):
    sent = checked(number, **{which: unused[which]})
    with transaction.atomic():
        delete(unused[which])
        storing = Elsewhere(lambda: door.store_new(sent))
        assert storing.waits()
    with pytest.raises(IntegrityError):
        storing.result()
    assert not Response.objects.exists()
    assert not JournalEntry.objects.exists()


@WAYS
@NAMED
def test_a_place_stays_while_a_response_names_it(door, checked, unused, number, which):
    sent = checked(number, **{which: unused[which]})
    with transaction.atomic():
        door.store_new(sent)
        deleting = Elsewhere(partial(delete, unused[which]))
        assert deleting.waits()
    with pytest.raises(IntegrityError):
        deleting.result()
    assert type(unused[which]).objects.filter(pk=unused[which].pk).exists()


@pytest.fixture
def another_wave(wave) -> Wave:
    other = Wave.objects.get(pk=wave.pk)
    other.pk, other.code = None, "W2"
    other.save()
    return other


def test_a_wave_stays_while_a_response_names_it(another_wave, government):
    Response.objects.create(
        wave=another_wave,
        service=government.licence,
        channel=government.counter,
        submission_key="k",
        answered_at=clock.now(),
        received_at=clock.now(),
    )
    with pytest.raises(IntegrityError, match="response"):
        delete(another_wave)


def test_a_wave_stays_while_the_journal_names_it(wave):
    other = Wave.objects.get(pk=wave.pk)
    other.pk, other.code = None, "W2"
    other.save()
    JournalEntry.objects.create(wave=other, response_ids=[], revision=1)
    with pytest.raises(IntegrityError, match="journal"):
        delete(other)


def test_a_response_of_a_link_and_a_point_names_them(door, checked, unused):
    sent = checked(1, service_point=unused["service_point"], entry_point=unused["entry_point"])
    assert door.store_new(sent) == sent
    stored = Response.objects.get()
    assert {"service_point": stored.service_point, "entry_point": stored.entry_point} == {
        each: unused[each] for each in ("service_point", "entry_point")
    }


def test_what_no_response_names_may_go(unused):
    for record in unused.values():
        record.delete()


def test_counts_keep_the_names_of_what_they_are_of(wave, government):
    """A stratum and a unit are parted by a control character; people name either as they like."""
    names = ["north\x1f7", "a\\b", 'say "x"', "tab\tand\nline", "ดี,null", ""]
    names += ["\\n", "\\\n\x1f", "a]\n[b", "end\r\n\\.\nof all", '\\"\x7f', "\b\f\x01\\u0041"]
    key = ("wave_id", *CellKey._fields)
    place = (government.licence.pk, government.counter.pk, "")
    rows = [
        (wave.pk, "OV", *place, name, "open", False, Decimal("1.5"), 0, 5, number)
        for number, name in enumerate(names, start=1)
    ]
    with transaction.atomic():
        for _time in range(2):
            add_up(TallyCell._meta.db_table, key, "count", rows)
    counted = dict(TallyCell.objects.filter(wave=wave).values_list("psu", "count"))
    assert counted == {name: 2 * number for number, name in enumerate(names, start=1)}
