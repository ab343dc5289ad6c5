"""A file is brought, its columns are guessed and mended, it is tried, imported and followed."""

from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from responses import tasks
from responses.models import ImportJob, Response, SavedMapping
from responses.office import jobs
from surveys import clock
from surveys.models import Service, Wave
from tests.responses.tables import COLUMNS, write_xlsx

CSV = (
    "id,date,service,channel,rating,comment\n"
    "1,2024-01-31,DLT-1,counter,5,<b>good</b>\n"
    "2,2024-01-31,DLT-1,counter,8,\n"
    "3,2024-01-31,DLT-1,counter,,\n"
) + "".join(
    f"{k},2024-01-31,DLT-1,counter,9,\n4{k},2024-01-31,DLT-1,counter,4,\n" for k in range(4, 7)
)
EVIL = '"><script>alert(1)<x>.csv'


@pytest.fixture
def office(client, alice, wave):
    client.force_login(alice)
    return client


def upload(client, content=CSV, name="answers.csv", **data):
    content = content if isinstance(content, bytes) else content.encode("utf-8-sig")
    wave = Wave.objects.get().pk
    data = {"wave": wave, "file": SimpleUploadedFile(name, content)} | data
    return client.post("/en/imports/", data)


def bring(client, content=CSV, name="answers.csv") -> ImportJob:
    answer = upload(client, content, name)
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("requested_at")


def chosen(client, job, **changes) -> dict:
    """What the form would send, as it is filled in."""
    form = client.get(f"/en/imports/{job.pk}/columns/").context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (data | changes).items() if value not in (None, False)}


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_from_file_to_summary(office, django_capture_on_commit_callbacks):
    job = bring(office)
    page = office.get(f"/en/imports/{job.pk}/columns/")
    assert "The first 9 rows" in text(page)
    saved = office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job))
    assert saved.url == f"/en/imports/{job.pk}/check/"
    tried = text(office.get(saved.url))
    assert "8 is not a rating from 1 to 5" in tried
    assert not Response.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        started = office.post(f"/en/imports/{job.pk}/start/")
    assert started.url == f"/en/imports/{job.pk}/"
    assert "Waiting for a worker" in text(office.get(started.url))
    tasks.run_import(str(job.pk))
    done = text(office.get(started.url))
    assert "4 responses were stored" in done
    assert "Download the rejected rows" in done
    answers = [response.answers for response in Response.objects.order_by("overall")]
    assert answers == [{"OV": 4}, {"OV": 4}, {"OV": 4}, {"OV": 5, "D7": "<b>good</b>"}]


def test_a_workbook_takes_the_same_way(office, tmp_path):
    content = write_xlsx(tmp_path / "f.xlsx", COLUMNS).read_bytes()
    job = bring(office, content, "f.xlsx")
    office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job))
    office.post(f"/en/imports/{job.pk}/start/")
    tasks.run_import(str(job.pk))
    assert Response.objects.count() == 2


def test_the_part_asked_for_by_htmx_is_a_part(office):
    job = bring(office)
    ImportJob.objects.update(
        state=ImportJob.State.RUNNING, position=50, size=200, summary={"rows": 1234}
    )
    part = office.get(f"/en/imports/{job.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in text(part)
    assert "1,234 rows read, 25 % of the file" in text(part)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"service": ""}, "Choose a column, or one value for every row."),
        ({"channel": ""}, "Choose a column, or one value for every row."),
        ({"answer:OV": "", "answer:D7": ""}, "Choose the column of at least one answer."),
        ({"service": "column:nothing"}, "not one of the available choices"),
        ({"service": "value:nothing"}, "not one of the available choices"),
        ({"source": " "}, "This field is required."),
    ],
)
def test_what_is_missing_is_said(office, changes, says):
    job = bring(office)
    answer = office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job, **changes))
    assert answer.status_code == 200
    assert says in text(answer)
    assert "There is a problem" in text(answer)


def test_words_are_shown_with_what_they_are_taken_for(office):
    job = bring(office, CSV.replace(",4,\n", ",มาก,\n").replace(",5,", ",มากที่สุด,"))
    office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job))
    tried = text(office.get(f"/en/imports/{job.pk}/check/"))
    assert "มากที่สุด → <strong>5</strong>" in tried
    assert "8 → <strong>–</strong>" in tried


def test_the_time_left_is_told(office):
    job = bring(office)
    now = clock.now()
    ImportJob.objects.update(
        state="running",
        position=50,
        size=200,
        started_from=0,
        summary={"rows": 5},
        started_at=now - timedelta(minutes=1),
        heartbeat=now,
    )
    assert "about 3 minutes left" in text(office.get(f"/en/imports/{job.pk}/"))


