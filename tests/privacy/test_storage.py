"""Answers come in through every door, with all that a sender could let slip; then the whole
database, the files and the logs are searched for it."""

import json
import logging
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from responses import tasks
from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.models import ImportJob, Response
from responses.privacy.retention import carry_out
from surveys import clock
from surveys.models import Channel, Question, User
from tests.form_pages import form_token

pytestmark = pytest.mark.django_db

SENDER = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_X_FORWARDED_FOR": "198.51.100.23",
    "HTTP_USER_AGENT": "TelltaleBrowser/7.7 (Pocket 9000)",
}
PERSONAL = {
    "citizen number": "1-1017-00230-70-8",
    "telephone": "081-234-5678",
    "e-mail": "somchai.j@example.co.th",
    "name": "สมชาย ใจดี",
    "plate": "1กข 4567",
}
COMMENT = (
    "นายสมชาย ใจดี เลขบัตรประชาชน 1-1017-00230-70-8 โทร 081-234-5678 อีเมล somchai.j@example.co.th"
    " ทะเบียนรถ 1กข 4567 รอนานมาก"
)
STORED = (
    "นาย[ชื่อ] เลขบัตรประชาชน [เลขประจำตัว] โทร [เบอร์โทรศัพท์] อีเมล [อีเมล] ทะเบียนรถ [ทะเบียนรถ] รอนานมาก"
)
TELLTALES = [
    *SENDER.values(),
    "TelltaleBrowser",
    *PERSONAL.values(),
    "1101700230708",
    "0812345678",
    "somchai.j",
    "สมชาย",
    "ใจดี",
]
MAPPING = {
    "source": "test",
    "key": ["id"],
    "no_answer": [""],
    "time": {"column": "date"},
    "service": {"code": {"column": "service"}},
    "channel": {"code": {"column": "channel"}},
    "answers": {"OV": {"column": "rating"}, "D7": {"column": "comment", "kind": "text"}},
}


