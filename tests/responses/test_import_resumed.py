"""An import whose worker dies goes on from its checkpoint: nothing is stored or counted twice."""

import csv
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from responses import tasks
from responses.importers import importing
from responses.models import ImportJob, JournalEntry, Response
from responses.privacy.retention import UPLOADS_KEPT, forget_old_uploads
from surveys import clock
from surveys.models import FrameCell
from surveys.models.job import LOST_AFTER
from tests.responses.test_import_formats import ENTRIES

ROWS = 100
HEADER = "id,date,service,channel,rating,comment"


def content(rows: int = ROWS) -> bytes:
    """Every tenth row is bad, every seventh has no answer."""
    lines = [HEADER]
    for k in range(rows):
        rating = "8" if k % 10 == 0 else "" if k % 7 == 0 else "5"
        lines.append(f"{k},2024-01-{k % 28 + 1:02},DLT-1,counter,{rating},")
    return "\n".join(lines).encode()


@pytest.fixture
def job(wave, alice, monkeypatch) -> ImportJob:
    monkeypatch.setattr(importing, "CHUNK", 10)
    return make_job(wave, alice)


def make_job(wave, user, **fields) -> ImportJob:
    job = ImportJob(
        wave=wave,
        name="answers.csv",
        mapping=ENTRIES,
        language="en",
        requested_by=user,
        requested_at=clock.now(),
        queued_at=clock.now(),
        state=ImportJob.State.QUEUED,
        **fields,
    )
    job.file.save("answers.csv", ContentFile(content()), save=True)
    return job


@pytest.fixture
def dies(monkeypatch):
    """The worker dies when it would store its n-th chunk, or just after it has stored it."""
    store = importing._Import._store

    class Dead(BaseException):
        pass

    def arrange(chunk: int, *, after: bool = False):
        calls = iter(range(1, 1000))

        def store_or_die(self, *given):
            dead = next(calls) == chunk
            if not dead or after:
                store(self, *given)
            if dead:
                raise Dead

        monkeypatch.setattr(importing._Import, "_store", store_or_die)

    def run(job, chunk: int, *, after: bool = False):
        arrange(chunk, after=after)
        with pytest.raises(Dead):
            tasks.run_import(str(job.pk))
        monkeypatch.setattr(importing._Import, "_store", store)
        ImportJob.objects.update(heartbeat=clock.now() - 2 * LOST_AFTER)
        return ImportJob.objects.get()

    return run


def outcome(job) -> dict:
    job.refresh_from_db()
    assert job.state == ImportJob.State.DONE, job.error
    return {name: job.count(name) for name in ("rows", "stored", "without_answer", "rejected")}


WHOLE = {"rows": 100, "stored": 77, "without_answer": 13, "rejected": 10}


def rejected_rows(job) -> list[str]:
    with job.report_path.open(encoding="utf-8-sig", newline="") as report:
        return [line["row"] for line in csv.DictReader(report)]


def test_a_job_runs_to_its_end(job):
    tasks.run_import(str(job.pk))
    assert outcome(job) == WHOLE
    assert Response.objects.count() == 77
    assert rejected_rows(job) == [str(k) for k in range(2, 102, 10)]
    assert job.percent == 100


def test_the_file_is_deleted_once_it_is_stored(job):
    tasks.run_import(str(job.pk))
    assert not job.path.exists()
    assert not ImportJob.objects.get().file


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("chunk", [1, 4, 10])
def test_killed_at_any_chunk_it_goes_on(job, dies, chunk, after):
    left = dies(job, chunk, after=after)
    assert left.state == ImportJob.State.RUNNING
    assert left.count("rows") == 10 * (chunk if after else chunk - 1)
    assert Response.objects.count() == left.count("stored")
    tasks.run_import(str(job.pk))
    assert outcome(job) == WHOLE
    assert job.count("already_stored") == 0  # what was ticked off is not read again
    assert Response.objects.count() == 77
    assert rejected_rows(job) == [str(k) for k in range(2, 102, 10)]
    noted = [pk for entry in JournalEntry.objects.all() for pk in entry.response_ids]
    assert len(noted) == len(set(noted)) == 77


def test_the_frame_is_counted_whole_though_the_import_was_cut(job, dies):
    ImportJob.objects.update(mapping=ENTRIES | {"encounters": "rows"})
    FrameCell.objects.all().delete()
    dies(job, 5)
    tasks.run_import(str(job.pk))
    assert outcome(job) == WHOLE
    assert job.count("encounters") == 100
    assert sum(FrameCell.objects.values_list("encounters", flat=True)) == 100


def test_a_job_is_run_once(job):
    ImportJob.objects.update(state=ImportJob.State.RUNNING, heartbeat=clock.now())
    tasks.run_import(str(job.pk))
    assert not Response.objects.exists()


def test_a_worker_that_was_given_up_stops_without_storing(job, monkeypatch):
    store = importing.Door.store_ready

    def taken_meanwhile(door, ready):
        ImportJob.objects.update(attempt=7)
        return store(door, ready)

    monkeypatch.setattr(importing.Door, "store_ready", taken_meanwhile)
    tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.count("rows")) == (ImportJob.State.RUNNING, 0)
    assert not Response.objects.exists()


def test_lost_jobs_are_sent_again(job, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_import, "delay", sent.append)
    tasks.requeue_lost_imports()
    assert sent == []
    with clock.at(clock.now() + 2 * LOST_AFTER):
        tasks.requeue_lost_imports()
    assert sent == [str(job.pk)]


def test_a_job_that_cannot_go_on_says_why_and_keeps_what_is_stored(job, wave, monkeypatch):
    ImportJob.objects.update(mapping=ENTRIES | {"time": {"column": "day"}})
    tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert job.state == ImportJob.State.FAILED
    assert "“day” is missing" in job.error
    assert job.path.exists()


def test_a_fault_of_ours_is_logged_and_not_shown(job, monkeypatch, caplog):
    monkeypatch.setattr(tasks, "import_responses", lambda *a, **k: 1 / 0)
    tasks.run_import(str(job.pk))
    job.refresh_from_db()
    assert job.state == ImportJob.State.FAILED
    assert "division" not in job.error
    assert "division" in caplog.text


def test_what_was_brought_long_ago_is_forgotten(job):
    tasks.run_import(str(job.pk))
    forget_old_uploads()
    assert job.report_path.exists()
    with clock.at(clock.now() + UPLOADS_KEPT + timedelta(days=1)):
        forget_old_uploads()
    assert not job.report_path.exists()
    assert ImportJob.objects.exists()


KILLED = """
import os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from responses import tasks
from responses.importers import importing
importing.CHUNK = 10
store = importing._Import._store
done = []
def store_and_die(self, *given):
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(store(self, *given))
importing._Import._store = store_and_die
tasks.run_import(sys.argv[1])
"""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_by_the_system(job, settings):
    database = settings.DATABASES["default"]
    url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    work = subprocess.run(
        [sys.executable, "-c", KILLED, str(job.pk)],
        env=os.environ | {"DATABASE_URL": url, "DATA_DIR": str(settings.MEDIA_ROOT.parent)},
        check=False,
    )
    assert work.returncode == -signal.SIGKILL
    assert Response.objects.count() == ImportJob.objects.get().count("stored") > 0
    ImportJob.objects.update(heartbeat=clock.now() - 2 * LOST_AFTER)
    tasks.run_import(str(job.pk))
    assert outcome(job) == WHOLE
    assert Response.objects.count() == 77
