"""What a device asks is what the product asks, and what it sends is what is stored."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from responses.intake.answers import check_answers
from responses.intake.asking import asked_in
from responses.models import JournalEntry, Response
from responses.openrosa.questions import node_names
from tests.responses.collect import XFORMS, Collect
from tests.responses.test_openrosa_submission import form_xml

FORM = "W1:DLT-1:counter"

ANSWERS = {
    "OV": "2",
    "P1": "0",
    "S1": "5",
    "D2": "m",
    "D7": "เร็วขึ้น <ได้> & ดี \U0001f642",
    "why": "other queue",
    "which": "ที่จอดรถ",
    "M1": "1",
    "M2": "0",
    "age": "34",
    "income": "12500.50",
    "day": "2026-01-31",
    "advise": "0",
    "advise_na": "n/a",
    "paid": "n/a",
    "how": "n/a",
    "sum": "35",
    "after_kept": "x",
    "1": "หนึ่ง",
    "data": "queue",
    "meta": "y",
}
STORED = {
    **{code: int(ANSWERS[code]) for code in ("OV", "P1", "S1", "M1", "M2", "age", "advise")},
    **{code: ANSWERS[code] for code in ("D2", "D7", "which", "day", "advise_na", "paid", "how")},
    **{code: ANSWERS[code] for code in ("after_kept", "1", "data", "meta")},
    "why": ["queue", "other"],
    "income": 12500.5,
}


@pytest.fixture
def names(rich, wave, government):
    """The name of the element of each code, on counters."""
    return node_names(asked_in(wave.pk, government.licence, government.counter))


@pytest.fixture
def blank(rich, collect):
    return collect.blank(FORM)


def test_what_is_filled_in_is_what_is_stored(names, collect, blank):
    xml = blank.filled(**{names[code]: text for code, text in ANSWERS.items()})
    sent = collect.send(xml)
    assert sent.status_code == 201, sent.content.decode()
    response = Response.objects.get()
    assert response.answers == STORED
    assert response.overall == 2
    assert collect.send(xml).status_code == 202


def test_every_choice_that_a_form_offers_is_taken(blank, names, wave, government):
    asked = asked_in(wave.pk, government.licence, government.counter)
    offered = {
        question.code: blank.choices(names[question.code])
        for question in asked
        if question.kind in ("rating", "single", "multiple") or question.code == "advise_na"
    }
    assert offered["OV"] == ["5", "4", "3", "2", "1"]
    assert offered["P1"] == ["5", "4", "3", "2", "1", "0"]
    assert offered["why"] == ["queue", "staff", "other"]
    assert offered["paid"] == offered["how"] == ["queue", "staff", "other", "n/a"]
    assert offered["advise_na"] == [*map(str, range(11)), "n/a"]
    for code, choices in offered.items():
        for choice in choices:
            answers = {"OV": "1", "M1": "1", "why": "other", "1": "y"} | {code: choice}
            assert code in check_answers(asked, answers), (code, choice)


def test_what_no_element_can_be_called_has_a_name_of_its_own(names):
    assert names["OV"] == "OV"
    assert {names["1"], names["data"], names["meta"]}.isdisjoint({"1", "data", "meta"})
    assert len(set(names.values())) == len(names)


def test_what_is_kept_and_not_asked_is_not_asked(blank, names):
    assert "kept" not in blank.nodes()
    assert "only_online" not in blank.nodes()
    assert "geopoint" not in blank.text


def test_conditions_see_what_the_pages_see(blank, names):
    assert blank.bind("M2").get("relevant") == (
        "if( /data/matrix/M1  = '0', '',  /data/matrix/M1 ) <= 2"
    )
    assert blank.bind("after_kept").get("relevant") == "'' = '' and '' = ''"
    assert blank.bind("how").get("constraint") == ". = 'n/a' or (count-selected(.) < 3)"
    assert names["1"] in blank.bind(names["data"]).get("relevant")


def test_only_what_can_be_answered_is_required(blank, names):
    required = {
        bind.get("nodeset").rpartition("/")[2]
        for bind in blank.model.iter(f"{XFORMS}bind")
        if bind.get("required") == "true()"
    }
    assert required == {"OV", "which", "paid"}


def test_a_matrix_is_one_screen_and_a_group_of_groups_is_not(blank):
    appearances = {
        group.get("ref"): group.get("appearance") for group in blank.body.iter(f"{XFORMS}group")
    }
    assert appearances == {
        "/data/matrix": "field-list",
        "/data/about": None,
        "/data/about/inner": "field-list",
    }


def test_both_languages_are_whole(blank):
    languages = blank.model.findall(f"{XFORMS}itext/{XFORMS}translation")
    assert [language.get("lang") for language in languages] == ["ไทย (th)", "English (en)"]
    ids = [{text.get("id") for text in language} for language in languages]
    assert ids[0] == ids[1]
    assert all(text[0].text not in (None, "", "-") for language in languages for text in language)
    assert "ขอบคุณ {age} &amp; &lt;b&gt;" in blank.text


def test_the_point_of_the_last_form_is_offered_again(blank):
    assert "last-saved" in blank.text
    assert blank.bind("_point").get("required") is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_32_devices_with_one_id_store_one(wave, kiosk):
    barrier, outcomes = Barrier(32), []

    def send() -> None:
        collect = Collect(kiosk.key)
        barrier.wait()
        try:
            outcomes.append(collect.send(form_xml("<OV>5</OV>")).status_code)
        finally:
            connection.close()

    threads = [Thread(target=send) for _k in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [201] + [202] * 31
    assert Response.objects.count() == JournalEntry.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_32_devices_with_one_id_and_other_answers_store_one(wave, kiosk):
    barrier, outcomes = Barrier(32), []

    def send(rating: int) -> None:
        collect = Collect(kiosk.key)
        barrier.wait()
        try:
            sent = collect.send(form_xml(f"<OV>{rating}</OV>"))
            outcomes.append((sent.status_code, rating))
        finally:
            connection.close()

    threads = [Thread(target=send, args=(1 + k % 2,)) for k in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = Response.objects.get().overall
    assert sorted(status for status, rating in outcomes if rating == stored) == [201] + [202] * 15
    assert [status for status, rating in outcomes if rating != stored] == [409] * 16