def everything_stored() -> Iterator[tuple[str, str]]:
    """Each cell of each table, as a text, with the table's name; sessions decoded."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for cell in row:
                    if isinstance(cell, bytes | memoryview):
                        cell = bytes(cell).decode("utf-8", "replace")
                    elif isinstance(cell, dict | list):
                        cell = json.dumps(cell, ensure_ascii=False)
                    yield table, str(cell)
                    if "\\u" in str(cell):  # JSON as SQLite keeps it
                        yield table, str(cell).encode().decode("unicode_escape", "replace")
    for session in Session.objects.all():
        yield "sessions", str(session.get_decoded())


def found_in(texts: Iterator[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(where, sign) for where, text in texts for sign in TELLTALES if sign in text}


@pytest.fixture
def line(wave, government) -> Channel:
    line = Channel.objects.create(code="cc1111", family="telephone", name_th="1111", position=9)
    wave.frame.cells.create(
        service=government.licence,
        channel=line,
        encounters=500,
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 9, 30),
    )
    return line


def by_form(entry) -> None:
    client = Client(**SENDER)
    url = entry.get_absolute_url()
    token = form_token(client.get(url))
    sent = client.post(url, {"form_token": token, "overall": "2"})
    done = client.post(sent["Location"], {"OV": "2", "D7": COMMENT})
    assert done.status_code == 303
    thanks = client.get(done["Location"]).content.decode()
    assert "[เบอร์โทรศัพท์]" in thanks


def by_frame(entry) -> None:
    entry.embed_origins = "https://portal.example.go.th"
    entry.save()
    client = Client(**SENDER)
    token = form_token(client.get(f"/embed/{entry.slug}/"))
    sent = client.post(f"/embed/{entry.slug}/", {"form_token": token, "overall": "2"})
    more = sent["Location"].replace("/embed/", "/s/").replace("/thanks/", "/more/")
    assert client.post(more, {"D7": COMMENT}).status_code == 303


def by_kiosk(entry, user) -> None:
    kiosk = kiosks.put_up(entry, user, pin="4711")
    client = Client(**SENDER)
    client.cookies[COOKIE] = kiosks.token_of(kiosk)
    answer = {"wave": "W1", "age": 0, "language": "th"}
    queue = [
        answer | {"key": f"{1:032x}", "answers": {"OV": 2}},
        answer | {"key": f"{2:032x}", "answers": {"OV": 2, "D7": COMMENT}},
        answer | {"key": COMMENT, "answers": {"OV": 2}, "language": COMMENT},
    ]
    reply = client.post(
        f"/kiosk/{entry.slug}/answers/",
        json.dumps({"answers": queue}),
        content_type="application/json",
        headers={"X-Kiosk": "1"},
    )
    outcomes = [outcome["outcome"] for outcome in reply.json()["outcomes"]]
    assert outcomes == ["stored", "refused", "refused"]


def by_telephone(line) -> None:
    agent = User.objects.create_user("dao", "dao@example.org", "pass-of-dao")
    agent.user_permissions.add(Permission.objects.get(codename="take_calls"))
    client = Client(**SENDER)
    client.force_login(agent)
    answers = {"key": "abcdefghij-ABCDEFGHI_0", "OV": "2", "D7": COMMENT}
    assert client.post("/agent/DLT-1/cc1111/", answers).status_code == 303


def by_programs(system) -> None:
    client = Client(**SENDER)
    item = {"service": "DLT-1", "channel": "counter", "answers": {"OV": 2, "D7": COMMENT}}
    how = {"content_type": "application/json"}
    one = {**system.headers, "Idempotency-Key": "case-1"}
    for status in (201, 200):  # again: the same receipt, nothing else
        sent = client.post("/api/v1/responses/", item, headers=one, **how)
        assert sent.status_code == status, sent.content.decode()
    batch = {"responses": [item | {"key": "case-2"}, item | {"key": "case-3", "wave": COMMENT}]}
    for _time in range(2):
        sent = client.post("/api/v1/responses/batch/", batch, headers=system.headers, **how)
        assert sent.json()["results"][0]["receipt"], sent.content.decode()


def by_file(wave, user) -> ImportJob:
    rows = [
        "id,date,service,channel,rating,comment",
        f"1,2026-11-01,DLT-1,counter,2,{COMMENT}",
        f"2,2026-11-01,DLT-1,counter,{COMMENT},",
        f"{PERSONAL['citizen number']},2026-11-01,DLT-1,counter,2,",
        f"{PERSONAL['e-mail']},2026-11-01,DLT-1,counter,2,",
        f"5,{PERSONAL['telephone']},DLT-1,counter,2,",
    ]
    job = ImportJob(
        wave=wave,
        name="answers.csv",
        mapping=MAPPING,
        language="th",
        requested_by=user,
        requested_at=clock.now(),
        queued_at=clock.now(),
        state=ImportJob.State.QUEUED,
    )
    job.file.save("answers.csv", ContentFile("\n".join(rows).encode()), save=True)
    tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert job.state == ImportJob.State.DONE, job.error
    assert (job.summary["stored"], job.summary["rejected"]) == (1, 4)
    return job


@pytest.fixture
def sent_by_all(wave, government, licence_counter, line, kiosk, bob, caplog, settings) -> ImportJob:
    Question.objects.filter(code="OV").update(required=True)
    settings.TRUSTED_PROXIES = []
    caplog.set_level(logging.DEBUG)
    by_form(licence_counter)
    by_frame(licence_counter)
    by_kiosk(licence_counter, bob)
    by_telephone(line)
    by_programs(kiosk)
    return by_file(wave, bob)


def test_nothing_that_names_a_person_is_stored(sent_by_all):
    sources = Response.objects.values_list("source", flat=True)
    assert sorted(sources) == ["agent", "api", "api", "embed", "file", "kiosk", "web"]
    assert found_in(everything_stored()) == set()


def test_the_ratings_stay_and_the_texts_with_words_in_place(sent_by_all):
    assert set(Response.objects.values_list("overall", flat=True)) == {2}
    texts = [
        answers["D7"] for (answers,) in Response.objects.values_list("answers") if "D7" in answers
    ]
    assert texts == [STORED] * 6


def test_the_search_would_find_it(sent_by_all):
    Response.objects.filter(source="web").update(respondent=SENDER["REMOTE_ADDR"])
    response = Response.objects.filter(source="api").first()
    Response.objects.filter(pk=response.pk).update(answers={"OV": 2, "D7": COMMENT})
    assert {sign for _where, sign in found_in(everything_stored())} >= {
        SENDER["REMOTE_ADDR"],
        *PERSONAL.values(),
    }


def test_nothing_of_it_is_in_the_files(sent_by_all, settings):
    files = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert files, "the report of rejected rows is there"
    texts = ((str(path), path.read_bytes().decode("utf-8", "replace")) for path in files)
    assert found_in(texts) == set()
    assert "[เบอร์โทรศัพท์]" in sent_by_all.report_path.read_text(encoding="utf-8-sig")


def test_nothing_of_it_is_in_the_logs(sent_by_all, caplog):
    Client(**SENDER).post("/s/nothing/", {"D7": COMMENT})
    strict = Client(enforce_csrf_checks=True, **SENDER)
    entry = Response.objects.exclude(entry_point=None).first().entry_point
    assert strict.post(entry.get_absolute_url(), {"D7": COMMENT}).status_code == 403
    with caplog.at_level(logging.DEBUG):
        carry_out()
    assert caplog.records
    lines = (("log", logging.Formatter("%(message)s").format(each)) for each in caplog.records)
    assert found_in(lines) == set()


def test_devices_are_told_apart_and_not_named(sent_by_all):
    marks = dict(Response.objects.values_list("source", "device"))
    assert marks["web"] == marks["embed"] != ""
    assert marks["kiosk"] not in ("", marks["web"])
    assert marks["agent"] == marks["api"] == marks["file"] == ""
