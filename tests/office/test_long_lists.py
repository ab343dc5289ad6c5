"""A list too long to be compared while somebody waits: a worker compares it, a second click applies
it, all or nothing."""

import io
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from surveys import clock, registry_files
from surveys.models import Act, RegistryFile, Service
from surveys.models.job import LOST_AFTER
from surveys.office import registry_views
from surveys.registry_files import BY_A_WORKER, run_registry_file
from surveys.row_files import Limits, TooLong, read_rows

pytestmark = pytest.mark.django_db

HEAD = "code,agency,name_th,name_en\n"
LISTED = HEAD + "NEW-1,DLT,ก,A\nNEW-2,DLT,ข,B\nDLT-2,DLT,ภาษี,Tax\nX,NOBODY,ค,C\n"
State = RegistryFile.State


@pytest.fixture
def signed_in(client, officer, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    at_once = partial(read_rows, limits=Limits(1 << 20, 3))
    monkeypatch.setattr(registry_views, "read_rows", at_once)
    client.force_login(officer)
    return client


@pytest.fixture
def bring(signed_in, government):
    def brought(text: str | bytes, name: str = "services", **data) -> RegistryFile:
        content = text if isinstance(text, bytes) else text.encode("utf-8-sig")
        data["file"] = SimpleUploadedFile("list.csv", content)
        answer = signed_in.post(reverse("setup:registry_upload", args=[name]), data)
        job = RegistryFile.objects.latest("requested_at")
        assert answer["Location"] == job.get_absolute_url()
        return job

    return brought


def worked(job: RegistryFile) -> RegistryFile:
    run_registry_file(str(job.pk))
    return RegistryFile.objects.get(pk=job.pk)


def agree(client, job: RegistryFile) -> RegistryFile:
    address = reverse("setup:registry_job_apply", args=[job.pk])
    back = client.get(address, {"digest": job.digest})  # opened anew, it agrees to nothing
    assert (back.status_code, back.url) == (302, job.get_absolute_url())
    state = job.state
    job.refresh_from_db()
    assert job.state == state
    client.post(address, {"digest": job.digest})
    return RegistryFile.objects.get(pk=job.pk)


def test_compared_shown_agreed_to_and_applied(signed_in, bring, officer):
    job = bring(LISTED)
    assert "Waiting for a worker" in signed_in.get(job.get_absolute_url()).content.decode()
    job = worked(job)
    page = signed_in.get(job.get_absolute_url()).content.decode()
    for said in ("Would be added", "NEW-1", "Would be changed", "Tax", "“NOBODY” is not in"):
        assert said in page
    assert not Service.objects.filter(code="NEW-1").exists()
    path = job.path
    assert path.exists()
    job = worked(agree(signed_in, job))
    assert job.state == State.DONE, job.error
    assert not path.exists()
    assert Service.objects.filter(code__startswith="NEW-").count() == 2
    assert Service.objects.get(code="DLT-2").name_en == "Tax"
    act = Act.objects.get(what=Act.What.REGISTRY)
    assert (act.by, act.about, act.detail["added"]) == (officer, "services", 2)
    assert "brought in" in signed_in.get(job.get_absolute_url()).content.decode()


def test_a_whole_list_retires_what_it_does_not_name(signed_in, bring):
    worked(agree(signed_in, worked(bring(LISTED, whole="on"))))
    assert Service.objects.get(code="DLT-1").retired_on


def test_nothing_is_applied_that_nobody_agreed_to(signed_in, bring):
    job = worked(bring(LISTED))
    wrong = reverse("setup:registry_job_apply", args=[job.pk])
    assert "is not waiting" in signed_in.post(wrong, {"digest": "x"}, follow=True).content.decode()
    assert worked(job).state == State.COMPARED
    assert not Service.objects.filter(code="NEW-1").exists()


def test_of_two_lists_the_second_is_told_that_the_registry_has_changed(signed_in, bring):
    first, second = worked(bring(LISTED)), worked(bring(LISTED.replace("Tax", "Other")))
    first, second = agree(signed_in, first), agree(signed_in, second)
    assert worked(first).state == State.DONE
    second = worked(second)
    assert (second.state, "has changed since" in second.error) == (State.FAILED, True)
    assert Service.objects.get(code="DLT-2").name_en == "Tax"


def test_what_somebody_changes_at_the_last_moment_is_not_overwritten(signed_in, bring, monkeypatch):
    job = agree(signed_in, worked(bring(LISTED)))
    compare = registry_files._difference

    def then_somebody_changes_it(*args):
        found = compare(*args)
        Service.objects.filter(code="DLT-2").update(name_en="Vehicle tax")
        return found

    monkeypatch.setattr(registry_files, "_difference", then_somebody_changes_it)
    assert worked(job).state == State.FAILED
    assert Service.objects.get(code="DLT-2").name_en == "Vehicle tax"
    assert not Service.objects.filter(code="NEW-1").exists()


@pytest.mark.parametrize("agreed", [False, True])
def test_a_worker_that_died_is_followed_by_another(signed_in, bring, monkeypatch, agreed):
    job = bring(LISTED)
    if agreed:
        job = agree(signed_in, worked(job))

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    dead = "bring_in" if agreed else "difference_of"
    with monkeypatch.context() as patched:
        patched.setattr(registry_files, dead, dies)
        with pytest.raises(KeyboardInterrupt):
            run_registry_file(str(job.pk))
    assert not Service.objects.filter(code="NEW-1").exists()
    assert worked(job).state == State.RUNNING  # the other one may still live
    RegistryFile.objects.update(heartbeat=clock.now() - 2 * LOST_AFTER)
    assert RegistryFile.lost().get() == job
    assert worked(job).state == (State.DONE if agreed else State.COMPARED)
    assert Service.objects.filter(code="NEW-1").exists() == agreed


def test_a_worker_that_was_given_up_applies_nothing(signed_in, bring, monkeypatch):
    job = agree(signed_in, worked(bring(LISTED)))
    compare = registry_files._difference

    def then_another_has_it(*args):
        found = compare(*args)
        RegistryFile.objects.update(attempt=9)
        return found

    monkeypatch.setattr(registry_files, "_difference", then_another_has_it)
    assert worked(job).state == State.RUNNING
    assert not Service.objects.filter(code="NEW-1").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"code,name\n" + b"A,B\n" * 5, "is missing"),
        ((LISTED * 2).encode("utf-16"), "neither UTF-8 nor Thai Windows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_before_it_is_kept(signed_in, government, content, said):
    data = {"file": SimpleUploadedFile("list.csv", content)}
    page = signed_in.post(reverse("setup:registry_upload", args=["services"]), data)
    assert said in page.content.decode()
    assert not RegistryFile.objects.exists()


def test_a_list_in_thai_windows_is_read(signed_in, bring):
    worked(agree(signed_in, worked(bring(LISTED.encode("cp874")))))
    assert Service.objects.get(code="NEW-1").name_th == "ก"


def test_a_list_longer_than_that_is_told_so(bring, monkeypatch):
    monkeypatch.setattr(registry_files, "BY_A_WORKER", Limits(BY_A_WORKER.size, 3))
    job = worked(bring(LISTED))
    assert (job.state, "more than 3 rows" in job.error) == (State.FAILED, True)


def test_a_file_can_be_discarded_and_an_old_one_goes(signed_in, bring):
    job = worked(bring(LISTED))
    path = job.path
    assert path.exists()
    signed_in.post(reverse("setup:registry_job_drop", args=[job.pk]))
    assert not RegistryFile.objects.exists()
    assert not path.exists()
    path = worked(bring(LISTED)).path
    assert registry_files.forget_old(clock.now()) == 1
    assert not path.exists()


def workbook(rows: str) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows.splitlines():
        book.active.append(row.split(","))
    book.save(file)
    return file.getvalue()


def test_a_long_workbook_goes_to_the_worker_as_well(signed_in, bring):
    job = worked(agree(signed_in, worked(bring(workbook(LISTED)))))
    assert job.state == State.DONE, job.error
    assert Service.objects.filter(code__startswith="NEW-").count() == 2


def test_a_workbook_too_long_for_the_worker_is_told_so(signed_in, bring, monkeypatch):
    monkeypatch.setattr(registry_files, "BY_A_WORKER", Limits(BY_A_WORKER.size, 3))
    job = worked(bring(workbook(LISTED)))
    assert (job.state, "more than 4 rows" in job.error) == (State.FAILED, True)


@pytest.mark.parametrize("limits", [Limits(100, 9), Limits(1 << 20, 9, 100)])
def test_a_workbook_that_is_too_large_is_not_read(limits):
    with pytest.raises(TooLong):
        read_rows(io.BytesIO(workbook(LISTED)), "list.xlsx", ["code"], limits=limits)
