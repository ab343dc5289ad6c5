"""A release that is published is stamped by an authority; the stamp holds for whoever doubts."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from analytics.models import KeptRelease, ReleaseStamp
from analytics.releases.keeping import content_of
from analytics.releases.stamping import stamp_releases
from analytics.releases.stamps import StampError, certificates_in, stamped
from responses.ledger import checkpoints
from tests.releases.authority import Authority, listening
from tests.releases.test_release import parts_of

NAME = "Stamps of Example"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authorities") / "one", NAME)


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authorities") / "other", "Somebody Else")


@pytest.fixture
def authority(made, settings):
    with listening(made):
        settings.TSA_URL, settings.TSA_CERTIFICATES = made.url, str(made.root)
        yield made
    made.answers = None
    made.asked.clear()


@pytest.fixture
def tsr(client, authority, released, tmp_path):
    """The stamp as anybody downloads it."""
    stamp_releases()
    path = tmp_path / "release.tsr"
    answer = client.get("/en/waves/W1/releases/1.tsr")
    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/en/waves/W1/release.tsr").content == answer.content
    path.write_bytes(answer.content)
    return path


def verify(file, stamp, certificates) -> str:
    told = StringIO()
    call_command(
        "verify_release", file, "--stamp", stamp, "--certificates", certificates, stdout=told
    )
    return told.getvalue()


def public_page(client) -> str:
    return client.get("/en/waves/W1/").content.decode()


def desk_page(client) -> str:
    return client.get(reverse("desk:publication", args=["W1"])).content.decode()


def test_the_stamp_stands_beside_the_release_and_verifies_without_a_database(
    client, released, tsr, authority, django_db_blocker
):
    stamp = ReleaseStamp.objects.get()
    assert abs(stamp.stamped_at - datetime.now(UTC)) < timedelta(minutes=1)
    page = public_page(client)
    assert f"Time stamp of {NAME}: the file was there on" in page
    assert "releases/1.tsr" in page
    with django_db_blocker.block():
        told = verify(released, tsr, authority.root)
    assert f"Stamped by {NAME}: it was there on {stamp.stamped_at:%Y-%m-%d} at" in told
    assert "No difference" in told


def test_a_program_of_others_accepts_it(released, tsr, authority):
    command = ["openssl", "ts", "-verify", "-data", released, "-in", tsr, "-CAfile", authority.root]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Verification: OK\n"), done.stderr


def test_what_is_stamped_is_the_log_too(published, released, tsr, authority, tmp_path):
    """Its size and root are in the file; another root is another file."""
    parts = parts_of(released)
    sealed = json.loads(parts["wave.json"])["seal"]["log"]
    root = checkpoints.sealed_or_latest(published)
    assert (sealed["size"], sealed["root"]) == (root["size"], root["root"])
    changed = tmp_path / "changed.zip"
    changed.write_bytes(released.read_bytes()[:-1] + b"\1")
    with pytest.raises(StampError, match="Mismatch"):
        stamped(changed.read_bytes(), tsr.read_bytes(), certificates_in(authority.root))


def test_the_authority_sees_the_digest_alone(released, tsr, authority):
    digest = bytes.fromhex(KeptRelease.objects.get().digest)
    (question,) = authority.asked
    assert digest in question
    assert len(question) < 100


def test_it_is_stamped_once(client, released, tsr, authority):
    kept = bytes(ReleaseStamp.objects.get().response)
    stamp_releases()
    assert len(authority.asked) == 1
    assert bytes(ReleaseStamp.objects.get().response) == kept


def test_without_an_authority_nothing_is_stamped_and_the_page_says_so(
    client, settings, released, alice
):
    assert settings.TSA_URL == ""
    stamp_releases()
    assert not ReleaseStamp.objects.exists()
    assert "Without a time stamp of an authority." in public_page(client)
    assert client.get("/en/waves/W1/release.tsr").status_code == 404
    client.force_login(alice)
    assert "no time stamp yet" not in desk_page(client)


def test_an_authority_that_is_down_is_asked_again_later(client, settings, made, released, alice):
    with listening(made):
        settings.TSA_URL, settings.TSA_CERTIFICATES = made.url, str(made.root)
    stamp_releases()  # nobody listens there any more
    client.force_login(alice)
    assert "Release 1 has no time stamp yet" in desk_page(client)
    assert "(ConnectionError)" in desk_page(client)
    client.logout()
    assert "Without a time stamp of an authority." in public_page(client)
    assert client.get("/en/waves/W1/release.tsr").status_code == 404
    with listening(made):
        settings.TSA_URL = made.url
        stamp_releases()
    assert f"Time stamp of {NAME}" in public_page(client)
    client.force_login(alice)
    assert "no time stamp yet" not in desk_page(client)


def question(content: bytes):
    asked = TimestampRequestBuilder().data(content)
    return asked.hash_algorithm(HashAlgorithm.SHA256).build()


@pytest.mark.parametrize(
    "answers",
    [
        lambda made, other, content: (200, made.stamp(question(b"something else").as_bytes())),
        lambda made, other, content: (200, made.stamp(question(content).as_bytes())),  # of before
        lambda made, other, content: (200, other.stamp(question(content).as_bytes())),
        lambda made, other, content: (200, made.stamp(b"nonsense")),  # it says that it refuses
        lambda made, other, content: (200, b"nonsense"),
        lambda made, other, content: (200, b""),
        lambda made, other, content: (200, b"x" * 100_000),
        lambda made, other, content: (503, b""),
        lambda made, other, content: (302, b""),
    ],
    ids=["digest", "nonce", "signer", "refused", "nonsense", "empty", "long", "down", "moved"],
)
def test_what_is_no_answer_to_this_question_is_not_kept(
    client, released, authority, other, alice, answers
):
    authority.answers = answers(authority, other, released.read_bytes())
    stamp_releases()
    stamp = ReleaseStamp.objects.get()
    assert (stamp.stamped_at, bytes(stamp.response), stamp.authority) == (None, b"", "")
    assert stamp.problem
    assert client.get("/en/waves/W1/release.tsr").status_code == 404
    client.force_login(alice)
    assert "Release 1 has no time stamp yet" in desk_page(client)


@pytest.mark.parametrize("certificates", ["", "none.pem", "no.pem"])
def test_without_certificates_nothing_can_be_kept(
    released, authority, settings, tmp_path, certificates
):
    (tmp_path / "no.pem").write_text("no certificate")
    settings.TSA_CERTIFICATES = str(tmp_path / certificates) if certificates else ""
    stamp_releases()
    assert ReleaseStamp.objects.get().stamped_at is None
    assert not authority.asked


def test_a_damaged_file_is_not_stamped(released, authority):
    with KeptRelease.objects.get().file.open("ab") as file:
        file.write(b"more")
    stamp_releases()
    assert "not the file that was kept" in ReleaseStamp.objects.get().problem
    assert not authority.asked


def test_one_that_fails_keeps_no_other_waiting_for_good(released, published, authority, tmp_path):
    """Each run begins with the one that has waited longest since it was tried."""
    first = KeptRelease.objects.get()
    second = KeptRelease(
        wave=published, number=2, made_at=first.made_at, digest="0" * 64, size=1, file=first.file
    )
    second.save()
    for _run in range(3):
        stamp_releases()
    assert ReleaseStamp.objects.get(release=first).stamped_at
    assert ReleaseStamp.objects.get(release=second).problem


def test_another_file_another_authority_and_no_pair_are_refused(released, tsr, other, tmp_path):
    with pytest.raises(CommandError, match=r"release\.tsr: no stamp of this file"):
        verify(released, tsr, other.root)
    with pytest.raises(CommandError, match="no stamp of this file"):
        verify(released, tmp_path / "none.tsr", other.root)
    for alone in ("--stamp", "--certificates"):
        with pytest.raises(CommandError, match="go together"):
            call_command("verify_release", released, alone, str(tsr))


def test_no_changed_byte_says_anything_else(released, tsr, authority):
    """Some bytes are of the wrapping, which nobody signs: what the stamp says is not among them."""
    content, stamp, trusted = (
        released.read_bytes(),
        tsr.read_bytes(),
        certificates_in(authority.root),
    )
    true = stamped(content, stamp, trusted)
    refused = 0
    for place in range(len(stamp)):
        for bit in (1, 64):
            changed = bytearray(stamp)
            changed[place] ^= bit
            try:
                assert stamped(content, bytes(changed), trusted) == true, place
            except StampError:
                refused += 1
    assert refused > 1.9 * len(stamp)
    for end in range(0, len(stamp), 40):
        with pytest.raises(StampError):
            stamped(content, stamp[:end], trusted)
    assert content_of(KeptRelease.objects.get()) == content
