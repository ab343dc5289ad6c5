"""Two forms of the second page, one for each answer by lot, and what was answered on each."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from analytics.dashboards.quality import quality_of
from analytics.fieldwork.second_page import compared
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from responses.intake.second_page import lot
from responses.models import Response
from responses.models.response import RECEIPT_ALPHABET
from responses.web import tokens
from tests.closing import close_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_lot(draft):
    draft.method = draft.method | {"second_page": "by_lot"}
    draft.save()


@pytest.fixture
def receipts():
    """The next receipt with this last letter."""
    thousands = product(*[[letter * 4 for letter in RECEIPT_ALPHABET]] * 3)
    return lambda letter: "-".join(next(thousands))[:-1] + letter


def test_half_of_all_receipts_draw_each_form():
    drawn = [lot(f"0000-0000-000{letter}") for letter in RECEIPT_ALPHABET]
    assert sum(drawn) == len(drawn) / 2


def test_each_citizen_sees_the_form_of_the_lot(
    by_lot, client, send, government, licence_counter, receipts
):
    pages = {}
    for letter in "01":
        stored = send(government.licence, government.counter, 2, entry_point=licence_counter)
        Response.objects.filter(pk=stored.pk).update(receipt=receipts(letter))
        stored.refresh_from_db()
        url = f"/s/{licence_counter.slug}/more/{tokens.for_response(stored)}/"
        pages[letter] = client.get(url, {"lang": "en"}).content.decode()
        for _again in range(2):  # a page is made once for all who see the same
            assert ('name="P1"' in client.get(url).content.decode()) == (letter == "1")
    assert "<h1>What went wrong?</h1>" in pages["0"]
    assert "<h1>A few more questions</h1>" in pages["1"]
    assert "Answer 3 more questions" in pages["0"]
    assert "more question" not in pages["1"].replace("A few more questions", "")
    assert client.post(url, {"P1": "3", "D7": "ช้า", "go": "finish"})["Location"].count("/thanks/")
    stored.refresh_from_db()
    assert stored.answers == {"OV": 2, "P1": 3, "D7": "ช้า"}


@pytest.fixture
def closed(by_lot, send, government, wave, receipts):
    """On screens 60 of 120 say why, on one page 30 of 120; all else alike."""
    for letter, said in (("2", 60), ("3", 30)):
        for k in range(120):
            further = {"D7": "ช้า"} if k < said else {}
            rating = 5 if k % 4 else 2
            stored = send(government.licence, government.counter, rating, **further)
            Response.objects.filter(pk=stored.pk).update(receipt=receipts(letter))
    closed = close_wave(wave)
    compute_scores(closed)
    return closed


def test_the_difference_is_that_of_the_answers(closed):
    found = compared(closed)
    assert (found["screens"], found["one_page"]) == (120, 120)
    by_name = {each["outcome"]: each for each in found["outcomes"]}
    assert set(by_name) == {"reason", "nothing", "answers", "satisfied"}
    reason = by_name["reason"]
    assert (reason["screens"], reason["one_page"]) == (0.5, 0.25)
    # Welch's formula, by hand.
    one, two = np.repeat([1.0, 0.0], [60, 60]), np.repeat([1.0, 0.0], [30, 90])
    a, b = one.var(ddof=1) / 120, two.var(ddof=1) / 120
    df = (a + b) ** 2 / (a**2 / 119 + b**2 / 119)
    half = stats.t.ppf(0.975, df) * np.sqrt(a + b)
    assert reason["low"] == pytest.approx(0.25 - half)
    assert reason["high"] == pytest.approx(0.25 + half)
    assert by_name["satisfied"]["difference"] == 0
    assert by_name["answers"]["screens"] == pytest.approx(0.5 / 4)  # one question of four


def test_the_report_shows_it_and_keeps_it(closed, client):
    publish(closed)
    Response.objects.all().delete()
    for language, words in (("en", "wrote a reason"), ("th", "เขียนเหตุผล")):
        page = client.get(f"/{language}/waves/W1/quality/").content.decode()
        assert words in page
        assert "+25.0 (+" in page


def test_what_almost_all_answered_alike_is_left_out(closed):
    some = Response.objects.filter(answers__has_key="D7", receipt__endswith="3")
    for response in some[:21]:  # leaves nine who gave a reason on one page
        Response.objects.filter(pk=response.pk).update(answers={"OV": response.overall})
    assert [each["outcome"] for each in compared(closed)["outcomes"]] == ["satisfied"]


def test_few_answers_are_not_compared(by_lot, send, government, wave, client, alice):
    for _k in range(30):
        send(government.licence, government.counter, 4)
    closed = close_wave(wave)
    compute_scores(closed)
    assert compared(closed)["outcomes"] == []
    client.force_login(alice)
    assert "Too few answers to compare" in client.get("/en/waves/W1/quality/").content.decode()


def test_other_waves_say_nothing_of_it(wave, answered, client):
    closed = close_wave(wave)
    compute_scores(closed)
    assert quality_of(publish(closed))["second_page"] is None
    assert "second page" not in client.get("/en/waves/W1/quality/").content.decode()
