"""Files are imported by the survey office alone: agencies cannot choose who rates them."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from responses.models import ImportJob
from responses.office import jobs

PAGES = ["", "{pk}/", "{pk}/columns/", "{pk}/check/", "{pk}/rejected.csv"]
STEPS = ["", "{pk}/columns/", "{pk}/start/", "{pk}/discard/"]


@pytest.fixture
def job(wave, alice) -> ImportJob:
    file = SimpleUploadedFile("a.csv", b"service,channel,OV\nDLT-1,counter,5\n")
    return jobs.bring(file, wave, alice)


@pytest.fixture
def requests(client, job):
    """Ask for each page and try each step; gives the answers."""

    def ask_all():
        for page in PAGES:
            yield client.get("/en/imports/" + page.format(pk=job.pk))
        for step in STEPS:
            yield client.post("/en/imports/" + step.format(pk=job.pk))
        assert ImportJob.objects.get().state == ImportJob.State.PREPARED

    return ask_all


def test_a_stranger_is_asked_to_sign_in(requests):
    assert all("/account/login/" in answer.url for answer in requests())


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_an_agency_is_refused_even_for_itself(requests, client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert {answer.status_code for answer in requests()} == {403}


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_an_agency_is_refused_whatever_permission_it_was_given(requests, client, request, who):
    user = request.getfixturevalue(who)
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="add_importjob"))
    client.force_login(user)
    assert {answer.status_code for answer in requests()} == {403}


@pytest.mark.parametrize("lacks", ["staff", "add_importjob", "view_all_agencies", "active"])
def test_each_right_is_needed(requests, client, alice, lacks):
    client.force_login(alice)
    if lacks == "staff":
        alice.is_staff = False
    elif lacks == "active":
        alice.is_active = False
    else:
        alice.user_permissions.remove(Permission.objects.get(codename=lacks))
    alice.save()
    codes = {answer.status_code for answer in requests()}
    assert codes == ({302} if lacks == "active" else {403})


def test_a_right_that_was_withdrawn_closes_the_report(client, alice, job):
    job.report_path.write_text("row")
    ImportJob.objects.update(report_size=3, summary={"rejected": 1}, state="done")
    client.force_login(alice)
    address = f"/en/imports/{job.pk}/rejected.csv"
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"row"
    alice.user_permissions.clear()
    assert client.get(address).status_code == 403


def test_the_office_finds_the_page_and_others_do_not(client, alice, wave):
    client.force_login(alice)
    assert "/en/imports/" in client.get("/en/admin/").content.decode()
    alice.user_permissions.remove(Permission.objects.get(codename="add_importjob"))
    assert "/en/imports/" not in client.get("/en/admin/").content.decode()
