"""A wave is set up in six pages, as people write dates and numbers, and opened by its code."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from responses import tasks
from responses.importers import lists
from responses.models import ImportJob
from surveys.models import Act, EntryPoint, Wave
from surveys.registry import load_registry
from surveys.waves import open_wave
from surveys.xlsform.writing import write_form

pytestmark = pytest.mark.django_db

FRAME = """service,channel,starts_on,ends_on,encounters
DLT-1,counter,1/10/2569,30/09/2570,"12,000"
DLT-1,e_service,๑/๑๐/๒๕๖๙,๓๐/๐๙/๒๕๗๐,๓๐๐๐
DLT-9,counter,1/10/2569,30/09/2570,5
"""
NAMES = {
    "code": "FY2570-1",
    "title_th": "รอบที่ 1",
    "title_en": "First wave",
    "starts_on": "๑ ต.ค. ๒๕๖๙",
    "ends_on": "31/03/2570",
    "fiscal_year": "",
}
METHOD = {
    "measure": "top_two_box",
    "target": "๘๕",
    "level": "95",
    "official_evidence": ["PROBABILITY"],
    "gamma": "2",
    "clusters": "none",
    "open_responses": "until_drawn",
    "screening": "set_aside",
}


def at(name: str, *arguments: str) -> str:
    return reverse(name, args=arguments)


def upload(text: str | bytes, name: str = "frame.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode("utf-8-sig"))


def bring_frame(client, text: str = FRAME) -> ImportJob:
    answer = client.post(at("files:frame", "FY2570-1"), {"file": upload(text)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("requested_at")


@pytest.fixture
def signed_in(client, questionnaire, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def made(signed_in) -> Wave:
    answer = signed_in.post(at("setup:new"), NAMES)
    assert answer.status_code == 302, answer.content.decode()
    return Wave.objects.get(code="FY2570-1")


def test_six_pages_from_nothing_to_an_open_wave(signed_in, made, officer, client):
    job = bring_frame(client)
    shown = client.get(at("files:file", job.pk)).content.decode()
    assert "12,000" in shown
    assert "“DLT-9” is not in the registry" in shown
    client.post(at("files:start", job.pk))
    tasks.run_import(str(job.pk))
    done = client.get(at("files:file", job.pk)).content.decode()
    assert "The file was brought in." in done
    assert b"DLT-9" in b"".join(client.get(at("files:rejected", job.pk)).streaming_content)
    chosen = {"questionnaire": made.questionnaire_id}
    assert client.post(at("setup:questionnaire", made.code), chosen).status_code == 302
    assert client.post(at("setup:method", made.code), METHOD).status_code == 302
    client.post(at("setup:links", made.code))
    summary = client.get(at("setup:opening", made.code)).content.decode()
    assert "15,000 encounters in 2 services by channel" in summary
    refused = client.post(at("setup:opening", made.code), {"code": "FY2570"})
    assert "This is not the code" in refused.content.decode()
    client.post(at("setup:opening", made.code), {"code": made.code})
    wave = Wave.objects.get()
    assert (wave.state, wave.fiscal_year) == (Wave.State.OPEN, 2570)
    assert wave.starts_on.isoformat() == "2026-10-01"
    assert wave.declared_method().target == 0.85
    assert EntryPoint.objects.count() == 2
    assert [(act.what, act.by) for act in Act.objects.filter(kind="wave").order_by("pk")] == [
        (what, officer)
        for what in ("import", "frame", "see", "questions", "declare", "links", "open")
    ]
    assert client.get(at("setup:method", wave.code)).status_code == 404


def test_what_the_pages_do_not_ask_stays(signed_in, made):
    method = made.method | {"drawn_alone_from": 300, "collapse_below": 4}
    Wave.objects.update(method=method)
    signed_in.post(at("setup:method", made.code), METHOD)
    declared = Wave.objects.get().declared_method()
    assert (declared.drawn_alone_from, declared.collapse_below) == (300, 4)
    assert declared.screening == made.declared_method().screening


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "This is not JSON"), ('{"colour": 1}', "Unknown entry"), ('{"target": 2}', "between")],
)
def test_an_experts_mistake_is_said_and_nothing_declared(signed_in, made, text, said):
    answer = signed_in.post(at("setup:method", made.code), {"expert": "1", "method": text})
    assert said in answer.content.decode()
    assert not Act.objects.filter(what=Act.What.DECLARE).exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("starts_on", "31/02/2569", "is not a date"),
        ("ends_on", "30/09/2569", "The last day comes before the first."),
        ("code", "รอบ 1", "Use Latin letters"),
        ("fiscal_year", "soon", "is not a number"),
    ],
)
def test_what_cannot_be_a_wave_is_said_in_words(signed_in, field, value, said):
    answer = signed_in.post(at("setup:new"), NAMES | {field: value})
    assert said in answer.content.decode()
    assert not Wave.objects.exists()


def test_a_code_is_given_once(signed_in, made):
    answer = signed_in.post(at("setup:new"), NAMES).content.decode()
    assert "already exists" in answer
    assert Wave.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (upload("service,channel\nDLT-1,counter\n"), "“starts_on” is missing"),
        (upload(b"\x89PNG....."), "none of the formats"),
        (upload(b""), "empty"),
    ],
)
def test_a_file_that_is_no_frame_is_not_kept(signed_in, made, file, said):
    answer = signed_in.post(at("files:frame", made.code), {"file": file})
    assert said in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_trying_a_frame_changes_nothing(signed_in, made):
    job = bring_frame(signed_in)
    signed_in.get(at("files:file", job.pk))
    assert not made.frame.cells.exists()
    assert not Act.objects.filter(kind="wave").exists()
    signed_in.post(at("files:discard", job.pk))
    assert not ImportJob.objects.exists()


def test_the_same_file_again_changes_nothing_and_says_so(signed_in, made):
    for _time in range(2):
        job = bring_frame(signed_in)
        signed_in.post(at("files:start", job.pk))
        tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert job.summary == {"added": 0, "changed": 0, "unchanged": 2, "rejected": 1}


def test_a_frame_of_what_agencies_report(signed_in, made, government):
    signed_in.post(at("files:count", made.code))
    assert made.counted_from_log.count() == 2
    encounters = "encounter,service,channel,time\n1,DLT-1,counter,2026-10-02 10:00\n"
    answer = signed_in.post(at("files:encounters", made.code), {"file": upload(encounters)})
    job = ImportJob.objects.get()
    assert answer.url == at("files:file", job.pk)
    shown = signed_in.get(at("files:file", job.pk)).content.decode()
    assert "lies in the future" in shown or "of the first rows could be taken" in shown
    signed_in.post(at("files:start", job.pk))
    tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert job.state == ImportJob.State.DONE, job.error
    assert not job.file


def test_a_questionnaire_comes_in_as_a_form(signed_in, questionnaire):
    file = io.BytesIO()
    write_form(questionnaire, file)
    brought = upload(file.getvalue(), "form.xlsx")
    answer = signed_in.post(at("setup:questionnaires"), {"file": brought}, follow=True)
    assert "CORE" in answer.content.decode()
    assert questionnaire.__class__.objects.filter(code="CORE").count() == 2


def test_without_a_questionnaire_the_page_says_where_to_get_one(client, officer):
    client.force_login(officer)
    page = client.get(at("setup:new")).content.decode()
    assert at("setup:questionnaires") in page
    load_registry()
    assert at("setup:questionnaires") not in client.get(at("setup:new")).content.decode()


PAGES = ["setup:dates", "setup:method", "setup:questionnaire", "setup:links", "setup:opening"]


@pytest.mark.parametrize("name", [*PAGES, "files:frame", "files:encounters"])
@pytest.mark.parametrize("who", ["approver", "auditor", "bob"])
def test_nobody_else_sets_waves_up(client, draft, request, who, name):
    client.force_login(request.getfixturevalue(who))
    assert client.get(at(name, draft.code)).status_code == 403
    assert client.post(at(name, draft.code)).status_code == 403


def test_an_open_wave_is_not_set_up_again(signed_in, draft):
    open_wave(draft)
    for name in ("setup:dates", "setup:questionnaire", "setup:opening", "setup:method"):
        assert signed_in.post(at(name, draft.code), METHOD).status_code == 404
    assert signed_in.get(at("files:frame", draft.code)).status_code == 302


def test_groups_and_their_margins_are_declared_with_the_method(signed_in, made):
    ages = [{"code": "young", "th": "น้อย"}, {"code": "old", "th": "มาก"}]
    made.questionnaire.questions.create(
        code="AGE", kind="single", text_th="อายุ", choices=ages, position=99
    )
    where = at("setup:method", made.code)
    by_age = METHOD | {"groups": ["AGE"]}
    page = signed_in.post(where, by_age | {"margins": upload("question,answer,share\nAGE,young,1")})
    assert "differ: old" in page.content.decode()
    file = upload("question,answer,share\nAGE,young,30\nAGE,old,10")
    assert signed_in.post(where, by_age | {"margins": file}).status_code == 302
    assert Wave.objects.get().declared_method().margins == {"AGE": {"young": 0.75, "old": 0.25}}
    signed_in.post(where, by_age)
    assert Wave.objects.get().declared_method().margins["AGE"]["old"] == 0.25  # kept
    signed_in.post(where, METHOD)
    assert "groups" not in Wave.objects.get().declared_method().to_dict()
    assert "margins" not in Wave.objects.get().declared_method().to_dict()


def test_the_form_of_the_second_page_is_declared_and_kept_where_nothing_is_said(signed_in, made):
    where = at("setup:method", made.code)
    assert signed_in.post(where, METHOD | {"second_page": "by_lot"}).status_code == 302
    assert Wave.objects.get().declared_method().second_page == "by_lot"
    signed_in.post(where, METHOD)
    assert Wave.objects.get().declared_method().second_page == "by_lot"
    signed_in.post(where, METHOD | {"second_page": "screens"})
    assert "second_page" not in Wave.objects.get().declared_method().to_dict()


def test_of_a_long_frame_the_first_rows_are_tried_and_all_are_read(signed_in, made, monkeypatch):
    monkeypatch.setattr(lists, "LOOKED_AT", 2)
    job = bring_frame(signed_in)
    shown = signed_in.get(at("files:file", job.pk)).content.decode()
    assert "This is of the first 2 rows." in shown
    assert "DLT-9" in shown, "among the first rows as they are read"
    assert "“DLT-9” is not in the registry" not in shown
    assert not made.frame.cells.exists()
    signed_in.post(at("files:start", job.pk))
    tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert job.summary == {"added": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    assert b"DLT-9" in b"".join(signed_in.get(at("files:rejected", job.pk)).streaming_content)


def test_of_a_frame_that_is_not_long_all_is_tried(signed_in, made, monkeypatch):
    monkeypatch.setattr(lists, "LOOKED_AT", 3)
    shown = signed_in.get(at("files:file", bring_frame(signed_in).pk)).content.decode()
    assert "This is of the first" not in shown
    assert "“DLT-9” is not in the registry" in shown
