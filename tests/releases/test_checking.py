"""A release that somebody brings to the page is held against itself; what no release is does harm
to nobody."""

import json
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from analytics.models import ReleaseCheck
from analytics.releases import checking
from analytics.releases.checking import check_release, requeue_lost_release_checks
from analytics.releases.reading import UnreadableError
from analytics.releases.verifying import verify
from surveys import clock
from tests.releases.test_release import pack, parts_of, rows_of, with_rows

SEED = 2570
State = ReleaseCheck.State


@pytest.fixture
def signed_in(client, charlie):
    """Somebody of an agency."""
    client.force_login(charlie)
    return client


def bring(client, content: bytes, name: str = "release.zip"):
    data = {"file": SimpleUploadedFile(name, content)}
    return client.post("/en/releases/check/", data)


def worked(client, content: bytes) -> ReleaseCheck:
    answer = bring(client, content)
    check = ReleaseCheck.objects.latest("requested_at")
    assert answer["Location"] == check.get_absolute_url()
    path = Path(check.file.path)
    assert path.exists()
    check_release(str(check.pk))
    assert not path.exists()
    return ReleaseCheck.objects.get(pk=check.pk)


def page(client, check: ReleaseCheck, language: str = "en") -> str:
    address = check.get_absolute_url().replace("/en/", f"/{language}/", 1)
    return client.get(address).content.decode()


def test_what_was_published_is_equal(signed_in, released):
    check = worked(signed_in, released.read_bytes())
    assert check.state == State.DONE
    said = page(signed_in, check)
    assert "Equal: the figures follow from the file." in said
    assert "byte for byte as published here" in said
    assert "คำนวณตัวเลขซ้ำจากแฟ้มได้ค่าเดิม" in page(signed_in, check, "th")


def test_a_changed_digit_is_named(signed_in, released, tmp_path):
    parts = parts_of(released)
    rows = rows_of(parts)
    shown = [k for k, row in enumerate(rows) if row["suppressed"] == "false"]
    at = next(k for k in shown if rows[k]["measure"] == "top_two_box")
    rows[at]["low"] = "0.5"
    path = pack(with_rows(parts, rows), tmp_path / "changed.zip", listed=True)
    said = page(signed_in, worked(signed_in, path.read_bytes()))
    assert f"data/scores.csv, row {at + 1}, low: 0.5, but 0." in said
    assert "Equal" not in said
    assert "No release that was published here has just these bytes" in said


def test_a_release_of_nobody_may_be_equal_and_is_not_called_published(
    signed_in, released, tmp_path
):
    path = pack(parts_of(released), tmp_path / "packed_anew.zip", listed=True)
    said = page(signed_in, worked(signed_in, path.read_bytes()))
    assert "Equal" in said
    assert "No release that was published here has just these bytes" in said


def test_what_is_no_release_is_said_to_be_none(signed_in):
    said = page(signed_in, worked(signed_in, b"no zip"))
    assert "This file does not hold" in said
    assert "<p>release.zip: cannot be read" in said


def bomb() -> bytes:
    """Few bytes that become millions of rows."""
    fields = [{"name": "n", "type": "integer"}]
    package = {"resources": [{"path": "data/scores.csv", "schema": {"fields": fields}}]}
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("datapackage.json", json.dumps(package))
        zipped.writestr("wave.json", json.dumps({"method": {}}))
        zipped.writestr("data/scores.csv", "n\n" + "1\n" * 20_000_000)
    return packed.getvalue()


def test_a_bomb_ends_its_own_process_alone(signed_in, monkeypatch):
    monkeypatch.setattr(checking, "MEGABYTES", 1_000)
    content = bomb()
    assert len(content) < 1 << 20
    check = worked(signed_in, content)
    assert check.state == State.FAILED
    assert "more time or memory than any release needs" in page(signed_in, check)


