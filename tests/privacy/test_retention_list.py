"""One list says what is kept how long; notice, documentation and daily clearing agree."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command

from analytics.scoring.publication import publish
from responses.models import JournalEntry, Response
from responses.privacy import retention
from responses.privacy.devices import DeviceKey
from surveys import clock
from surveys.models import Contact, Draw, DrawCell, Encounter, Invitation, Wave
from tests.closing import close_wave

pytestmark = pytest.mark.django_db
OPERATIONS = (Path(__file__).resolve().parents[2] / "docs/operations.md").read_text()


def later(days: int):
    return clock.at(clock.now() + timedelta(days=days))


@pytest.fixture
def marked(wave, answered) -> Wave:
    Response.objects.update(device="x" * 22)
    DeviceKey.objects.create(wave=wave)
    return wave


def test_the_documentation_says_what_the_list_says():
    section = OPERATIONS.split("## What is kept")[1].split("\n## ")[0]
    told = re.findall(r"^\| (.+) \| (.+) \| *$", section, re.MULTILINE)
    assert told[2:] == [(str(rule.what), rule.how_long()) for rule in retention.RULES]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_notice_says_what_the_list_says(client, language):
    from django.utils import translation

    html = client.get(f"/privacy/?lang={language}").content.decode()
    with translation.override(language):
        for rule in retention.RULES:
            assert (str(rule.what) in html) == rule.about_citizens
            assert (rule.how_long() in html) or not rule.about_citizens


def test_a_longer_time_is_told_at_once(client, settings):
    settings.ANSWERS_KEPT = timedelta(days=365)
    assert (
        "12 months after the survey has closed" in client.get("/privacy/?lang=en").content.decode()
    )
    settings.ANSWERS_KEPT = timedelta(days=45)
    assert "45 days after the survey has closed" in client.get("/privacy/?lang=en").content.decode()


def test_marks_go_a_day_after_closing_and_ratings_stay(marked):
    assert retention.clear_marks() == {}
    close_wave(marked)
    assert retention.clear_marks() == {}
    with later(2):
        assert retention.due()["device marks"] == {"W1": 50}
        assert retention.clear_marks() == {"W1": 50}
        assert retention.due()["device marks"] == {}
    assert not Response.objects.exclude(device="").exists()
    assert Response.objects.exclude(overall=None).count() == 50


def test_clearing_goes_on_where_it_was_stopped(marked, monkeypatch):
    close_wave(marked)
    monkeypatch.setattr(retention, "BATCH", 7)
    batches = retention._batches

    def stop_after_three(records):
        for number, keys in enumerate(batches(records), 1):
            yield keys
            if number == 3:
                raise KeyboardInterrupt

    with later(2):
        monkeypatch.setattr(retention, "_batches", stop_after_three)
        with pytest.raises(KeyboardInterrupt):
            retention.clear_marks()
        assert Response.objects.filter(device="").count() == 21
        monkeypatch.setattr(retention, "_batches", batches)
        assert retention.clear_marks() == {"W1": 29}


def test_deleting_answers_goes_on_where_it_was_stopped(wave, answered, monkeypatch):
    publish(close_wave(wave))
    monkeypatch.setattr(retention, "BATCH", 7)
    batches = retention._batches

    def stop_after_one(records):
        yield next(batches(records))
        raise KeyboardInterrupt

    with later(731):
        monkeypatch.setattr(retention, "_batches", stop_after_one)
        with pytest.raises(KeyboardInterrupt):
            retention.delete_expired_answers()
        assert Response.objects.count() == 43
        assert Wave.objects.get().answers_deleted_at, "it cannot be counted again any more"
        monkeypatch.setattr(retention, "_batches", batches)
        assert retention.due()["answers"] == {"W1": 43}
        assert retention.delete_expired_answers() == {"W1": 43}
        assert retention.due()["answers"] == {}


def test_answers_not_counted_are_not_due(wave, answered):
    close_wave(wave)
    with later(731):
        assert JournalEntry.objects.exists()
        assert retention.due()["answers"] == {}


def contact_of(wave, government) -> Contact:
    draw = Draw.objects.create(
        wave=wave, number=wave.draws.count() + 1, commitment="c", committed_at=clock.now()
    )
    cell = DrawCell.objects.create(
        draw=draw,
        service=government.licence,
        channel=government.counter,
        encounters=1,
        reachable=1,
        drawn=1,
    )
    Encounter.objects.create(
        wave=wave,
        agency=government.dlt,
        key="k",
        service=government.licence,
        channel=government.counter,
        happened_on=date(2026, 11, 1),
        received_at=clock.now(),
        contact=b"sealed",
        reachable=True,
    )
    invitation = Invitation.objects.create(cell=cell)
    return Contact.objects.create(invitation=invitation, sealed=b"sealed")


def test_no_contact_outlives_its_wave(wave, government):
    contact_of(wave, government)
    assert retention.delete_contacts() == {}
    Wave.objects.update(state="closed", closed_at=clock.now())
    assert retention.due()["contacts"] == {"": 2}
    assert retention.delete_contacts() == {"": 2}
    assert not Contact.objects.exists()
    assert Encounter.objects.get().contact is None
    assert Invitation.objects.exists()


def test_the_command_says_what_would_go_and_then_lets_it_go(marked, capsys):
    Session.objects.create(session_key="old", session_data="", expire_date=clock.now())
    close_wave(marked)
    with later(2):
        call_command("retention", dry_run=True)
        said = capsys.readouterr().out
        assert re.search(r"50  The mark of the device.*\(W1 50\)", said)
        assert re.search(r" 1  Open sessions of staff", said)
        assert Response.objects.exclude(device="").count() == 50
        call_command("retention")
        assert capsys.readouterr().out == said
        assert not Response.objects.exclude(device="").exists()
        assert not Session.objects.exists()
