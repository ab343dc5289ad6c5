"""A release is made once and stays; a correction is a further one, by two people, with a reason."""

import csv
import hashlib
import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from analytics.models import Correction, KeptRelease
from analytics.releases import keeping
from analytics.releases.reading import Release
from analytics.releases.recomputing.figures import recompute
from analytics.scoring.publication import publish
from analytics.scoring.publication import published as signal
from responses.models import Response
from surveys import clock
from surveys.models import Act, Agency, Channel, Service, Wave
from surveys.models.frozen import FrozenError
from surveys.models.user import User
from surveys.roles import place
from tests.closing import close_wave

LATEST, FIRST, SECOND = (
    "/en/waves/W1/release.zip",
    "/en/waves/W1/releases/1.zip",
    "/en/waves/W1/releases/2.zip",
)


@pytest.fixture
def published(wave, answered):
    return publish(close_wave(wave))


@pytest.fixture
def officer(db):
    return _person("somchai", "Survey office")


@pytest.fixture
def approver(db):
    return _person("prasit", "Approver")


def _person(name: str, role: str) -> User:
    user = User.objects.create_user(name)
    place(user, role)
    return User.objects.get(pk=user.pk)


def body(client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))


def correct(wave, officer, approver, reason="The name was misspelt.") -> KeptRelease:
    return keeping.approve(keeping.propose(wave, officer, "ชื่อสะกดผิด", reason).pk, approver)


def test_it_is_made_with_the_publication_and_nothing_changes_it(client, published, tmp_path):
    kept = published.releases.get()
    before = body(client, LATEST)
    assert (kept.number, kept.size) == (1, len(before))
    assert kept.digest == hashlib.sha256(before).hexdigest()
    assert kept.digest in client.get("/en/waves/W1/").content.decode()
    # An agency is renamed and moved, and what retention deletes is gone.
    Agency.objects.filter(code="DLT").update(name_en="Renamed", parent=None)
    Response.objects.filter(wave=published).delete()
    assert body(client, LATEST) == body(client, FIRST) == before
    call_command("release", "W1", tmp_path / "w1.zip", stdout=StringIO())
    assert (tmp_path / "w1.zip").read_bytes() == before
    assert body(client, "/en/waves/W1/data/agencies.csv") == parts(before)["data/agencies.csv"]


def test_a_wave_without_its_release_is_not_published(wave, answered, monkeypatch):
    closed = close_wave(wave)

    def fails(**_signal):
        raise OSError("no space")

    signal.connect(fails, weak=False)
    try:
        with pytest.raises(OSError, match="no space"):
            publish(closed)
    finally:
        signal.disconnect(fails)
    assert Wave.objects.get().state == Wave.State.CLOSED
    assert not KeptRelease.objects.exists()


def test_one_published_before_releases_were_kept_gets_its_own_once(client, published):
    KeptRelease.objects.all().delete()
    before = body(client, FIRST)
    Agency.objects.filter(code="DLT").update(name_en="Renamed")
    assert body(client, LATEST) == before
    assert KeptRelease.objects.count() == 1


def test_nothing_is_fetched_a_second_too_early(client, wave, answered, officer, approver):
    from analytics.desk import publishing
    from analytics.desk.examining import examine_wave, request_examination

    closed = close_wave(wave)
    examine_wave(str(request_examination(closed, officer).pk))
    publishing.mark_checked(closed, officer)
    publishing.approve(closed, approver)
    due = clock.now() + timedelta(days=1)
    publishing.order(closed, officer, due)
    public = (LATEST, FIRST, "/en/waves/W1/data/scores.csv", "/en/waves/W1/")
    client.force_login(officer)
    client.get(reverse("desk:preview", args=["W1"]))
    assert not KeptRelease.objects.exists()
    client.logout()
    with clock.at(due - timedelta(seconds=1)):
        publishing.publish_due()
        for address in public:
            early = client.get(address)
            assert early.status_code == 404, address
            assert "public" not in early.get("Cache-Control", "")
        assert b"W1" not in client.get("/en/waves/feed.xml").content
    with clock.at(due):
        publishing.publish_due()
        for address in public:
            assert client.get(address).status_code == 200, address
    assert KeptRelease.objects.get().made_at == due


