"""Whom the agency replied to may rate again: their first rating counts, and no count that the
agency sees tells who has read its reply."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST
from analytics.dashboards.rated_again import Again, rated_again
from analytics.models import TallyCell
from responses.comments import after_reply
from responses.intake.door import erase
from responses.models import Comment, LaterRating, Response
from responses.receipts.private_code import private_code
from surveys import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def replied(send, government, wave):
    """Comments that the agency has replied to; `service` the neighbour's where it is asked for."""

    def several(number: int, rating: int = 2, service=None) -> list[Response]:
        place = service or government.licence, government.counter
        sent = [send(*place, rating, D7="รอนาน") for _k in range(number)]
        tally.fold(wave)
        Comment.objects.filter(pk__in=[each.pk for each in sent]).update(reply="แก้แล้ว")
        return sent

    return several


def seen(wave, government) -> list[Again]:
    """What the agency sees tomorrow."""
    with clock.at(clock.now() + timedelta(days=1)):
        return rated_again(wave, {government.dlt.pk})


@translation.override("th")
def citizen(response: Response) -> tuple[Client, str]:
    client = Client()
    sent = {"private_code": private_code(response.receipt)}
    return client, client.post(f"/receipt/{response.receipt}/own/", sent)["Location"]


def test_the_citizen_rates_again_and_sees_both(replied, wave):
    response = replied(1)[0]
    before = list(TallyCell.objects.filter(wave=wave).values_list("value", "count"))
    client, own = citizen(response)
    assert "ให้คะแนนอีกครั้ง" in client.get(own).content.decode()
    for rating in ("3", "5"):  # on the same day the last one stands
        page = client.post(f"{own}again/", {"overall": rating}, follow=True).content.decode()
    assert "คะแนนครั้งแรก" in page
    facts = page.split("คะแนนครั้งแรก")[1].split("</dl>")[0]
    assert [words in facts for words in ("น้อย", "มากที่สุด", "ปานกลาง")] == [True, True, False]
    assert LaterRating.objects.get().overall == 5
    tally.fold(wave)
    assert list(TallyCell.objects.filter(wave=wave).values_list("value", "count")) == before
    response.refresh_from_db()
    assert (response.overall, response.revision) == (2, 1)
    document = client.get(f"{own}answer.json").json()
    assert [each["overall"] for each in document["rated_again"]] == [5]


def test_without_reply_or_rating_or_code_nothing_is_kept(replied, send, government, wave):
    unanswered = send(government.licence, government.counter, 2, D7="รอนาน")
    tally.fold(wave)
    assert not after_reply.rate_again(unanswered, 5)
    client, own = citizen(unanswered)
    assert "ให้คะแนนอีกครั้ง" not in client.get(own).content.decode()
    response = replied(1)[0]
    client, own = citizen(response)
    for nonsense in ("0", "6", "", "x", "²", "9" * 5000):
        assert client.post(f"{own}again/", {"overall": nonsense}).status_code == 303
    stranger = Client().post(f"/receipt/{response.receipt}/own/wrong/again/", {"overall": "5"})
    assert stranger["Location"].startswith(f"/receipt/{response.receipt}/own/")
    assert not LaterRating.objects.exists()


def test_it_goes_with_the_answer(replied, wave):
    response = replied(1)[0]
    after_reply.rate_again(response, 5)
    erase(response)
    assert not LaterRating.objects.exists()


def test_counts_move_by_tens_and_leave_ten_unsaid(replied, wave, government):
    answers = replied(3 * FEWEST)
    for number, response in enumerate(answers, start=1):
        after_reply.rate_again(response, 5 if number % 2 else 1)
        shown = min(number, 2 * FEWEST) // FEWEST * FEWEST
        expected = [Again(satisfied_before=False, people=shown, satisfied_after=shown // 2)]
        assert seen(wave, government) == (expected if shown else []), number
    assert rated_again(wave, {government.dlt.pk}) == []  # of today nothing


def test_nobody_moves_from_one_count_to_another(replied, wave, government):
    answers = replied(2 * FEWEST)
    for response in answers[:FEWEST]:
        after_reply.rate_again(response, 4)
    before = seen(wave, government)
    with clock.at(clock.now() + timedelta(days=2)):
        after_reply.rate_again(answers[0], 1)
    with clock.at(clock.now() + timedelta(days=3)):
        assert rated_again(wave, {government.dlt.pk}) == before != []


def test_each_group_and_each_agency_for_itself(replied, wave, government):
    groups = replied(2 * FEWEST), replied(2 * FEWEST, 5), replied(2 * FEWEST, 2, government.id_card)
    for group in groups:
        for response in group[: FEWEST - 1]:
            after_reply.rate_again(response, 5)
    every = {government.dlt.pk, government.dopa.pk}
    with clock.at(clock.now() + timedelta(days=1)):
        assert rated_again(wave, every) == []
    after_reply.rate_again(groups[1][-1], 1)
    assert seen(wave, government) == [
        Again(satisfied_before=True, people=FEWEST, satisfied_after=FEWEST - 1)
    ]


def test_the_agencys_page_shows_it_and_the_neighbours_not(
    client, bob, charlie, replied, wave, government
):
    for response in replied(2 * FEWEST)[:FEWEST]:
        after_reply.rate_again(response, 5)
    with clock.at(clock.now() + timedelta(days=1)):
        client.force_login(bob)
        own = reverse("analytics:comments", args=[wave.code, "DLT"])
        assert "Rated again after a reply" in client.get(own).content.decode()
        client.force_login(charlie)
        assert client.get(own).status_code == 404
        other = reverse("analytics:comments", args=[wave.code, "DOPA"])
        assert "Rated again after a reply" not in client.get(other).content.decode()
