"""The scorecard as everybody sees it, and the pages on which it is entered and approved."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from analytics.models import FrozenScorecard, IndicatorRemark, IndicatorValue
from analytics.scorecard.indicators import INDICATORS
from analytics.scoring.publication import publish
from surveys.models import Act, Process, RegisterList, Wave
from tests.analytics.scorecard.test_entering import GOOD
from tests.closing import close_wave

PAGE = "/en/scorecard/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def history(entered):
    entered("egdi_rank", 2565, 55)
    entered("egdi_rank", 2567, 50)
    entered("egdi_rank", 2567, 52, note="misread")


def test_the_page_says_each_indicator_with_status_source_and_day(client, history, quarters):
    quarters([(90 - 4 * k, 10 + k) for k in range(12)])
    page = text(client.get(PAGE))
    for indicator in INDICATORS.values():
        assert f'id="{indicator.code}"' in page
        assert str(indicator.name) in page
    assert "Off course" in page
    assert "UN E-Government Survey" in page
    assert "as of 30 September 2024" in page
    assert "IMD ranks about 70 economies" in page
    assert "The path is a straight line from 55 on 30 September 2023 to 40" in page


def test_the_page_answers_whether_the_portals_are_on_course(client, quarters):
    odds = [0.2 * 1.1**k * (1.01 if k % 2 else 1) for k in range(12)]
    quarters([(10**6, round(10**6 * each)) for each in odds])
    page = text(client.get(PAGE))
    assert "If it goes on as in the last 12 periods, it will be" in page
    assert "The whole interval is at or above the target." in page


def test_the_page_is_thai_in_thai(client, history):
    page = text(client.get("/th/scorecard/"))
    assert "ตัวชี้วัดของยุทธศาสตร์ ปีงบประมาณ 2567–2570" in page
    assert "ไม่เป็นไปตามแผน" in page


def test_history_says_what_replaced_what_and_names_people_to_opdc_alone(client, history, dan):
    page = text(client.get(PAGE))
    assert "2567: 50 → 52 · misread" in page
    assert "entered by OPDC, approved by OPDC" in page
    assert "carol" not in page
    client.force_login(dan)
    assert "entered by carol (OPDC), approved by dan (OPDC)" in text(client.get(PAGE))


def test_csv_and_json_and_api_hold_the_same(client, history):
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PAGE}scorecard.csv").content.decode("utf-8-sig")))
    )
    assert {row["indicator"] for row in rows} == set(INDICATORS)
    [newest] = [r for r in rows if r["indicator"] == "egdi_rank" and r["fiscal_year"] == "2567"]
    assert (newest["value"], newest["status"], newest["target"]) == ("52.0", "off_course", "40")
    told = json.loads(client.get(f"{PAGE}scorecard.json").content)
    api = client.get("/api/v1/scorecard/").json()
    assert [each["code"] for each in api] == [each["code"] for each in told] == list(INDICATORS)
    assert api[1]["newest"] == told[1]["newest"]
    assert api[1]["newest"]["value"] == 52


def test_the_scorecard_is_frozen_with_a_wave(client, wave, answered, history, entered):
    Wave.objects.update(ends_on=date(2026, 10, 31))
    wave.refresh_from_db()
    publish(close_wave(wave))
    entered("egdi_rank", 2568, 40)
    kept = {each["code"]: each for each in client.get(f"{PAGE}frozen/W1.json").json()}
    assert kept["egdi_rank"]["newest"]["value"] == 52
    assert kept["satisfaction"]["newest"]["fiscal_year"] == 2570
    assert FrozenScorecard.objects.count() == 1
    assert "frozen/W1.json" in text(client.get(PAGE))


def test_one_enters_and_another_approves(client, carol, dan):
    client.force_login(carol)
    client.post(f"{PAGE}entries/egdi_rank/", GOOD)
    value = IndicatorValue.objects.get()
    assert "Another person approves it" in text(client.get(f"{PAGE}entries/"))
    client.post(f"{PAGE}entries/{value.pk}/decide/")
    value.refresh_from_db()
    assert value.state == "pending"
    client.force_login(dan)
    client.post(f"{PAGE}entries/{value.pk}/decide/", {"refuse": "yes", "why": ""})
    value.refresh_from_db()
    assert value.state == "pending"
    client.post(f"{PAGE}entries/{value.pk}/decide/")
    value.refresh_from_db()
    assert (value.state, value.decided_by) == ("approved", dan)
    acts = Act.objects.filter(kind="indicatorvalue").order_by("pk")
    assert [(act.what, act.who) for act in acts] == [("make", "carol"), ("approve", "dan")]


def test_a_wrong_entry_is_shown_with_its_reason(client, carol):
    client.force_login(carol)
    page = text(client.post(f"{PAGE}entries/egdi_rank/", GOOD | {"value": "0"}))
    assert "A rank is a whole number from 1 to 193." in page
    assert not IndicatorValue.objects.exists()


def test_a_remark_is_changed_and_the_earlier_ones_are_kept(client, carol):
    client.force_login(carol)
    for said in ("First", "Second"):
        client.post(
            f"{PAGE}remarks/government_effectiveness/", {"text_th": "หมายเหตุ", "text_en": said}
        )
    page = text(client.get(PAGE))
    assert "Second" in page
    assert "First" not in page
    assert IndicatorRemark.objects.count() == 2
    assert "First" in text(client.get(f"{PAGE}remarks/government_effectiveness/"))


def test_evidence_is_public_once_approved(client, entered, dan):
    file = SimpleUploadedFile("a.pdf", b"%PDF")
    value = entered("egdi_rank", 2567, 52, link="", file=file, state="pending", decided_by=None)
    address = f"{PAGE}evidence/{value.pk}/"
    assert client.get(address).status_code == 404
    client.force_login(dan)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF"
    client.logout()
    IndicatorValue.objects.update(state="approved")
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF"
    assert answer["Content-Disposition"] == 'attachment; filename="egdi_rank-2567.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "address",
    ["entries/", "entries/egdi_rank/", "remarks/egdi_rank/", "registers/", "registers/processes/"],
)
def test_a_stranger_signs_in_first(client, db, address):
    answer = client.get(PAGE + address)
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("entries/", 403),
        ("entries/egdi_rank/", 403),
        ("remarks/egdi_rank/", 403),
        ("registers/", 200),
        ("registers/processes/", 200),
        ("registers/nothing/", 404),
    ],
)
def test_an_agency_enters_its_registers_and_nothing_else(client, bob, address, status):
    client.force_login(bob)
    assert client.get(PAGE + address).status_code == status


def upload(client, *lines: str, **more):
    header = "code,agency,service,name_th,name_en,eligible,digital_state,since,evidence"
    file = SimpleUploadedFile("list.csv", "\n".join((header, *lines)).encode("utf-8-sig"))
    return client.post(f"{PAGE}registers/processes/", {"file": file} | more, follow=True)


ROW = "LIC-1,DLT,DLT-1,ต่ออายุ,Renewal,yes,fully,01/10/2567,https://dlt.example/1"


def test_a_list_is_shown_as_a_difference_and_approved_by_opdc(client, bob, carol):
    client.force_login(bob)
    page = text(upload(client, ROW, ROW.replace("LIC-1", "LIC-2").replace("fully", "mostly")))
    assert "Would be added" in page
    assert "Rejected rows" in page
    assert "Nothing of this list counts yet" in page
    listed = RegisterList.objects.get()
    address = f"{PAGE}lists/{listed.pk}/"
    assert 'name="digest"' not in page
    client.force_login(carol)
    page = text(client.get(address))
    digest = page.split('name="digest" value="')[1].split('"')[0]
    client.post(address, {"digest": digest})
    assert Process.objects.get().code == "LIC-1"
    assert "1 added, 0 changed, 0 retired, 1 row rejected · list.csv" in text(client.get(PAGE))


def test_a_neighbour_does_not_see_the_list(client, bob, charlie):
    client.force_login(bob)
    upload(client, ROW)
    address = f"{PAGE}lists/{RegisterList.objects.get().pk}/"
    client.force_login(charlie)
    assert client.get(address).status_code == 404
    assert client.post(address, {"withdraw": "yes"}).status_code == 404
    page = text(upload(client, ROW))
    assert "not yours to enter" in page
    assert RegisterList.objects.count() == 1


def test_one_takes_ones_own_list_back(client, bob, carol):
    client.force_login(bob)
    upload(client, ROW)
    listed = RegisterList.objects.get()
    client.post(f"{PAGE}lists/{listed.pk}/", {"withdraw": "yes"})
    listed.refresh_from_db()
    assert (listed.state, listed.decided_by) == ("refused", bob)


def test_a_file_that_is_no_list_is_refused_in_words(client, bob):
    client.force_login(bob)
    file = SimpleUploadedFile("list.csv", b"code,name\n1,2\n")
    page = text(client.post(f"{PAGE}registers/processes/", {"file": file}))
    assert "“agency” is missing" in page


def test_every_row_that_counts_is_public_with_its_evidence(client, process):
    process("A", "fully", date(2024, 1, 1), evidence="=HYPERLINK(1)", simulated=True)
    process("B", "none", retired_on=date(2024, 1, 1))
    answer = client.get(f"{PAGE}registers/processes.csv").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(answer))
    assert (row["code"], row["since"], row["simulated"]) == ("A", "2024-01-01", "yes")
    assert row["evidence"] == "'=HYPERLINK(1)"
