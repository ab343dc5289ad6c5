"""Whoever opens, closes, draws, publishes or exports is put on record, once, for good."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from analytics.scoring.publication import publish
from responses.office.exports import export_responses
from surveys import clock
from surveys.models import Act, FrozenError, User, Wave
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.sampling.encounters import EncounterLog, Report
from surveys.waves import open_wave
from tests.closing import close_wave

DAY = datetime(2027, 1, 15, 10, tzinfo=ZoneInfo("Asia/Bangkok"))


@pytest.fixture
def officer(db) -> User:
    """Works in the survey office."""
    user = User.objects.create_user("somchai", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="surveys"))
    return user


def report_ten(wave: Wave) -> None:
    """Ten encounters, all with a contact."""
    log = EncounterLog(wave)
    reports = [
        Report(
            encounter=str(k),
            service="DLT-1",
            channel="counter",
            time=DAY,
            email=f"citizen{k}@mail.example",
        )
        for k in range(10)
    ]
    log.store([log.check(report) for report in reports])


def acts() -> list[tuple[str, str, str | None]]:
    """What was done to waves."""
    found = Act.objects.filter(kind="wave").order_by("pk")
    return [(act.what, act.about, act.by and act.by.username) for act in found]


def test_a_wave_from_opening_to_export(draft, officer, tmp_path):
    wave = open_wave(draft, actor=officer)
    published = publish(close_wave(wave), actor=officer)
    export_responses(published, tmp_path / "all.csv", actor=officer)
    assert acts() == [
        ("open", wave.code, "somchai"),
        ("close", wave.code, None),  # as the command line does
        ("publish", wave.code, "somchai"),
        ("export", wave.code, "somchai"),
    ]
    last = Act.objects.get(what="export")
    assert last.detail == {"rows": 0, "excluded": False, "texts": True}
    assert Act.objects.get(what="publish").detail == {"results": published.seal["results"]}


def test_the_office_opens_under_its_own_name(draft, officer, client):
    client.force_login(officer)
    about = {"action": "open_waves", "_selected_action": [draft.pk]}
    client.post(reverse("admin:surveys_wave_changelist"), about)
    assert Wave.objects.get().state == Wave.State.OPEN
    assert acts() == [("open", draft.code, "somchai")]
    assert "somchai" in client.get(reverse("people:acts")).content.decode()


def test_a_draw_names_who_drew(draft, officer):
    with clock.at(DAY):
        wave = open_wave(draft, actor=officer)
        report_ten(wave)
        draw = make_draw(wave, Design(allocation="rate", rate="0.5"), actor=officer)
    act = Act.objects.get(kind="wave", what="draw")
    assert (act.at, act.by, act.about) == (draw.drawn_at, officer, wave.code)
    assert act.detail == {"number": draw.number}


def test_the_office_draws_under_its_own_name(draft, client, alice):
    with clock.at(DAY):
        wave = open_wave(draft)
        report_ten(wave)
        client.force_login(alice)
        asked = {"allocation": "rate", "rate": "50", "minimum": "1", "order": "random"}
        address = reverse("analytics:draw", args=[wave.code])
        client.post(address, asked | {"answer_days": "30"})
    assert acts()[-1] == ("draw", wave.code, "alice")


def test_a_command_names_on_whose_behalf(draft, officer, tmp_path):
    code = draft.code
    with clock.at(DAY):
        call_command("wave", code, "open", by="somchai")
        report_ten(Wave.objects.get())
        call_command("draw", code, per_cell=5, by="somchai")
        call_command("export_responses", code, tmp_path / "all.csv", by="somchai")
    Wave.objects.update(ends_on=clock.today() - timedelta(days=1))  # its last day is over
    call_command("wave", code, "close", by="somchai")
    call_command("wave", code, "publish", by="somchai")
    steps = ("open", "draw", "export", "close", "publish")
    assert acts() == [(step, code, "somchai") for step in steps]


def test_a_command_that_names_nobody_is_shown_as_such(draft, client, alice):
    call_command("wave", draft.code, "open")
    assert acts() == [("open", draft.code, None)]
    client.force_login(alice)
    page = client.get("/en/people/acts/")
    assert "command line" in page.content.decode()


@pytest.mark.parametrize("active", [None, False])
def test_a_command_refuses_an_account_that_is_not_there(draft, officer, active):
    if active is None:
        officer.delete()
    else:
        User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="somchai"):
        call_command("wave", draft.code, "open", by="somchai")
    assert Wave.objects.get().state == Wave.State.DRAFT
    assert acts() == []


def test_what_fails_is_no_act(wave):
    before = acts()
    with pytest.raises(ValidationError):
        open_wave(wave)
    assert acts() == before


def test_an_act_stays(wave, officer):
    act = Act.objects.get(kind="wave")
    act.by = officer
    for change in (act.save, act.delete):
        with pytest.raises(FrozenError):
            change()
    stored = Act.objects.all()
    for change in (stored.delete, lambda: stored.update(who=""), lambda: stored.bulk_create([])):
        with pytest.raises(FrozenError):
            change()
    assert acts() == [("open", wave.code, None)]