def test_one_value_may_stand_for_every_row(office):
    job = bring(office)
    changes = {"service": "value:DLT-2", "channel": "value:e_service"}
    office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job, **changes))
    office.post(f"/en/imports/{job.pk}/start/")
    tasks.run_import(str(job.pk))
    response = Response.objects.first()
    assert (response.service.code, response.channel.code) == ("DLT-2", "e_service")


def test_missing_records_are_made_only_when_asked_for(office):
    content = CSV.replace("service", "agency,service").replace(",DLT-1,", ",DLT,DLT-9,")
    for create, services in ((False, 3), (True, 4)):
        job = bring(office, content)
        changes = {"service": "column:service", "agency": "column:agency"}
        data = chosen(office, job, **changes) | ({"create_missing": "on"} if create else {})
        assert data.get("create_missing") == ("on" if create else None)
        office.post(f"/en/imports/{job.pk}/columns/", data)
        assert office.get(f"/en/imports/{job.pk}/check/").status_code == 200
        assert Service.objects.count() == 3  # trying makes nothing
        office.post(f"/en/imports/{job.pk}/start/")
        tasks.run_import(str(job.pk))
        assert Service.objects.count() == services


def test_choices_are_remembered_and_used_again(office):
    job = bring(office)
    data = chosen(office, job, service="value:DLT-2", no_answer="8", remember_as="Counter file")
    office.post(f"/en/imports/{job.pk}/columns/", data)
    saved = SavedMapping.objects.get()
    later = bring(office, name="later.csv")
    page = office.get(f"/en/imports/{later.pk}/columns/", {"mapping": saved.pk})
    form = page.context["form"]
    assert form["service"].value() == "value:DLT-2"
    assert (form["no_answer"].value(), form["source"].value()) == ("8", "answers")
    office.post(f"/en/imports/{job.pk}/columns/", data | {"no_answer": "7"})
    assert SavedMapping.objects.get().entries["no_answer"] == ["", "7"]


def test_choices_that_do_not_fit_the_file_are_not_offered(office):
    job = bring(office)
    office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job, remember_as="Counter file"))
    other = bring(office, "a,b\n1,2\n")
    assert "Counter file" not in text(office.get(f"/en/imports/{other.pk}/columns/"))


def test_names_and_cells_are_text_never_markup(office):
    evil = "<script>alert(1)</script>"
    job = bring(office, CSV.replace("comment", evil).replace("DLT-1", evil), EVIL)
    for address in ("", f"{job.pk}/columns/", f"{job.pk}/check/"):
        page = office.get(f"/en/imports/{address}").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    data = chosen(office, job, service="value:DLT-1", channel="value:counter")
    office.post(f"/en/imports/{job.pk}/columns/", data)
    office.post(f"/en/imports/{job.pk}/start/")
    tasks.run_import(str(job.pk))
    assert "<script>alert" not in office.get(f"/en/imports/{job.pk}/").content.decode()


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/x.csv", "\\..\\x", "ก" * 200 + ".csv"]
)
def test_a_file_is_kept_in_its_own_folder_whatever_its_name(office, settings, name):
    job = bring(office, name=name)
    assert job.path.is_relative_to(settings.MEDIA_ROOT / "imports" / str(job.pk))


def test_a_file_that_cannot_be_read_is_refused_and_not_kept(office, settings):
    answer = upload(office, b"PK\x03\x04 broken", "broken.xlsx")
    assert "broken.xlsx is damaged" in text(answer)
    assert not ImportJob.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_file_that_is_too_large_is_refused(office, settings):
    settings.IMPORT_SIZE_LIMIT = 10
    assert "This file is larger than" in text(upload(office))


def test_a_closed_wave_is_not_offered(office):
    Wave.objects.update(state=Wave.State.CLOSED)
    assert "No survey is open" in text(office.get("/en/imports/"))
    assert upload(office).status_code == 200
    assert not ImportJob.objects.exists()


def test_a_wave_that_closes_meanwhile_stops_the_import(office):
    job = bring(office)
    Wave.objects.update(state=Wave.State.CLOSED)
    assert "is not open" in text(office.get(f"/en/imports/{job.pk}/check/"))
    office.post(f"/en/imports/{job.pk}/start/")
    tasks.run_import(str(job.pk))
    assert "The import stopped" in text(office.get(f"/en/imports/{job.pk}/"))
    Wave.objects.update(state=Wave.State.OPEN)
    office.post(f"/en/imports/{job.pk}/start/")
    tasks.run_import(str(job.pk))
    assert ImportJob.objects.get().state == ImportJob.State.DONE


