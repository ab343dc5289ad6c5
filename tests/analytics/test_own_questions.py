"""What an agency asked besides is counted for it alone, and moves nothing that is measured."""

import pytest

from analytics.counting import tally
from analytics.dashboards.own_questions import own_questions
from analytics.models import Score, TallyCell
from analytics.scoring.publication import publish
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores, estimate_scores
from responses.models import Response
from surveys.add_ons import add, stop
from surveys.models import AddOnUse
from tests.agency_pages import agency_page
from tests.closing import close_wave, end
from tests.tallied import counts_of


@pytest.fixture
def shared(wave, government, make_add_on) -> None:
    """One add-on for all, asked by both departments."""
    add_on = make_add_on("QUEUE", None, "QUEUE_1")
    for agency in (government.dlt, government.dopa):
        add(AddOnUse(wave=wave, agency=agency, add_on=add_on))


@pytest.fixture
def more(shared, answered, government, send) -> None:
    for k in range(12):
        send(government.licence, government.counter, 5, QUEUE_1=1 + k % 2)
    for _k in range(4):
        send(government.id_card, government.counter, 5, QUEUE_1=0)
    send(government.id_card, government.counter, 5, QUEUE_1=4)


def page(client, wave, agency="DLT") -> str:
    return client.get(agency_page(wave.code, agency, "first")).content.decode()


def test_each_agency_has_its_own_answers(wave, more, government):
    tally.fold(wave)
    assert own_questions(wave, government.dlt).scores == []  # they wait for the day's statement
    end(wave)
    [dlt] = own_questions(wave, government.dlt).scores
    assert (dlt.n, dlt.distribution, dlt.withheld) == (12, [6, 6, 0, 0, 0], False)
    [dopa] = own_questions(wave, government.dopa).scores
    assert (dopa.n, dopa.distribution, dopa.withheld) == (1, [0, 0, 0, 1, 0], True)
    assert own_questions(wave, government.transport).scores == []


def test_shown_to_the_agency_and_the_office_alone(client, wave, more, bob, charlie, alice):
    compute_scores(wave)
    publish(close_wave(wave))
    assert "own questions" not in page(client, wave)
    for user, seen in ((bob, True), (alice, True), (charlie, False)):
        client.force_login(user)
        assert ("Question QUEUE_1" in page(client, wave)) == seen
    client.force_login(charlie)
    assert "suppressed, to protect" in page(client, wave, "DOPA")


def test_no_score_is_made_of_it_and_none_moves(wave, more):
    compute_scores(wave)
    with_it = as_records(list(Score.objects.all()))
    assert {record["question"] for record in with_it} == {"OV", "P1", "S1"}
    for response in Response.objects.all():
        response.answers.pop("QUEUE_1", None)
        response.save()
    tally.rebuild(wave)
    assert as_records(estimate_scores(wave)[0]) == with_it


def test_counting_again_gives_the_same_also_when_it_is_no_longer_asked(wave, more):
    tally.fold(wave)
    stop(AddOnUse.objects.first())
    before = counts_of(wave)
    assert TallyCell.objects.filter(question="QUEUE_1").exists()
    tally.rebuild(wave)
    assert counts_of(wave) == before == tally.count_all(wave)
