"""The second page is optional, open to the sender alone, and for a short time."""

from datetime import timedelta

import pytest

from responses.models import Response
from responses.web import tokens
from surveys import clock
from surveys.models import EntryPoint
from tests.closing import close_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(send, government, licence_counter) -> Response:
    return send(government.licence, government.counter, 4, entry_point=licence_counter)


@pytest.fixture
def url(stored, licence_counter) -> str:
    return f"/s/{licence_counter.slug}/more/{tokens.for_response(stored)}/"


def screens(client, url, go="on") -> list[str]:
    """The screens as somebody sees them who answers nothing more."""
    seen = [client.get(url).content.decode()]
    while "/more/" in (url := client.post(url, {"go": go})["Location"]):
        seen.append(client.get(url).content.decode())
    return seen


def test_asks_why_first_then_what_belongs_to_the_channel_a_subject_a_screen(client, url):
    why, process, staff, about = screens(client, url)
    assert '<textarea name="D7"' in why
    assert "ตอบอีก 3 ข้อ" in why
    assert "ขั้นตอนชัดเจน" in process
    assert (process.count('name="P1"'), process.count('name="S1"')) == (6, 0)
    assert "1 จาก 3" in process
    assert "เจ้าหน้าที่สุภาพ" in staff
    assert about.count('name="D2"') == 2
    assert "3 จาก 3" in about


@pytest.mark.parametrize(("rating", "said"), [(1, "What went wrong?"), (4, "Why this answer?")])
def test_the_first_screen_asks_for_the_reason(
    client, send, government, licence_counter, rating, said
):
    stored = send(government.licence, government.counter, rating, entry_point=licence_counter)
    page = client.get(
        f"/s/{licence_counter.slug}/more/{tokens.for_response(stored)}/", {"lang": "en"}
    )
    assert f"<h1>{said}</h1>" in page.content.decode()


def test_each_way_off_a_screen_keeps_what_was_answered(client, url, stored):
    process = client.post(url, {"D7": "ช้า", "go": "on"})["Location"]
    staff = client.post(process, {"P1": "2", "go": "on"})["Location"]
    assert client.post(staff, {"S1": "3", "go": "back"})["Location"] == process
    html = client.get(process).content.decode()
    assert 'value="2" id="P1_3" checked' in html or "checked" in html.split('value="2"')[1][:60]
    assert client.post(process, {"P1": "1", "go": "finish"})["Location"].count("/thanks/")
    stored.refresh_from_db()
    assert stored.answers == {"OV": 4, "D7": "ช้า", "P1": 1, "S1": 3}


def test_what_is_left_blank_is_taken_back_but_never_the_rating(client, url, stored):
    client.post(url, {"D7": "ช้า"})
    client.post(url, {"D7": "", "OV": ""})
    stored.refresh_from_db()
    assert stored.answers == {"OV": 4}


def test_a_required_question_holds_up_its_own_screen_alone(client, url, stored, questionnaire):
    questionnaire.questions.filter(code="S1").update(required=True)
    process = client.post(url, {"go": "on"})["Location"]
    staff = client.post(process, {"go": "on"})["Location"]
    asked = client.post(staff, {"go": "on"})
    assert (asked.status_code, "โปรดตอบคำถามนี้" in asked.content.decode()) == (200, True)
    assert client.post(staff, {"go": "back"})["Location"] == process
    assert client.post(staff, {"go": "finish"})["Location"].count("/thanks/")
    assert client.post(staff, {"S1": "4", "go": "on"}).status_code == 303


def test_a_screen_on_which_nothing_applies_is_passed_over(client, url, questionnaire):
    questionnaire.questions.filter(code="S1").update(relevant="${P1} <= 2")
    assert "ตอบอีก 2 ข้อ" in client.get(url).content.decode()
    process = client.post(url, {"go": "on"})["Location"]
    content = client.get(client.post(process, {"P1": "5", "go": "on"})["Location"])
    assert 'name="D2"' in content.content.decode()
    low = client.post(process, {"P1": "1", "go": "on"})["Location"]
    html = client.get(low).content.decode()
    assert 'name="S1"' in html
    assert 'data-name="P1" data-calculate="&quot;1&quot;"' in html


def test_no_screen_behind_the_last(client, url):
    assert client.get(f"{url}9/")["Location"] == url


