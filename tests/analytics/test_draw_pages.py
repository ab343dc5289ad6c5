"""Everybody sees what was promised; the office alone draws; agencies never learn of whom."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from surveys import clock
from surveys.models import Ballot, Encounter
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.sampling.encounters import EncounterLog, Report
from tests.closing import close_wave
from tests.surveys.sampling import auditor

DAY = datetime(2027, 1, 15, 10, tzinfo=ZoneInfo("Asia/Bangkok"))
TENTH = {
    "allocation": "rate",
    "rate": "10",
    "minimum": "1",
    "order": "random",
    "answer_days": "30",
}


@pytest.fixture(autouse=True)
def january():
    with clock.at(DAY):
        yield


@pytest.fixture
def logged(wave):
    """Sixty encounters at the counter, forty online, all with a contact."""
    report_many(wave, "counter", 60)
    report_many(wave, "e_service", 40)
    return wave


def report_many(wave, channel: str, number: int) -> None:
    log = EncounterLog(wave)
    log.store(
        [
            log.check(
                Report(
                    encounter=f"{channel}{k}",
                    service="DLT-1",
                    channel=channel,
                    time=DAY,
                    email=f"citizen{k}@mail.example",
                )
            )
            for k in range(number)
        ]
    )


@pytest.fixture
def office(client, alice):
    client.force_login(alice)
    return client


def page(client, name, *args, **query):
    address = reverse(f"analytics:{name}", args=args)
    return client.get(address, query, headers={"accept-language": "en"})


def draw_address(wave):
    return reverse("analytics:draw", args=[wave.code])


def test_a_stranger_sees_the_commitment_of_an_open_wave(client, wave):
    draw = wave.draws.get()
    assert draw.commitment in page(client, "draws").content.decode()
    [listed] = client.get("/api/v1/draws/", {"wave": "W1"}).json()["results"]
    assert (listed["commitment"], listed["secret"], listed["drawn"]) == (draw.commitment, "", None)
    assert client.get("/api/v1/draws/", {"wave": "W2"}).json()["results"] == []


def test_nothing_sealed_is_shown_before_its_time(client, logged):
    make_draw(logged, Design(allocation="rate", rate="0.1"))
    [_next, made] = client.get("/api/v1/draws/").json()["results"]
    assert (made["drawn"], made["encounters"], made["secret"]) == (10, 100, "")
    assert page(client, "draw_record", "W1", 1).status_code == 404
    close_wave(logged)
    told = client.get("/api/v1/draws/").json()["results"][1]
    assert len(told["secret"]) == 64
    record = json.loads(b"".join(page(client, "draw_record", "W1", 1).streaming_content))
    assert auditor.faults(record, made["commitment"]) == []


def test_a_record_with_days_is_kept_from_agencies(client, logged, bob, alice):
    make_draw(logged, Design(allocation="rate", rate="0.1", order="time"))
    close_wave(logged)
    client.force_login(bob)
    assert page(client, "draw_record", "W1", 1).status_code == 404
    client.force_login(alice)
    assert page(client, "draw_record", "W1", 1).status_code == 200


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_an_agency_neither_draws_nor_looks_ahead(client, logged, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(draw_address(logged), TENTH).status_code == 403
    assert client.post(draw_address(logged), TENTH).status_code == 403
    assert not Ballot.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client, logged):
    assert client.get(draw_address(logged)).status_code == 302


def test_the_office_looks_ahead_and_draws(office, logged):
    ahead = page(office, "draw", "W1", **TENTH).content.decode()
    assert "10 citizens would be drawn" in ahead
    assert not Ballot.objects.exists()
    done = office.post(draw_address(logged), TENTH, follow=True).content.decode()
    assert "10 citizens were drawn." in done
    assert Ballot.objects.count() == 10
    again = office.post(draw_address(logged), TENTH, follow=True).content.decode()
    assert "No encounter with a contact is waiting" in again
    assert Ballot.objects.count() == 10


def test_the_office_waits_for_a_public_number(office, logged):
    chosen = TENTH | {"public_source": "Government Lottery, 1 Feb 2570"}
    done = office.post(draw_address(logged), chosen, follow=True).content.decode()
    assert "It waits for its public number: Government Lottery, 1 Feb 2570" in done
    assert not Ballot.objects.exists()
    office.post(draw_address(logged), {"public_value": "820866"})
    assert Ballot.objects.count() == 10
    assert logged.draws.get(number=1).public_value == "820866"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rate": ""}, "The rate lies above 0 and at most at 1."),
        ({"allocation": "per_cell"}, "Say how many are to be drawn: 1 or more."),
        ({"allocation": "neyman", "number": "10"}, "Choose the earlier survey"),
        ({"minimum": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_drawn(office, logged, change, why):
    answer = office.post(draw_address(logged), TENTH | change).content.decode()
    assert why in answer
    assert not Ballot.objects.exists()


def test_a_draft_is_planned_by_hand(office, draft):
    assert "No draw is planned." in page(office, "draw", "W1").content.decode()
    office.post(draw_address(draft), {"step": "plan"})
    assert len(draft.draws.get().commitment) == 64


def test_the_command_does_the_same(logged, capsys, tmp_path):
    call_command("draw", "W1", rate="0.1", dry_run=True)
    assert "Dry run: nothing was changed." in capsys.readouterr().out
    assert Encounter.objects.filter(draw=None).count() == 100
    call_command("draw", "W1", per_cell=5)
    assert "10 drawn of 100 encounters." in capsys.readouterr().out
    with pytest.raises(CommandError, match="No encounter with a contact"):
        call_command("draw", "W1", total=5)
    with pytest.raises(CommandError, match="may still answer"):
        call_command("draw", "W1", number=1, record=tmp_path / "record.json")
    with clock.at(DAY + timedelta(days=40)):
        call_command("draw", "W1", number=1, record=tmp_path / "record.json")
    assert auditor.faults(json.loads((tmp_path / "record.json").read_text())) == []


def test_the_command_waits_for_a_public_number(logged, capsys):
    call_command("draw", "W1", total=10, close_list="Government Lottery")
    assert "waits for: Government Lottery" in capsys.readouterr().out
    call_command("draw", "W1", public_number="820866")
    assert Ballot.objects.count() == 10


def test_more_are_drawn_where_answers_differed(wave, logged, answered):
    """Of DLT-1 at the counter a third was dissatisfied, online nearly nobody."""
    from analytics.scoring.scores import compute_scores

    compute_scores(wave)
    call_command("draw", "W1", total=30, neyman_from="W1")
    drawn = {c.channel.code: c.drawn for c in wave.draws.get(number=1).cells.all()}
    assert drawn == {"counter": 20, "e_service": 10}
    assert wave.draws.get(number=1).design["spread"] == {
        "DLT-1|counter": "0.4750",
        "DLT-1|e_service": "0.3727",
    }
