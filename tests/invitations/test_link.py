"""The citizen's link: good for one answer, spent by nothing but the answer."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from responses.models import Response
from responses.web import tokens
from surveys import clock
from surveys.models import Ballot, EntryPoint
from surveys.waves import close_wave as close_on_time
from tests.closing import close_wave
from tests.form_pages import form_token
from tests.invitations.drawn import invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(client, citizen):
    """Open the link and tap."""

    def tap(overall="5", *, url=citizen.url, token=None, query=""):
        token = token or form_token(client.get(url))
        return client.post(url + query, {"form_token": token, "overall": overall})

    return tap


def test_opening_it_any_number_of_times_spends_nothing(client, citizen):
    for _scanner in range(3):
        page = client.get(citizen.url)
        assert client.head(citizen.url).status_code == 200
    assert "ความพึงพอใจในภาพรวม" in page.content.decode()
    assert (Ballot.objects.count(), Response.objects.count()) == (1, 0)


def test_a_program_that_presses_the_first_button_spends_nothing(client, citizen):
    html = client.get(citizen.url).content.decode()
    first = re.search(r'<button[^>]*name="overall" value="([^"]*)"', html)[1]
    sent = client.post(
        citizen.url, {"form_token": form_token(client.get(citizen.url)), "overall": first}
    )
    assert sent.status_code == 200
    assert (Ballot.objects.count(), Response.objects.count()) == (1, 0)


def test_it_asks_in_the_language_of_its_address(client, citizen):
    assert "Overall satisfaction" in client.get(citizen.url + "?lang=en").content.decode()


def test_an_answer_is_stored_as_drawn_and_the_ballot_is_gone(answer, citizen, wave, government):
    assert answer("4").status_code == 303
    stored = Response.objects.get()
    assert (stored.wave, stored.service, stored.channel) == (
        wave,
        government.licence,
        government.counter,
    )
    assert stored.service_point == government.chatuchak
    assert (stored.selection, stored.source, stored.overall) == ("drawn", "web", 4)
    assert str(stored.base_weight) == "2.5000000000"
    assert stored.entry_point is None
    assert not Ballot.objects.exists()


def test_a_response_knows_the_day_and_no_more(answer, client, morning):
    sent = answer()
    client.post(sent["Location"], {"P1": "4"})
    stored = Response.objects.get()
    times = {stored.answered_at, stored.received_at, stored.history.get().changed_at}
    assert times == {clock.noon_of(clock.now())}
    assert clock.noon_of(clock.now()) != clock.now()


def test_nothing_is_stored_that_a_log_of_requests_or_messages_could_be_laid_beside(
    answer, client, citizen
):
    """The seconds between two requests, the language of the invitation."""
    url = citizen.url + "?lang=en"
    token = form_token(client.get(url))
    with clock.at(clock.now() + timedelta(seconds=37)):
        answer(url=url, token=token)
    stored = Response.objects.get()
    assert (stored.seconds, stored.language, stored.device) == (None, "", "")


def test_page_two_and_thanks_work_without_the_links_token(answer, client, citizen):
    sent = answer(query="?lang=en")
    more = sent["Location"]
    assert citizen.token not in more
    assert "Suggestions" in client.get(more).content.decode()
    steps = client.post(more, {"go": "on"})["Location"]
    assert "Clear steps" in client.get(steps).content.decode()
    thanks = client.post(steps, {"go": "finish"})["Location"]
    assert Response.objects.get().receipt in client.get(thanks).content.decode()
    sent = client.post(more, {"P1": "3", "D2": "f"})
    assert sent.status_code == 303
    stored = Response.objects.get()
    assert stored.answers == {"OV": 5, "P1": 3, "D2": "f"}
    assert stored.receipt in client.get(sent["Location"]).content.decode()


def test_a_double_click_finds_its_response_again(answer, client, citizen):
    token = form_token(client.get(citizen.url))
    receipts = []
    for _click in range(2):
        more = answer("5", token=token)["Location"]
        thanks = client.get(more.replace("/more/", "/thanks/")).content.decode()
        receipts.append(re.search(r'class="receipt" aria-hidden="true">([^<]+)', thanks)[1])
    assert receipts == [Response.objects.get().receipt] * 2
    assert Response.objects.get().revision == 1


def test_going_back_and_tapping_another_changes_the_one(answer, client, citizen):
    token = form_token(client.get(citizen.url))
    answer("5", token=token)
    answer("2", token=token)
    stored = Response.objects.get()
    assert (stored.overall, stored.revision, stored.selection) == (2, 2, "drawn")


def test_an_hour_later_another_tap_changes_nothing(answer, client, citizen):
    token = form_token(client.get(citizen.url))
    answer("5", token=token)
    with clock.at(clock.now() + timedelta(hours=2)):
        sent = answer("1", token=token)
        assert Response.objects.get().overall == 5
        assert "<form" not in client.get(sent["Location"]).content.decode()


def test_the_optional_page_closes_after_an_hour_whatever_the_time_of_day(answer, client):
    """The stored time is noon: it must not be taken for the time of the answer."""
    start = clock.noon_of(clock.now())
    for hours in (-10, -3, 3, 10):
        with clock.at(start + timedelta(hours=hours)):
            again = invite_another()
            more = answer(url=again.url)["Location"]
            assert "<form" in client.get(more).content.decode()
        with clock.at(start + timedelta(hours=hours + 1, seconds=1)):
            assert "<form" not in client.get(more).content.decode()
            assert client.post(more, {"P1": "5"}).status_code == 200
        with clock.at(start + timedelta(hours=hours + 23)):
            thanks = client.get(more.replace("/more/", "/thanks/")).content.decode()
            assert 'class="receipt"' in thanks


def invite_another():
    from surveys.models import Channel, Draw, Service
    from tests.invitations.drawn import new_draw

    draw = new_draw(Draw.objects.first().wave)
    service, channel = Service.objects.get(code="DLT-1"), Channel.objects.get(code="counter")
    return invite(draw, service, channel, 1)[0]


def test_another_form_finds_the_invitation_used(answer, client, citizen):
    other = form_token(client.get(citizen.url))
    answer()
    for page in (client.get(citizen.url + "?lang=en"), answer(token=other, query="?lang=en")):
        assert page.status_code == 200
        assert "has been used" in page.content.decode()
        assert "<form" not in page.content.decode()
    assert Response.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "t" * 27, "ไทย", "a.b:c"])
def test_an_unknown_link_is_answered_kindly(client, wave, token):
    page = client.get(f"/i/{token}/?lang=en")
    assert "has been used, or has ended" in page.content.decode()


def test_after_its_day_it_says_so(client, citizen, answer):
    token = form_token(client.get(citizen.url))
    with clock.at(clock.now() + timedelta(days=31)):
        for page in (client.get(citizen.url + "?lang=en"), answer(token=token, query="?lang=en")):
            assert "could be answered until" in page.content.decode()
    assert not Response.objects.exists()


def test_a_bad_answer_spends_nothing_and_is_refused_in_words(answer, citizen):
    page = answer("7")
    assert 'role="alert"' in page.content.decode()
    assert Ballot.objects.exists()
    assert not Response.objects.exists()


def test_a_form_of_another_link_is_refused(client, citizen, licence_counter):
    foreign = tokens.new_form(licence_counter)
    page = client.post(citizen.url, {"form_token": foreign, "overall": "5"})
    assert 'role="alert"' in page.content.decode()
    assert Ballot.objects.exists()
    ours = form_token(client.get(citizen.url))
    page = client.post(licence_counter.get_absolute_url(), {"form_token": ours, "overall": "5"})
    assert 'role="alert"' in page.content.decode()


def test_a_wave_that_closes_keeps_the_ballot_from_being_spent(client, citizen, answer, wave):
    token = form_token(client.get(citizen.url))
    close_wave(wave)
    page = answer(token=token, query="?lang=en")
    assert "<form" not in page.content.decode()
    assert not Response.objects.exists()
    citizen.cell.refresh_from_db()
    assert citizen.cell.answered == 0


def test_closing_counts_who_answered_and_destroys_what_is_left(
    client, government, draw, wave, answer
):
    citizens = invite(draw, government.licence, government.online, 5)
    for citizen in citizens[:3]:
        answer(url=citizen.url)
    close_wave(wave)
    citizens[0].cell.refresh_from_db()
    assert citizens[0].cell.answered == 3
    assert not Ballot.objects.exists()


def test_forgery_from_another_site_is_refused(citizen, client):
    browser = Client(enforce_csrf_checks=True)
    token = form_token(browser.get(citizen.url))
    answer = {"form_token": token, "overall": "5"}
    assert browser.post(citizen.url, answer).status_code == 403
    answer["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    assert browser.post(citizen.url, answer).status_code == 303


def test_no_page_tells_the_next_where_it_was(client, citizen, answer):
    pages = [client.get(citizen.url)]
    more = answer()["Location"]
    pages += [client.get(more), client.get(more.replace("/more/", "/thanks/"))]
    pages.append(client.get("/stop/x/"))
    assert {page.headers["Referrer-Policy"] for page in pages} == {"strict-origin"}


def test_the_signed_receipt_of_a_link_opens_no_invited_page_nor_the_reverse(
    client, answer, send, government, licence_counter
):
    more = answer()["Location"].split("?")[0]
    drawn = more.split("/")[-2]
    assert "<form" not in client.get(f"/s/{licence_counter.slug}/more/{drawn}/").content.decode()
    linked = send(government.licence, government.counter, 4, entry_point=licence_counter)
    page = client.get(f"/i/more/{tokens.for_response(linked)}/")
    assert "<form" not in page.content.decode()


def test_the_page_weighs_less_than_30_kilobytes(client, citizen):
    from tests.responses.test_form_weight import test_the_first_page_weighs_less_than_30_kilobytes

    class Here:
        def get_absolute_url(self):
            return citizen.url

    for query in ("", "?lang=en"):
        test_the_first_page_weighs_less_than_30_kilobytes(client, None, Here(), query)


def test_queries_stay_few(client, citizen, django_assert_max_num_queries):
    client.get(citizen.url)
    with django_assert_max_num_queries(5):
        client.get(citizen.url)


def test_a_wave_is_not_closed_before_its_day(wave, citizen):
    with pytest.raises(Exception, match="runs until"):
        close_on_time(wave)
    assert Ballot.objects.exists()
    assert not EntryPoint.objects.filter(service=citizen.cell.service).exists()