@pytest.mark.parametrize("about_citizen", [True, False])
def test_only_questions_about_the_citizen_are_headed_so(
    client, government, questionnaire, licence_counter, send, about_citizen
):
    questionnaire.questions.filter(code="D2").update(about_citizen=about_citizen)
    response = send(government.licence, government.counter, 4, entry_point=licence_counter)
    html = screens(client, f"/s/{licence_counter.slug}/more/{tokens.for_response(response)}/")[-1]
    assert 'name="D2"' in html
    assert html.count("<h1>ข้อมูลของท่าน</h1>") == html.count("ข้อมูลของท่าน</") == about_citizen


def test_a_counters_question_is_not_put_online(client, government, send):
    online = EntryPoint.objects.create(service=government.licence, channel=government.online)
    response = send(government.licence, government.online, 4, entry_point=online)
    seen = screens(client, f"/s/{online.slug}/more/{tokens.for_response(response)}/")
    assert len(seen) == 3
    assert "เจ้าหน้าที่สุภาพ" not in "".join(seen)


def test_sending_completes_the_response_and_shows_the_receipt(client, url, stored):
    answers = {"OV": "4", "P1": "5", "S1": "0", "D2": "f", "D7": "รอนานไปนิด"}
    sent = client.post(url, answers)
    assert sent.status_code == 303
    thanks = client.get(sent["Location"]).content.decode()
    stored.refresh_from_db()
    assert stored.answers == {"OV": 4, "P1": 5, "S1": 0, "D2": "f", "D7": "รอนานไปนิด"}
    assert stored.history.get().reason == "completed"
    assert stored.receipt in thanks
    assert " ".join(stored.receipt[:4]) in thanks  # as a screen reader should say it


def test_sending_nothing_is_fine(client, url, stored):
    assert client.post(url, {}).status_code == 303
    stored.refresh_from_db()
    assert (stored.answers, stored.revision) == ({"OV": 4}, 1)


def test_sending_twice_changes_once(client, url, stored):
    client.post(url, {"P1": "5"})
    client.post(url, {"P1": "5"})
    stored.refresh_from_db()
    assert stored.revision == 2
    assert Response.objects.count() == 1


def test_a_mistaken_tap_can_be_mended(client, url, stored):
    client.post(url, {"OV": "1"})
    stored.refresh_from_db()
    assert stored.overall == 1


def test_errors_stand_at_the_top_and_at_the_field_and_keep_what_was_typed(client, url, stored):
    page = client.post(url + "1/?lang=en", {"P1": "9", "D7": "a fine counter"})
    html = page.content.decode()
    assert page.status_code == 200
    assert 'role="alert"' in html
    assert '<a href="#P1_0">' in html
    assert 'aria-describedby="P1-error"' in html
    stored.refresh_from_db()
    assert stored.revision == 1


def test_a_comment_that_is_too_long_is_refused_in_words(client, url):
    html = client.post(url, {"D7": "x" * 2001}).content.decode()
    assert '<a href="#D7">' in html
    assert "x" * 2001 in html


def test_after_an_hour_it_has_closed_kindly(client, url, stored):
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        page = client.post(url, {"P1": "5"})
        assert page.status_code == 200
        assert "<form" not in page.content.decode()
    stored.refresh_from_db()
    assert "P1" not in stored.answers


def test_the_receipt_alone_opens_nothing(client, url, stored, licence_counter):
    token = tokens.for_response(stored)
    forged = [stored.receipt, str(stored.pk), token[:-1] + "x", tokens.new_form(licence_counter)]
    for guess in forged:
        for page in ("more", "thanks"):
            html = client.get(f"/s/{licence_counter.slug}/{page}/{guess}/").content.decode()
            assert "<form" not in html
            assert f">{stored.receipt}<" not in html


def test_a_token_opens_nothing_behind_another_link(client, stored, government):
    other = EntryPoint.objects.create(service=government.tax, channel=government.online)
    page = client.get(f"/s/{other.slug}/more/{tokens.for_response(stored)}/")
    assert "<form" not in page.content.decode()


def test_what_was_said_is_there_on_going_back_for_an_hour(client, url):
    client.post(url, {"D7": "my own words"})
    assert "my own words" in client.get(url).content.decode()
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert "my own words" not in client.get(url).content.decode()


def test_a_wave_that_closes_meanwhile_keeps_the_first_answer(client, url, stored, wave):
    close_wave(wave)
    html = client.post(url, {"P1": "5"}).content.decode()
    assert stored.receipt in html
    stored.refresh_from_db()
    assert stored.answers == {"OV": 4}


def test_markup_in_a_comment_stays_text(client, url):
    html = client.post(url, {"P1": "9", "D7": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in html


def test_the_privacy_notice_speaks_both_languages(client, db):
    assert '<html lang="th">' in client.get("/privacy/").content.decode()
    assert "24 months" in client.get("/privacy/?lang=en").content.decode()
