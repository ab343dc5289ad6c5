"""The log's bytes, held against those that another program made from docs/receipts.md."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from analytics.counting import tally
from responses.ledger import checkpoints
from responses.ledger.commitments import COMMITTED, commit, committed_text, leaf_text, state_at
from responses.ledger.proofs import text_of
from responses.models import JournalEntry, Leaf, Response, Revision
from surveys.hash_tree import EMPTY, Growing, leaf_hash, root_over
from surveys.models import Channel, Service, ServicePoint
from tests.golden import log

GOLDEN = json.loads(log.KEPT.read_text(encoding="utf-8"))
REVISIONS = [
    (response, revision, state)
    for response in GOLDEN["responses"]
    for revision, state in enumerate(response["states"], start=1)
]
CASES = list(zip(REVISIONS, GOLDEN["leaves"], strict=True))


def test_the_other_program_still_makes_what_is_kept():
    assert log.written() == log.KEPT.read_text(encoding="utf-8")


def test_what_is_committed_to_and_its_order():
    assert list(COMMITTED) == GOLDEN["committed"]


def row_of(response):
    return {
        "receipt": response["receipt"],
        "service__code": response["service"],
        "channel__code": response["channel"],
        "service_point__code": response["service_point"],
        "selection": response["selection"],
        "base_weight": Decimal(response["base_weight"]),
        "respondent": response["respondent"],
        "source": response["source"],
        "answered_at": datetime.fromisoformat(response["answered_at"]),
    }


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_each_opening_and_each_leaf(given, expected):
    response, revision, state = given
    commitment = b""
    if expected["opening"] is not None:
        text = committed_text(
            GOLDEN["wave"],
            row_of(response),
            revision,
            state["answers"],
            state["disposition"],
            response["salt"],
        )
        assert text == expected["opening"]
        commitment = commit(text)
    leaf = leaf_text(
        GOLDEN["wave"], response["receipt"], revision, state["disposition"], commitment
    )
    assert leaf == expected["leaf"]
    assert leaf_hash(leaf.encode()).hex() == expected["leaf_hash"]


def test_the_salt_of_an_erased_response_is_known_for_what_it_was_before():
    row = {"pk": 7, "revision": 3, "salt": "", "answers": {}, "disposition": "erased"}
    first = {"answers": {"OV": 1}, "disposition": "counted"}
    second = {"answers": {"OV": 2}, "disposition": "screened"}
    history = {(7, 2): first, (7, 3): second | {"salt": "s"}}
    assert state_at(row, 1, history) == first | {"salt": "s"}
    assert state_at(row, 2, history) == second | {"salt": "s"}
    assert state_at(row, 3, history) == row


def test_a_wave_whose_code_needs_escaping():
    code = 'W"1\\ก\n'
    leaf = json.loads(leaf_text(code, "R", 1, "counted", b"\x01"))
    assert leaf == {
        "wave": code,
        "receipt": "R",
        "revision": 1,
        "disposition": "counted",
        "commitment": "01",
    }


def test_the_root_at_each_size():
    hashes = [bytes.fromhex(leaf["leaf_hash"]) for leaf in GOLDEN["leaves"]]
    growing = Growing()
    assert (EMPTY.hex(), growing.root().hex()) == (GOLDEN["roots"][0],) * 2
    for size, root in enumerate(GOLDEN["roots"]):
        assert root_over(hashes[:size]).hex() == root
        assert (growing.size, growing.root().hex()) == (size, root)
        growing.add(hashes[size : size + 1])


@pytest.mark.parametrize("height", [0, 1, 2])
def test_the_root_over_full_nodes_and_what_is_behind(height):
    hashes = [bytes.fromhex(leaf["leaf_hash"]) for leaf in GOLDEN["leaves"]]
    width = 2**height
    for size, root in enumerate(GOLDEN["roots"]):
        growing, full = Growing(), size - size % width
        nodes = [root_over(hashes[at : at + width]) for at in range(0, full, width)]
        growing.add(nodes[:1], height)
        growing.add(nodes[1:], height)
        assert growing.size == full
        assert growing.root().hex() == GOLDEN["roots"][full]
        last = root_over(hashes[full:size]) if size > full else None
        assert growing.root(last).hex() == root


@pytest.fixture
def stored(wave, government):
    """The responses as the database holds them, with what they were before, not yet logged."""
    assert wave.code == GOLDEN["wave"]
    for response in GOLDEN["responses"]:
        point = ServicePoint.objects.filter(code=response["service_point"]).first()
        assert (point is None) is (response["service_point"] is None)
        *earlier, last = response["states"]
        erased = last["disposition"] == "erased"
        moment = datetime.fromisoformat(response["answered_at"])
        made = Response.objects.create(
            wave=wave,
            service=Service.objects.get(code=response["service"]),
            channel=Channel.objects.get(code=response["channel"]),
            service_point=point,
            submission_key=response["receipt"],
            received_at=moment,
            answered_at=moment,
            base_weight=Decimal(response["base_weight"]),
            revision=len(response["states"]),
            salt="" if erased else response["salt"],
            **{name: response[name] for name in ("receipt", "selection", "respondent", "source")},
            **last,
        )
        for number, before in enumerate(earlier, start=2):
            kept = {"salt": response["salt"]} if erased and number == made.revision else {}
            Revision.objects.create(
                response=made, number=number, before=before | kept, changed_at=moment
            )
        for revision in range(1, made.revision + 1):
            JournalEntry.objects.create(wave=wave, response_ids=[made.pk], revision=revision)
    return wave


def test_the_log_of_stored_responses_has_these_leaves_and_this_root(stored):
    tally.fold(stored)
    leaves = [text_of(stored, leaf) for leaf in Leaf.objects.order_by("position")]
    assert leaves == [leaf["leaf"] for leaf in GOLDEN["leaves"]]
    assert checkpoints.keep(stored).root == GOLDEN["roots"][-1]
