"""The desk shows every wave with its line, what wants an eye, and asks the database little."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.counting import tally
from analytics.desk import beside
from analytics.desk.publishing import mark_checked
from responses.importers.encounter_log import OPTIONAL as MAY_BE_THERE
from responses.importers.encounter_log import REQUIRED as ENCOUNTER_COLUMNS
from responses.models import AgencyScreening, ImportJob, Response
from responses.screening.overruling import propose
from surveys import clock
from surveys.frame_import import COLUMNS as FRAME_COLUMNS
from surveys.models import Agency, EntryPoint, Frame, FrameCell, RegisterList, Service, User, Wave
from surveys.moments import parse_moment
from surveys.registry import load_registry
from surveys.roles import place
from surveys.thai_dates import parse_date
from surveys.waves import open_wave
from tests.closing import close_wave, end

pytestmark = pytest.mark.django_db


def desk(client, wave: Wave | None = None) -> str:
    url = reverse("desk:wave", args=[wave.code]) if wave else reverse("desk:waves")
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


def test_nothing_yet_says_what_to_do(signed_in):
    assert "No wave has been set up yet" in desk(signed_in)


def test_an_open_wave_says_until_when_it_runs(signed_in, wave, government):
    for cell in wave.frame.cells.all():
        EntryPoint.objects.create(service=cell.service, channel=cell.channel)
    page = desk(signed_in, wave)
    assert "The wave runs until 31 December 2099" in page
    assert "Nothing to do now" in page
    assert 'class="button"' not in page.split('id="next"')[1].split("</div>")[0]


def test_the_single_next_button(signed_in, wave):
    page = desk(signed_in, wave)
    assert page.split("<main")[1].count('class="button"') == 1
    assert reverse("setup:links", args=["W1"]) in page.split('id="next"')[1].split("</div>")[0]


def test_a_wave_is_closed_by_its_code_once_its_last_day_is_over(signed_in, wave, officer):
    url = reverse("desk:closing", args=["W1"])
    early = signed_in.post(url, {"code": "W1"}).content.decode()
    assert "runs until 2099-12-31" in early
    end(wave)
    assert "This is not the code" in signed_in.post(url, {"code": "w1"}).content.decode()
    signed_in.post(url, {"code": "W1"})
    wave.refresh_from_db()
    assert wave.state == Wave.State.CLOSED


def test_who_did_what_stands_at_the_stage(signed_in, draft, officer):
    open_wave(draft, actor=officer)
    assert "somchai" in desk(signed_in, draft).split("<main")[1]


def test_days_agencies_alarms_and_files_stand_beside(signed_in, wave, answered, government):
    Response.objects.filter(service=government.id_card).update(
        received_at=clock.now() - timedelta(days=8)
    )
    tally.fold(wave)
    AgencyScreening.objects.create(
        wave=wave, agency=government.dlt, alarm=True, answers=40, set_aside=12
    )
    job = ImportJob.objects.create(
        wave=wave, name="คำตอบ.csv", requested_at=clock.now(), summary={"rejected": 1234}
    )
    page = desk(signed_in, wave)
    found = beside.fieldwork(wave)
    assert [day.answers for day in found.days][-1] == 40
    assert sum(day.answers for day in found.days) == 50
    assert found.quiet == [government.dopa]
    assert "No answer for seven days" in page
    assert "12 of 40 answers set aside" in page
    assert "1,234 rows rejected" in page
    assert job.get_absolute_url() in page


def test_how_answers_come_in_is_read_off_counts(wave, answered):
    tally.fold(wave)
    with CaptureQueriesContext(connection) as asked:
        assert beside.fieldwork(wave).days[-1].answers == 50
    assert not [each for each in asked if Response._meta.db_table in each["sql"]]


def test_a_young_wave_calls_nobody_quiet(signed_in, wave):
    Wave.objects.filter(pk=wave.pk).update(starts_on=clock.today() - timedelta(days=3))
    wave.refresh_from_db()
    assert beside.fieldwork(wave).quiet == []


def test_what_one_person_did_waits_for_a_second(client, wave, answered, officer, work, government):
    client.force_login(officer)
    closed = close_wave(wave)
    client.post(reverse("desk:examine", args=["W1"]))
    work()
    mark_checked(closed, officer)
    propose(closed, government.dlt, "เหตุผล", "", officer)
    handed_in = RegisterList.objects.create(
        register="processes", name="list.csv", entered_by=officer, entered_at=clock.now()
    )
    page = desk(client)
    assert "Waits for a second person" in page
    for address in (
        reverse("desk:publication", args=["W1"]),
        reverse("desk:overrulings", args=["W1"]),
        reverse("analytics:scorecard_list", args=[handed_in.pk]),
    ):
        assert address in page


@pytest.fixture
def large(draft, government) -> Wave:
    """Two hundred agencies with ten services each on three waves."""
    agencies = [
        Agency.objects.create(code=f"A{k}", parent=government.transport, name_th=f"กรม {k}")
        for k in range(200)
    ]
    services = Service.objects.bulk_create(
        Service(agency=agency, code=f"{agency.code}-{k}", name_th=f"บริการ {k}")
        for agency in agencies
        for k in range(10)
    )
    for number in (2, 3, 4):
        frame = Frame.objects.create(code=f"F{number}")
        FrameCell.objects.bulk_create(
            FrameCell(
                frame=frame,
                service=service,
                channel=channel,
                encounters=100,
                starts_on=date(2026, 10, 1),
                ends_on=date(2027, 9, 30),
            )
            for service in services
            for channel in (government.counter, government.online)
        )
        wave = Wave.objects.create(
            code=f"W{number}",
            title_th="รอบ",
            fiscal_year=2570,
            starts_on=date(2020 + number, 1, 1),
            ends_on=date(2020 + number, 12, 31),
            questionnaire=draft.questionnaire,
            frame=frame,
        )
    EntryPoint.objects.bulk_create(
        EntryPoint(service=service, channel=government.counter) for service in services
    )
    return wave


@pytest.mark.parametrize(
    "name", ["desk:waves", "desk:wave", "setup:links", "files:frame", "setup:opening"]
)
def test_few_queries_at_two_hundred_agencies(signed_in, large, name):
    url = reverse(name, args=[large.code] if name != "desk:waves" else [])
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert signed_in.get(url).status_code == 200
    assert len(asked) <= 20, [query["sql"][:150] for query in asked]


def test_the_list_asks_no_more_for_more_waves(signed_in, large):
    with CaptureQueriesContext(connection) as four:
        desk(signed_in)
    Wave.objects.filter(code__in=["W2", "W3"]).delete()
    with CaptureQueriesContext(connection) as two:
        desk(signed_in)
    assert len(two) == len(four)


def test_publication_asks_little(signed_in, wave, answered, work):
    closed = close_wave(wave)
    signed_in.post(reverse("desk:examine", args=["W1"]))
    work()
    with CaptureQueriesContext(connection) as asked:
        signed_in.get(reverse("desk:publication", args=[closed.code]))
    assert len(asked) <= 21, [query["sql"][:150] for query in asked]


def test_before_the_first_wave_the_order_of_things_is_shown(signed_in):
    """Each of what comes first is done once it is there."""

    nothing = signed_in.get("/en/office/").content.decode()
    order = [nothing.index(f">{name}</a>: ") for name in ("Registry", "Questionnaires", "New wave")]
    assert order == sorted(order)
    assert "<strong>done</strong>" not in nothing
    load_registry()
    assert signed_in.get("/en/office/").content.decode().count("<strong>done</strong>") == 2


def test_whoever_only_looks_is_not_told_to_begin(client, auditor):
    client.force_login(auditor)
    assert ">New wave</a>" not in client.get("/en/office/").content.decode()


@pytest.mark.parametrize("who", ["officer", "approver", "auditor"])
def test_people_of_the_office_land_there_when_they_sign_in(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/en/mine/").headers["Location"] == "/en/office/"


def test_people_of_an_agency_do_not_land_in_the_office(client, government, wave):
    user = User.objects.create_user("malee", agency=government.dlt)
    place(user, "Agency viewer")
    client.force_login(user)
    assert client.get("/en/mine/").headers["Location"] == "/en/agency/DLT/"


@pytest.mark.parametrize(
    ("page", "columns"),
    [("frame", FRAME_COLUMNS), ("encounters", (*ENCOUNTER_COLUMNS, *MAY_BE_THERE))],
)
def test_pages_of_files_say_what_each_column_says(signed_in, draft, page, columns):
    shown = signed_in.get(f"/en/office/waves/{draft.code}/{page}/").content.decode()
    assert re.findall(r"<dt><code>(\w+)</code></dt><dd>.", shown) == list(columns)
    assert parse_moment("2026-10-01 09:30").hour == 9
    assert parse_date("01/10/2569") == parse_date("2026-10-01")