def test_a_file_that_was_changed_on_the_disk_is_not_given(client, published, tmp_path):
    kept = published.releases.get()
    with kept.file.open("rb") as file:
        content = file.read()
    kept.file.storage.delete(kept.file.name)
    kept.file.storage.save(kept.file.name, BytesIO(content[:-1] + b"x"))
    with pytest.raises(keeping.DamagedError):
        client.get(LATEST)
    with pytest.raises(CommandError, match="not the file that was kept"):
        call_command("release", "W1", tmp_path / "w1.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_a_release_is_neither_changed_nor_deleted(published):
    kept = published.releases.get()
    with pytest.raises(FrozenError):
        kept.save()
    with pytest.raises(FrozenError):
        kept.delete()


def test_a_correction_says_what_changed_and_why(client, published, officer, approver, tmp_path):
    before = body(client, LATEST)
    Agency.objects.filter(code="DLT").update(name_en="Department of Land Transport (DLT)")
    Service.objects.filter(code="DLT-1").update(name_th="ใบขับขี่")
    Channel.objects.filter(code="counter").update(name_en='=HYPERLINK("//elsewhere.example")')
    kept = correct(published, officer, approver)
    assert kept.number == 2
    after = body(client, SECOND)
    assert (body(client, LATEST), body(client, FIRST)) == (after, before)
    assert rows(parts(after)["data/changes.csv"]) == [
        {
            "file": "data/agencies.csv",
            "key": "DLT",
            "field": "name_en",
            "before": "Department of Land Transport",
            "after": "Department of Land Transport (DLT)",
        },
        {
            "file": "data/services.csv",
            "key": "DLT-1",
            "field": "name_th",
            "before": "ใบอนุญาตขับรถ",
            "after": "ใบขับขี่",
        },
        {
            "file": "data/channels.csv",
            "key": "counter",
            "field": "name_en",
            "before": "Service counter",
            "after": '\'=HYPERLINK("//elsewhere.example")',
        },
    ]
    told = json.loads(parts(after)["wave.json"])["release"]
    assert told["replaces"] == {"number": 1, "sha256": hashlib.sha256(before).hexdigest()}
    assert (told["reason_th"], told["reason_en"]) == ("ชื่อสะกดผิด", "The name was misspelt.")
    readme = parts(after)["README.md"].decode()
    assert told["replaces"]["sha256"] in readme
    assert "The name was misspelt." in readme
    page = client.get("/en/waves/W1/").content.decode()
    assert page.index("releases/2.zip") < page.index("releases/1.zip")
    assert "The name was misspelt." in page
    assert "ชื่อสะกดผิด" in client.get("/th/waves/W1/").content.decode()
    entry = ET.fromstring(client.get("/en/waves/feed.xml").content).find(
        "{http://www.w3.org/2005/Atom}entry"
    )
    told = "".join(entry.itertext())
    assert kept.digest in told
    assert "The name was misspelt." in told
    assert hashlib.sha256(before).hexdigest() in told
    path = tmp_path / "w1.zip"
    call_command("release", "W1", path, stdout=StringIO())
    assert path.read_bytes() == after
    assert recompute(Release.read(path)).differences == []
    call_command("release", "W1", path, "--number", "1", stdout=StringIO())
    assert path.read_bytes() == before
    with pytest.raises(CommandError, match="no release 7"):
        call_command("release", "W1", path, "--number", "7")


def test_a_correction_takes_over_what_was_counted_byte_for_byte(
    client, published, officer, approver
):
    """Also where agencies have moved and answers are gone: what a correction showed anew would tell
    who was erased, and no figure would follow from the new tree."""
    before = parts(body(client, LATEST))
    Agency.objects.filter(code="DLT").update(parent=Agency.objects.get(code="MOI"))
    Response.objects.filter(wave=published).delete()
    correct(published, officer, approver)
    after = parts(body(client, LATEST))
    for name in ("scores", "frame", "fieldwork", "agencies"):
        assert after[f"data/{name}.csv"] == before[f"data/{name}.csv"]
    assert rows(after["data/changes.csv"]) == []  # a notice: the reason is all that is new


def test_of_three_releases_each_names_the_one_before(client, published, officer, approver):
    for name in ("A", "B"):
        Agency.objects.filter(code="DLT").update(name_en=name)
        correct(published, officer, approver)
    third = parts(body(client, "/en/waves/W1/releases/3.zip"))
    second = body(client, SECOND)
    told = json.loads(third["wave.json"])["release"]["replaces"]
    assert told == {"number": 2, "sha256": hashlib.sha256(second).hexdigest()}
    assert [(r["before"], r["after"]) for r in rows(third["data/changes.csv"])] == [("A", "B")]
    assert client.get("/en/waves/W1/releases/4.zip").status_code == 404


def test_two_people_answer_for_a_correction(published, officer, approver, wave):
    proposed = keeping.propose(published, officer, "เหตุผล", "Reason")
    with pytest.raises(ValidationError, match="Another person"):
        keeping.approve(proposed.pk, officer)
    with pytest.raises(ValidationError, match="Another correction waits"):
        keeping.propose(published, approver, "เหตุผล", "Reason")
    keeping.refuse(proposed.pk, officer, "No longer needed")
    for decide in (keeping.approve, lambda *a: keeping.refuse(*a, "Again")):
        with pytest.raises(ValidationError, match="decided already"):
            decide(proposed.pk, approver)
    assert published.releases.count() == 1
    assert list(Act.objects.filter(about="W1").exclude(by=None).values_list("what", "who")) == [
        ("return", "somchai"),
        ("check", "somchai"),
    ]


def test_what_is_approved_is_what_was_proposed(published, officer, approver):
    proposed = keeping.propose(published, officer, "เหตุผล", "Reason")
    Agency.objects.filter(code="DLT").update(name_en="Renamed meanwhile")
    with pytest.raises(ValidationError, match="no longer what was proposed"):
        keeping.approve(proposed.pk, approver)
    assert Correction.objects.get().state == "pending"
    assert published.releases.count() == 1


def test_what_is_not_published_is_not_corrected(wave, answered, officer):
    with pytest.raises(ValidationError, match="once it is published"):
        keeping.propose(close_wave(wave), officer, "เหตุผล", "Reason")
    assert not KeptRelease.objects.exists()


def test_in_the_browser(client, published, officer, approver, bob):
    page = reverse("desk:corrections", args=["W1"])
    client.force_login(bob)
    assert client.get(page).status_code == 403
    Agency.objects.filter(code="DLT").update(name_en="Renamed")
    client.force_login(officer)
    assert "Renamed" in client.get(page).content.decode()
    incomplete = client.post(page, {"reason_th": "เหตุผล", "reason_en": ""})
    assert "required" in incomplete.content.decode()
    client.post(page, {"reason_th": "เหตุผล", "reason_en": "Reason"})
    decide = reverse("desk:correction", args=["W1", Correction.objects.get().pk])
    assert client.post(decide, {"step": "approve"}, follow=True).status_code == 200
    assert published.releases.count() == 1
    client.force_login(approver)
    assert client.post(page, {"reason_th": "ก", "reason_en": "x"}).status_code == 403
    assert client.post(decide, {"step": "forget"}).status_code == 404
    told = client.post(decide, {"step": "approve"}, follow=True).content.decode()
    assert "Release 2 is made and public." in told
    assert published.releases.count() == 2


def test_how_long_caches_keep_each(client, published):
    assert "immutable" in client.get(FIRST)["Cache-Control"]
    assert "immutable" not in client.get(LATEST)["Cache-Control"]
    assert "max-age=600" in client.get(LATEST)["Cache-Control"]
    for address in (FIRST, LATEST):
        etag = client.get(address)["ETag"]
        assert etag == f'"{published.releases.get().digest}"'
        answer = client.get(address, headers={"If-None-Match": etag})
        assert answer.status_code == 304
