"""What is suppressed in an earlier wave cannot be read from a plan, nor from a draw's design."""

import pytest
from django.urls import reverse

from analytics.counting import tally
from analytics.models import Score
from analytics.planning.spread import Answers, earlier
from analytics.scoring.scores import compute_scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(wave, send, government):
    """The suppressed cells: one of ten answers, and one of forty that would give it away."""
    for service, channel, ratings in (
        (government.licence, government.counter, [5] * 28 + [1] * 12),
        (government.licence, government.online, [5] * 5 + [1] * 5),
        (government.tax, government.online, [5] * 45 + [1] * 5),
        (government.id_card, government.counter, [5] * 30 + [1] * 10),
    ):
        for rating in ratings:
            send(service, channel, rating)
    tally.fold(wave)
    compute_scores(wave)
    cells = Score.objects.filter(wave=wave, level="service_channel", service=government.licence)
    assert cells.filter(withheld=False).update(withheld=True) == len(Score.Measure) * 2
    return {
        (government.licence.pk, government.counter.pk),
        (government.licence.pk, government.online.pk),
    }


def shares(client, wave) -> dict:
    """By cell the share that the page plans with."""
    query = {"wave": wave.code, "before": wave.code, "unit": "cell"}
    rows = client.get(reverse("analytics:planning"), query).context["plan"].rows
    return {(row.service.pk, row.channel.pk): row.share for row in rows}


def test_an_agency_plans_suppressed_cells_as_its_whole(client, bob, wave, government, hidden):
    client.force_login(bob)
    found = shares(client, wave)
    whole = earlier(wave).by_agency[government.dlt.pk]
    assert whole == Answers(78, 100)
    for place in hidden:
        assert found[place] == pytest.approx((whole.satisfied + 1) / (whole.number + 2))


def test_the_office_plans_with_what_it_sees(client, alice, wave, government, hidden):
    client.force_login(alice)
    counter = government.licence.pk, government.counter.pk
    assert shares(client, wave)[counter] == pytest.approx(29 / 42)


def test_so_does_the_design_of_a_draw_which_everybody_reads(wave, hidden):
    known = earlier(wave)
    for place in hidden:
        assert known.spread(place) == known.spread((place[0], -1))
    assert not known.by_place.keys() & hidden


def test_a_suppressed_agency_says_nothing_even_of_all(wave, hidden, government):
    before = earlier(wave).overall
    Score.objects.filter(wave=wave, agency=government.dlt).update(withheld=True)
    known = earlier(wave)
    assert government.dlt.pk not in known.by_agency
    assert before == Answers(108, 140)
    assert known.overall == Answers(30, 40)
    assert known.share((government.licence.pk, government.counter.pk)) == pytest.approx(31 / 42)