def test_started_twice_runs_once(office, django_capture_on_commit_callbacks, monkeypatch):
    job = bring(office)
    sent = []
    monkeypatch.setattr(tasks.run_import, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"/en/imports/{job.pk}/start/")
        office.post(f"/en/imports/{job.pk}/start/")
    assert sent == [str(job.pk)]


def test_a_file_may_be_discarded_before_it_is_started(office):
    job = bring(office)
    office.post(f"/en/imports/{job.pk}/discard/")
    assert not ImportJob.objects.exists()
    assert not job.path.exists()
    job = bring(office)
    jobs.start(job)
    office.post(f"/en/imports/{job.pk}/discard/")
    assert ImportJob.objects.exists()


def test_after_the_start_columns_no_longer_change(office):
    job = bring(office)
    data = chosen(office, job)
    jobs.start(job)
    for address in ("columns", "check"):
        answer = office.get(f"/en/imports/{job.pk}/{address}/")
        assert answer.url == f"/en/imports/{job.pk}/"
    office.post(f"/en/imports/{job.pk}/columns/", data | {"service": "value:DLT-2"})
    assert "DLT-2" not in str(ImportJob.objects.get().mapping["service"])


def test_the_rejected_rows_open_in_excel_and_hold_no_formula(office):
    job = bring(office, CSV.replace(",8,", ",=1+1,"))
    jobs.start(job)
    tasks.run_import(str(job.pk))
    answer = office.get(f"/en/imports/{job.pk}/rejected.csv")
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbfrow,field,value,why")
    assert b"'=1+1" in content
    assert "attachment" in answer["Content-Disposition"]


def test_the_pages_are_thai_too(office):
    assert office.get("/th/imports/").status_code == 200


def test_findings_are_shown_before_anything_is_stored(office):
    job = bring(office, CSV.replace("2024-01-31", "soon"))
    page = text(office.get(f"/en/imports/{job.pk}/columns/"))
    assert "Needs an answer:" in page
    assert "Named like a time, but not read as one" in page
    office.post(f"/en/imports/{job.pk}/columns/", chosen(office, job))
    assert "not read as one" in text(office.get(f"/en/imports/{job.pk}/check/"))
    assert "ชื่อคอลัมน์บอกว่าเป็นเวลา" in text(office.get(f"/th/imports/{job.pk}/columns/"))


def test_another_scale_is_asked_value_by_value(office):
    ten = "service,channel,rating\n" + "".join(f"DLT-1,counter,{k}\n" for k in (10, 8, 2))
    job = bring(office, ten)
    columns = f"/en/imports/{job.pk}/columns/"
    asked = office.post(columns, chosen(office, job, **{"answer:OV": "column:rating"}))
    assert "Say below what each of its values means" in text(asked)
    meant = {f"meaning:OV:{place}": rating for place, rating in enumerate(("5", "4", "none"))}
    saved = office.post(columns, chosen(office, job, **{"answer:OV": "column:rating"}, **meant))
    assert saved.url == f"/en/imports/{job.pk}/check/"
    job.refresh_from_db()
    assert job.mapping["answers"]["OV"]["values"] == {"10": "5", "8": "4", "2": ""}
    tried = text(office.get(saved.url))
    assert "<dt>would be stored</dt><dd>2</dd>" in tried
    assert "<dt>without an answer</dt><dd>1</dd>" in tried


def test_another_sheet_and_header_can_be_chosen(office, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["service", "channel"])
    book.active.append(["DLT-1", "counter"])
    other = book.create_sheet("other")
    other.append(["x", "rating"])
    other.append(["1", "5"])
    book.save(tmp_path / "f.xlsx")
    job = bring(office, (tmp_path / "f.xlsx").read_bytes(), "f.xlsx")
    page = office.get(f"/en/imports/{job.pk}/columns/")
    assert page.context["look"].header == ["service", "channel"]
    layout = f"/en/imports/{job.pk}/layout/"
    office.post(layout, {"sheet": "other", "header_row": 1})
    assert office.get(f"/en/imports/{job.pk}/columns/").context["look"].header == ["x", "rating"]
    said = office.post(layout, {"sheet": "other", "header_row": 99}, follow=True)
    assert "no header row" in text(said)
    said = office.post(layout, {"sheet": "nowhere", "header_row": 0}, follow=True)
    assert "Choose a sheet and the number of a row" in text(said)
