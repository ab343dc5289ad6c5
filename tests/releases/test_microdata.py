"""Single answers for researchers: who gets them, what is in them, what never follows from them."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pandas as pd
import pyreadstat
import pytest
from django.contrib.auth.models import AnonymousUser
from pyarrow import parquet

from analytics.dashboards.months import months_in
from analytics.models import MicrodataRequest, Score
from analytics.models.microdata import KEPT
from analytics.releases import microdata
from analytics.releases.microdata_files import microdata as made_of
from analytics.releases.microdata_protection import DIVERSE, K
from analytics.releases.microdata_rows import NoMicrodataError
from analytics.scoring.publication import publish
from responses.intake.door import erase
from responses.models import Response
from surveys import clock
from surveys.models import Act, Agency, Service, Wave
from surveys.roles import place
from tests.closing import close_wave

ASK = {"wave": "W1", "institution": "Chula", "purpose": "What goes with trust"}
PAGE, DESK = "/en/microdata/", "/en/office/microdata/"


SIZES = {
    "DLT": [(60, 30), (40, 25), (25, 3), (22, 4)],
    "DOPA": [(35, 14), (25, 4), (30, 3)],
    "LANDS": [(50, 20)],
    "SMALL": [(4, 0)],
    "TINY": [(5, 3)],
}
"""Answers at the counter and online, of each service of each agency."""


@pytest.fixture
def nation(wave, government, send):
    """Some cells are small, and two agencies are. Answers come in three months."""
    above = {
        "LANDS": government.interior,
        "SMALL": government.interior,
        "TINY": government.interior,
    }
    for code, parent in above.items():
        Agency.objects.create(code=code, parent=parent, name_th=code, name_en=code)
    ends = {"starts_on": date(2025, 10, 1), "ends_on": date(2027, 9, 30), "encounters": 1000}
    for code, services in SIZES.items():
        for number, sizes in enumerate(services):
            name = f"{code}-X{number}"
            service = Service.objects.create(
                agency=Agency.objects.get(code=code), code=name, name_th=name, name_en=name
            )
            for channel, size in zip((government.counter, government.online), sizes, strict=True):
                wave.frame.cells.create(service=service, channel=channel, **ends)
                answer(send, service, channel, size)
    return publish(close_wave(wave))


def answer(send, service, channel, size) -> None:
    for k in range(size):
        given = {"P1": 3 + k // 2 % 3} if k % 2 else {}
        if channel.code == "counter":
            given["S1"] = 4 + k % 2
        about = {"D2": "fm"[k % 2], "D7": "secret words"}
        with clock.at(datetime(2026, 1 + k % 3, 1 + k % 27, 5, tzinfo=UTC)):
            send(service, channel, 5 if k % 3 else 2 + k // 3 % 2, **about, **given)


@pytest.fixture
def researcher(db, django_user_model):
    user = django_user_model.objects.create_user("malee", "malee@example.org", "pass-of-malee")
    place(user, "Researcher")
    return user


@pytest.fixture
def approver(db, django_user_model):
    user = django_user_model.objects.create_user("prasit", "prasit@example.org", "pass-of-prasit")
    place(user, "Approver")
    return user


@pytest.fixture
def asked(nation, researcher):
    return microdata.ask(nation, researcher, "Chula", "What goes with trust")


@pytest.fixture
def ready(asked, approver):
    microdata.approve(asked.pk, approver)
    microdata.make_microdata(asked.pk)
    asked.refresh_from_db()
    return asked


def files_of(wave: Wave) -> dict[str, bytes]:
    content, _facts = made_of(wave, clock.now())
    with ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rows_of(files) -> pd.DataFrame:
    return pd.read_csv(BytesIO(files["microdata.csv"]), keep_default_na=False, dtype=str)


# Who gets them


def test_from_asking_to_taking_away_each_step_on_record(
    client, nation, researcher, approver, django_capture_on_commit_callbacks
):
    client.force_login(researcher)
    assert client.post(PAGE, ASK)["Location"] == PAGE
    asked = MicrodataRequest.objects.get()
    assert "waiting for approval" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{asked.pk}/file/").status_code == 404
    client.force_login(approver)
    assert "What goes with trust" in client.get(DESK).content.decode()
    assert "Chula" in client.get("/en/office/").content.decode()
    with django_capture_on_commit_callbacks():
        client.post(f"{DESK}{asked.pk}/", {"step": "approve"})
    microdata.make_microdata(asked.pk)
    client.force_login(researcher)
    assert "Download the microdata" in client.get(PAGE).content.decode()
    taken = client.get(f"{PAGE}{asked.pk}/file/")
    assert ZipFile(BytesIO(b"".join(taken.streaming_content))).testzip() is None
    acts = Act.objects.filter(kind="microdatarequest", about=str(asked.pk)).order_by("pk")
    assert [(act.what, act.who) for act in acts] == [
        ("order", "malee"),
        ("approve", "prasit"),
        ("make", ""),
        ("export", "malee"),
    ]
    assert "ดาวน์โหลดข้อมูลรายคำตอบ" in client.get("/th/microdata/").content.decode()


def test_everybody_else_is_refused(client, ready, bob, alice, django_user_model):
    address = f"{PAGE}{ready.pk}/file/"
    for page in (PAGE, address, DESK):
        assert "/account/login/" in client.get(page)["Location"]
    other = django_user_model.objects.create_user("wit", "wit@example.org", "pass-of-wit")
    place(other, "Researcher")
    for user, expected in ((bob, 403), (alice, 404), (other, 404)):
        client.force_login(user)
        assert client.get(address).status_code == expected, user
    for user in (bob, other):
        client.force_login(user)
        assert client.get(DESK).status_code == 403
        assert client.post(f"{DESK}{ready.pk}/", {"step": "approve"}).status_code == 403
    assert not Act.objects.filter(what=Act.What.EXPORT, kind="microdatarequest").exists()


def test_nobody_of_an_agency_may_ask_even_as_a_researcher(client, nation, bob):
    place(bob, "Researcher")
    client.force_login(bob)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, ASK).status_code == 403
    assert not MicrodataRequest.objects.exists()


def test_an_auditor_looks_and_does_not_decide(client, asked, django_user_model):
    auditor = django_user_model.objects.create_user("anong")
    place(auditor, "Auditor")
    client.force_login(auditor)
    page = client.get(DESK).content.decode()
    assert "Chula" in page
    assert 'value="approve"' not in page
    assert client.post(f"{DESK}{asked.pk}/", {"step": "approve"}).status_code == 403


def test_a_refusal_has_a_reason_that_the_researcher_sees(client, asked, approver, researcher):
    client.force_login(approver)
    client.post(f"{DESK}{asked.pk}/", {"step": "refuse", "why": " "})
    asked.refresh_from_db()
    assert asked.state == "pending"
    client.post(f"{DESK}{asked.pk}/", {"step": "refuse", "why": "No plan for the data"})
    microdata.make_microdata(asked.pk)
    client.force_login(researcher)
    assert "No plan for the data" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{asked.pk}/file/").status_code == 404


def test_it_is_decided_once_and_made_once(client, ready, approver):
    client.force_login(approver)
    client.post(f"{DESK}{ready.pk}/", {"step": "refuse", "why": "Too late"})
    before = ready.digest
    microdata.make_microdata(ready.pk)
    microdata.resume_microdata()
    ready.refresh_from_db()
    assert (ready.state, ready.digest) == ("approved", before)
    assert Act.objects.filter(what=Act.What.MAKE, kind="microdatarequest").count() == 1


def test_a_file_goes_after_its_time_and_with_the_right(client, ready, researcher):
    client.force_login(researcher)
    address, stored = f"{PAGE}{ready.pk}/file/", ready.file
    researcher.groups.clear()
    assert client.get(address).status_code == 403
    place(researcher, "Researcher")
    assert b"".join(client.get(address).streaming_content)
    with clock.at(ready.made_at + KEPT + timedelta(hours=1)):
        assert client.get(address).status_code == 404
        microdata.resume_microdata()
    assert not stored.storage.exists(stored.name)
    assert "deleted after its time" in client.get(PAGE).content.decode()


def test_there_is_none_of_a_wave_that_is_not_published_or_whose_answers_are_deleted(
    wave, answered, researcher, approver, client
):
    with pytest.raises(NoMicrodataError):
        made_of(wave, clock.now())
    client.force_login(researcher)
    assert client.post(PAGE, ASK).status_code == 200
    published = publish(close_wave(wave))
    asked = microdata.ask(published, researcher, "Chula", "Trust")
    microdata.approve(asked.pk, approver)
    Wave.objects.filter(pk=wave.pk).update(answers_deleted_at=clock.now())
    microdata.make_microdata(asked.pk)
    assert "have been deleted" in client.get(PAGE).content.decode()


# What is in them


def test_only_what_is_said_is_in_it_and_all_formats_say_the_same(nation, tmp_path):
    files = files_of(nation)
    rows = rows_of(files)
    assert list(rows) == [
        *("row", "agency", "service", "channel", "period", "weight"),
        *("q_D2", "q_OV", "q_P1", "q_S1"),
    ]
    whole = b"".join(files.values())
    for response in Response.objects.all()[:20]:
        assert response.receipt.encode() not in whole
        assert response.submission_key.encode() not in whole
    assert b"secret words" not in whole
    columns = parquet.read_table(BytesIO(files["microdata.parquet"]))
    assert columns.schema.field("q_OV").metadata[b"label_th"].decode() == "ความพึงพอใจในภาพรวม"
    for name, read in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        path = tmp_path / f"microdata.{name}"
        path.write_bytes(files[path.name])
        values, about = read(path, output_format="dict")
        assert about.column_names_to_labels["q_OV"] == "Overall satisfaction"
        assert about.variable_value_labels["q_OV"][5] == "Very satisfied"
        for column in rows:
            found = ["" if v is None or v != v else v for v in values[column]]
            own = rows[column].tolist()
            expected = own if isinstance(found[0], str) and column[:2] != "q_" else None
            if expected is None and column != "q_D2":
                expected = [float(each) if each else "" for each in own]
            assert found == (expected or own), (name, column)
        assert columns.num_rows == len(rows)
    pairs = {
        (row["variable"], row["value"])
        for row in csv.DictReader(StringIO(files["codebook.csv"].decode()))
    }
    assert {("q_OV", "5"), ("agency", "DLT"), ("q_D2", "f"), ("q_D2", "")} <= pairs


def test_the_same_answers_make_the_same_rows(nation):
    first, second = files_of(nation), files_of(nation)
    for name in ("microdata.csv", "microdata.parquet", "README.md"):
        assert first[name] == second[name]


# What never follows from them


def test_every_class_is_large_and_diverse(nation):
    rows = rows_of(files_of(nation))
    for _key, one in rows.groupby(["agency", "service", "channel", "period", "q_D2"]):
        assert len(one) >= K
        for question in ("q_OV", "q_P1", "q_S1"):
            said = set(one[question])
            assert said == {""} or len(said) >= DIVERSE


def test_no_row_has_the_service_and_channel_of_a_suppressed_figure(nation):
    hidden = Score.objects.filter(level="service_channel", withheld=True)
    cells = set(hidden.values_list("service__code", "channel__code"))
    assert cells
    rows = rows_of(files_of(nation))
    assert not cells & set(zip(rows["service"], rows["channel"], strict=True))
    assert (rows["service"] != "").any()
    coarse = rows[rows["service"] == ""]
    assert (coarse["channel"] == "").all()
    assert (coarse["q_S1"] == "").all()  # asked at counters alone


def test_what_is_published_less_the_rows_is_all_or_nothing(nation):
    """Of every agency and question, so that no subtraction gives what is suppressed."""
    rows = rows_of(files_of(nation))
    assert set(rows["agency"]) == {"DLT", "DOPA", "LANDS"}
    shown = Score.objects.filter(level="agency", measure="top_two_box", withheld=False)
    compared = 0
    for score in shown:
        own = rows[rows["agency"] == score.agency.code][f"q_{score.question}"]
        if score.question == "S1":
            continue
        said = sum(1 for each in own if each)
        assert said in (score.n, 0)
        compared += bool(said)
    assert compared
    for score in Score.objects.filter(level="agency", withheld=True):
        assert not any(rows[rows["agency"] == score.agency.code][f"q_{score.question}"])


def test_rows_without_a_cell_say_together_what_is_published_less_what_is_shown(nation):
    rows = rows_of(files_of(nation))
    for agency in set(rows["agency"]):
        own = rows[rows["agency"] == agency]
        cells = {(r.service, r.channel) for r in own.itertuples() if r.service}
        scores = Score.objects.filter(
            agency__code=agency, is_overall=True, measure="top_two_box", withheld=False
        )
        whole = scores.get(level="agency").n
        shown = sum(
            score.n
            for score in scores.filter(level="service_channel")
            if (score.service.code, score.channel.code) in cells
        )
        assert (own["service"] == "").sum() in (whole - shown, whole)


def test_after_an_erasure_the_agency_is_left_out(nation, government):
    """Its published figure less its rows would be what the citizen erased."""
    before = set(rows_of(files_of(nation))["agency"])
    assert {"DLT", "DOPA"} <= before
    erase(Response.objects.filter(service__agency=government.dlt).first())
    assert set(rows_of(files_of(nation))["agency"]) == before - {"DLT"}


def test_an_agency_that_is_published_by_month_has_none_in_the_rows(nation):
    """Its months are whole weeks: a calendar month beside them would leave a few days."""
    dated = {score.agency.code for score, _months in months_in(AnonymousUser(), nation)}
    rows = rows_of(files_of(nation))
    assert dated & set(rows["agency"])
    assert not any(rows.loc[rows["agency"].isin(dated), "period"])
    nation.computation.months = None
    nation.computation.save()
    again = rows_of(files_of(Wave.objects.get(pk=nation.pk)))
    assert any(again.loc[again["agency"].isin(dated), "period"])


def test_groups_that_are_suppressed_are_in_no_row(nation):
    computation = nation.computation
    computation.groups = {
        "questions": [
            {"question": "D2", "rows": [{"answer": "f", "suppressed": True}]},
        ],
        "raked": None,
    }
    computation.save()
    assert "q_D2" not in rows_of(files_of(nation))


def test_weights_speak_for_the_encounters_and_never_for_one_person(nation):
    rows = rows_of(files_of(nation))
    places = rows.groupby(["agency", "service", "channel"])["weight"]
    assert (places.nunique() == 1).all()
    for (_agency, service, _channel), one in rows.groupby(["agency", "service", "channel"]):
        if service:
            assert one["weight"].astype(float).sum() == pytest.approx(1000)


def test_what_was_done_is_said_in_the_file_and_on_record(ready):
    with ready.file.open() as stored, ZipFile(stored) as packed:
        told = packed.read("README.md").decode()
        rows = packed.read("microdata.csv").decode().count("\n") - 1
    facts = Act.objects.get(what=Act.What.MAKE, kind="microdatarequest").detail["rows"]
    assert facts["given"] == rows
    assert facts["counted"] == Response.objects.filter(disposition="counted").count()
    assert facts["withheld"] == facts["counted"] - rows == 4 + 8
    assert f"| in this file / อยู่ในแฟ้มนี้ | {rows} |" in told
    assert "{" not in told
    assert json.dumps(facts)
