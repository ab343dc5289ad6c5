"""Roots are published daily while answers come, once more with the results, and stay true."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from analytics.counting import tally
from analytics.models import Score
from analytics.reporting.content import gather
from analytics.scoring.publication import publish, verify
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores
from responses.intake.door import erase
from responses.ledger import checkpoints, proofs, tiles
from responses.ledger.findings import Checked
from responses.ledger.verification import verify as verify_log
from responses.models import Checkpoint, Leaf, Response, Revision, Tile
from responses.privacy.retention import delete_expired_answers
from responses.tasks import publish_roots
from surveys import clock
from surveys.models import Wave
from tests.closing import close_wave
from tests.tallied import counts_of


@pytest.fixture
def published(wave, answered):
    return publish(close_wave(wave))


def test_one_root_a_day_while_answers_come(wave, government, send):
    now = clock.now()
    for day in range(3):
        for _look in range(4):
            with clock.at(now + timedelta(days=day)):
                send(government.licence, government.counter, 5)
                tally.fold(wave)
                publish_roots()
    kept = list(Checkpoint.objects.order_by("size"))
    assert [root.size for root in kept] == [1, 5, 9]
    assert [root.root for root in kept] == [tiles.root_at(wave, n).hex() for n in (1, 5, 9)]


def test_a_day_without_answers_publishes_nothing(wave, logged):
    for day in range(3):
        with clock.at(clock.now() + timedelta(days=day)):
            publish_roots()
    assert Checkpoint.objects.count() == 1


def test_an_empty_log_publishes_nothing(wave):
    publish_roots()
    assert not Checkpoint.objects.exists()


def test_a_closed_log_is_published_as_soon_as_it_has_grown(wave, government, logged, send):
    publish_roots()
    send(government.licence, government.counter, 5)
    closed = close_wave(wave)
    tally.fold(closed)
    publish_roots()
    assert [root.size for root in Checkpoint.objects.order_by("size")] == [6, 7]


def test_each_root_continues_every_earlier_one(wave, government, send, checked):
    sizes = []
    for more in (1, 3, 60, 200, 300):
        for _k in range(more):
            send(government.licence, government.counter, 5)
        tally.fold(wave)
        sizes.append(checkpoints.keep(wave).size)
    for first in sizes:
        for second in sizes:
            if first <= second:
                said = checked(proofs.consistency(wave, first, second))
                assert "Proved" in said
    for first, second in ((5, 4), (1, sizes[-1] + 1), (-1, 2)):
        with pytest.raises(IndexError):
            proofs.consistency(wave, first, second)


def test_the_root_is_sealed_with_the_results(published):
    sealed = published.seal["log"]
    assert (sealed["size"], sealed["root"]) == (50, tiles.root_at(published, 50).hex())
    assert Checkpoint.objects.get().root == sealed["root"]
    assert verify(published) == []


def test_a_log_that_no_longer_has_the_sealed_root_is_named(published):
    tile = Tile.objects.get(level=0)
    Tile.objects.filter(level=0).update(hashes=bytes(len(tile.hashes)))
    assert verify(published) == ["log"]
    Tile.objects.filter(level=0).delete()
    assert verify(published) == ["log"]


def test_what_is_erased_after_publication_stays_in_the_published_figures(published):
    before = as_records(list(Score.objects.all()))
    response = Response.objects.first()
    erase(response)
    response.refresh_from_db()
    assert (response.answers, response.salt, response.disposition) == ({}, "", "erased")
    assert [change.before for change in Revision.objects.all()] == [{}]
    last = Leaf.objects.latest("position")
    assert (last.position, last.receipt, last.disposition) == (50, response.receipt, "erased")
    wave = Wave.objects.get()
    compute_scores(wave)
    assert as_records(list(Score.objects.all())) == before
    assert verify(wave) == []
    assert not list(verify_log(wave))
    with pytest.raises(tally.AnswersDeletedError, match="erased"):
        compute_scores(wave, rebuild=True)
    publish_roots()
    assert Checkpoint.objects.latest("size").size == 51


def test_published_since_it_was_looked_up_it_is_not_counted_from_nothing_either(wave, answered):
    looked_up = close_wave(wave)
    publish(Wave.objects.get())
    erase(Response.objects.first())
    before = counts_of(wave)
    with pytest.raises(tally.AnswersDeletedError, match="erased"):
        tally.rebuild(looked_up)
    assert counts_of(wave) == before


def test_what_is_erased_before_publication_is_in_no_figure(wave, answered):
    closed = close_wave(wave)
    erase(Response.objects.first())
    published = publish(closed)
    nation = Score.objects.get(level="nation", measure="top_two_box", is_overall=True)
    assert nation.n == 49
    assert published.seal["log"]["size"] == 51
    compute_scores(published, rebuild=True)
    assert verify(published) == []


def test_the_log_outlives_the_answers(published):
    with clock.at(clock.now() + timedelta(days=731)):
        assert delete_expired_answers() == {"W1": 50}
    assert not Response.objects.exists()
    wave = Wave.objects.get()
    assert verify(wave) == []
    assert not list(verify_log(wave, checked := Checked()))
    assert (checked.leaves, checked.opened, checked.expired) == (50, 0, 50)
    Leaf.objects.filter(position=7).update(receipt="AAAA-BBBB-CCCC")
    assert [found.position for found in verify_log(wave)] == [7]


def test_the_sealed_root_stands_on_the_waves_page_and_in_the_report(client, published):
    root = published.seal["log"]["root"]
    html = client.get("/en/waves/W1/").content.decode()
    assert root in html
    assert "/log/W1/" in html
    assert gather(published, None)["log_root"] == published.seal["log"]
    assert root in client.get("/log/W1/?lang=en").content.decode()


def test_an_open_wave_shows_its_newest_root(client, wave, logged, alice):
    client.force_login(alice)
    publish_roots()
    assert Checkpoint.objects.get().root in client.get("/en/waves/W1/").content.decode()


def test_verifying_a_wave_looks_into_its_log(published, capsys):
    call_command("wave", "W1", "verify")
    Response.objects.filter(pk=Response.objects.latest("pk").pk).update(salt="another")
    with pytest.raises(CommandError, match="verify_log W1"):
        call_command("wave", "W1", "verify")