def test_who_takes_too_long_is_ended(signed_in, released, monkeypatch):
    monkeypatch.setattr(checking, "SECONDS", 0.1)
    assert worked(signed_in, released.read_bytes()).state == State.FAILED


def test_one_at_a_time_and_none_too_large(signed_in, monkeypatch):
    assert bring(signed_in, b"first").status_code == 302
    assert "still being checked" in bring(signed_in, b"second").content.decode()
    assert ReleaseCheck.objects.count() == 1
    monkeypatch.setattr("analytics.releases.check_views.LARGEST", 4)
    assert "that is no release" in bring(signed_in, b"large").content.decode()


def test_only_who_brought_it_sees_it(client, signed_in, bob, charlie):
    check = worked(signed_in, b"no zip")
    client.force_login(bob)
    assert client.get(check.get_absolute_url()).status_code == 404
    client.logout()
    for address in (check.get_absolute_url(), reverse("analytics:check_release")):
        assert "/account/login/" in client.get(address)["Location"]


def test_who_may_see_no_figures_brings_no_files(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody"))
    assert bring(client, b"x").status_code == 403
    assert not ReleaseCheck.objects.exists()


def test_what_a_lost_worker_had_is_checked_and_what_is_old_is_forgotten(
    signed_in, monkeypatch, django_capture_on_commit_callbacks
):
    bring(signed_in, b"no zip")
    sent = []
    monkeypatch.setattr(check_release, "delay", sent.append)
    check = ReleaseCheck.objects.get()
    requeue_lost_release_checks()
    assert sent == []
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    requeue_lost_release_checks()
    assert sent == [str(check.pk)]
    check_release(str(check.pk))
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    requeue_lost_release_checks()
    assert not ReleaseCheck.objects.exists()


ODD = ["", "-1", "0", "nan", "inf", "1e308", "9" * 400, "true", "x", '"', "ก", "\x00", "1,2"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_whatever_stands_in_a_file_reading_it_ends_in_words(released, tmp_path):
    """Values, rows and bytes put where they do not belong: a difference or unreadable, no other
    end."""
    parts, random = parts_of(released), Random(SEED)
    ends = {"read": 0, "unreadable": 0}
    for attempt in range(250):
        name = random.choice([name for name in parts if not name.endswith(".parquet")])
        content = parts[name]
        if random.random() < 0.5 and name.startswith("data/"):
            lines = content.decode().splitlines()
            at = random.randrange(len(lines))
            values = lines[at].split(",")
            values[random.randrange(len(values))] = random.choice(ODD)
            lines[at] = ",".join(values)
            content = "\n".join(lines).encode()
        else:
            at = random.randrange(len(content))
            content = content[:at] + random.randbytes(3) + content[at + random.randrange(9) :]
        path = pack(parts | {name: content}, tmp_path / "odd.zip", listed=random.random() < 0.5)
        try:
            verify(path)
            ends["read"] += 1
        except UnreadableError:
            ends["unreadable"] += 1
        except Exception as error:
            raise AssertionError(f"seed {SEED}, {attempt}: {name}") from error
    assert min(ends.values()) > 20, ends


def test_a_part_that_begins_before_the_file_is_unreadable(released, tmp_path):
    """The directory of the archive says that it is longer than the file."""
    content, path = bytearray(released.read_bytes()), tmp_path / "odd.zip"
    end = content.rindex(b"PK\x05\x06")
    content[end + 16 : end + 20] = (2**31).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(UnreadableError):
        verify(path)


def test_a_damaged_archive_is_unreadable(released, tmp_path):
    content, random, path = released.read_bytes(), Random(SEED), tmp_path / "odd.zip"
    for _attempt in range(150):
        at = random.randrange(len(content))
        path.write_bytes(content[:at] + random.randbytes(4) + content[at + 4 :])
        try:
            verify(path)
        except UnreadableError:
            continue
        except zlib.error as error:
            raise AssertionError(f"seed {SEED}") from error
