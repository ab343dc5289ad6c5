"""The record of acts is a chain: whoever changes, removes or slips one in is found."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from responses.privacy import retention
from surveys import act_chain, clock
from surveys.acts import record
from surveys.hash_tree import EMPTY, leaf_hash, node_hash
from surveys.models import Act, User

pytestmark = pytest.mark.django_db
STORED = models.QuerySet(Act)  # as with SQL: the model's own manager refuses


@pytest.fixture
def chained() -> list[Act]:
    for number in range(5):
        record(Act.What.CHANGE, ("wave", f"W{number}"), number=number)
    act_chain.chain_new()
    return list(Act.objects.order_by("position"))


def faults(noted=None):
    return [tuple(fault) for fault in act_chain.verify(noted)]


def test_the_chain_is_computed_from_what_the_acts_say(chained):
    chain = EMPTY
    for act in chained:
        chain = node_hash(chain, leaf_hash(act_chain.text_of(act).encode()))
        assert bytes(act.chain) == chain
    assert str(act_chain.head()) == f"5:{chain.hex()}"
    assert faults({5: chain.hex(), 3: bytes(chained[2].chain).hex()}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"who": "nobody"},
        {"what": "open"},
        {"kind": "frame"},
        {"about": "W9"},
        {"detail": {"number": 3}},
        {"session": "0" * 16},
        {"at": clock.now() - timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_act_is_found(chained, change):
    STORED.filter(pk=chained[2].pk).update(**change)
    assert faults() == [(2, "was changed")]


def test_an_act_whose_hash_was_changed_with_it_is_found(chained):
    STORED.filter(pk=chained[2].pk).update(who="nobody")
    leaf = leaf_hash(act_chain.text_of(Act.objects.get(pk=chained[2].pk)).encode())
    STORED.filter(pk=chained[2].pk).update(leaf=leaf)
    assert faults() == [(2, "does not follow from the one before")]


def test_a_removed_act_is_found(chained):
    STORED.filter(pk=chained[2].pk).delete()
    assert (2, "is missing") in faults()


def test_a_cut_end_is_found_by_what_was_noted(chained):
    noted = act_chain.head()
    STORED.filter(pk=chained[4].pk).delete()
    assert faults() == []
    assert faults({noted.size: noted.chain.hex()}) == [(4, "was noted, and is missing")]


def test_a_chain_written_anew_is_found_by_what_was_noted(chained):
    noted = act_chain.head()
    STORED.filter(pk=chained[2].pk).update(who="nobody")
    STORED.update(position=None)
    act_chain.chain_new()
    assert faults() == []
    assert faults({noted.size: noted.chain.hex()}) == [(4, "is not what was noted")]


def test_an_act_is_chained_once_its_transaction_has_ended(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record(Act.What.CHANGE, ("wave", "W1"))
        assert Act.objects.get().position is None
    assert Act.objects.get().position == 0


def test_more_acts_than_are_chained_at_once(monkeypatch, chained):
    monkeypatch.setattr(act_chain, "AT_ONCE", 3)
    for number in range(7):
        record(Act.What.CHANGE, ("wave", f"X{number}"))
    act_chain.chain_new()
    assert act_chain.head().size == 12
    assert faults() == []


def test_the_command_verifies_and_holds_it_against_what_was_noted(chained, capsys):
    noted = str(act_chain.head())
    call_command("verify_log", acts=True, root=[noted])
    assert f"Root: {noted}" in capsys.readouterr().out
    STORED.filter(pk=chained[1].pk).update(about="W7")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_log", acts=True)
    assert "act 1 was changed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No wave"):
        call_command("verify_log")


def test_what_was_kept_long_enough_is_emptied_and_the_chain_holds(chained):
    user = User.objects.create_user("somchai")
    record(Act.What.SIGN_IN, user, user)
    act_chain.chain_new()
    before = act_chain.head()
    assert retention.due()["sign-ins"] == {}
    with clock.at(clock.now() + timedelta(days=731)):
        assert retention.due()["sign-ins"] == {"": 1}
        retention.carry_out()
        assert retention.due()["sign-ins"] == retention.due()["acts"] == {}
    assert not Act.objects.filter(what="sign in").exclude(who="", about="", by=None).exists()
    assert Act.objects.filter(about="W3").exists()
    with clock.at(clock.now() + timedelta(days=3654)):
        assert retention.carry_out()["acts"] == {"": 6}
    assert not Act.objects.exclude(about="").exists()
    assert (act_chain.head(), faults()) == (before, [])


def test_a_deleted_account_keeps_its_name_in_the_record():
    user = User.objects.create_user("somchai")
    record(Act.What.CHANGE, ("wave", "W1"), user)
    act_chain.chain_new()
    user.delete()
    act = Act.objects.get(kind="wave")
    assert (act.by, act.who) == (None, "somchai")
    assert faults() == []
