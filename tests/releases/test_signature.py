"""What a signature proves: that whoever holds the platform's key made these figures."""

import hashlib
import json
import re
import subprocess
import sys
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from analytics.releases import keeping
from analytics.releases.reading import Release
from analytics.releases.signature import SIGNATURE, SUMS
from analytics.scoring.publication import publish
from responses.ledger import cosigning
from responses.ledger.notes import LOG, NoteError, Signer, Tree, Verifier
from tests.closing import close_wave
from tests.releases import second_verifier
from tests.releases.test_release import pack, parts_of

SEED = 2570
CHANGES = 1_000


@pytest.fixture
def government_with_more(government, send, answered):
    for _k in range(3):
        send(government.tax, government.online, 5)


@pytest.fixture
def released(settings, wave, government_with_more, tmp_path):
    settings.SIGN_RELEASES = True
    settings.PUBLIC_URL = "https://survey.example"
    publish(close_wave(wave))
    path = tmp_path / "release.zip"
    call_command("release", "W1", path, stdout=StringIO())
    return path


@pytest.fixture
def key(client, released) -> str:
    with translation.override("en"):
        return client.get("/log/key").content.decode().strip()


def verify(path, *more) -> str:
    told = StringIO()
    call_command("verify_release", path, *more, stdout=told)
    return told.getvalue()


def test_the_key_that_is_published_checks_it_without_a_database(released, key, django_db_blocker):
    with django_db_blocker.block():
        assert "The signature is that of survey.example." in verify(released, "--key", key)
        assert "signed by survey.example: give its --key" in verify(released)
    readme = parts_of(released)["README.md"].decode()
    assert "https://survey.example/log/key" in readme
    assert "not signed" not in readme


def test_a_second_reader_agrees(released, key):
    command = [sys.executable, second_verifier.__file__, str(released), key]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "No difference.\n"


def test_it_is_a_note_that_no_log_could_have_signed(released, key):
    note = parts_of(released)[SIGNATURE].decode()
    assert Verifier.read(key).time_of(note) == 0
    assert note.startswith("survey.example/release/W1/1\nSHA256SUMS\n")
    with pytest.raises(NoteError):
        Tree.read(note)


def test_without_a_key_it_says_plainly_that_it_is_not_signed(settings, wave, answered, tmp_path):
    settings.SIGN_RELEASES = False
    publish(close_wave(wave))
    path = tmp_path / "release.zip"
    call_command("release", "W1", path, stdout=StringIO())
    parts = parts_of(path)
    assert SIGNATURE not in parts
    assert "This release is not signed." in parts["README.md"].decode()
    assert json.loads(parts["wave.json"])["release"]["signed_by"] is None
    assert "It is not signed" in verify(path)
    key = str(cosigning.verifier())
    with pytest.raises(CommandError, match="SIGNATURE: it is not signed"):
        verify(path, "--key", key)
    assert list(second_verifier.faults(second_verifier.read(path), key))


def test_another_key_another_release_and_no_key_are_refused(released, key, tmp_path):
    other = Signer("survey.example", b"x" * 32)
    with pytest.raises(CommandError, match="another key’s"):
        verify(released, "--key", str(other.verifier(LOG)))
    elsewhere = Verifier("elsewhere.example", LOG, Verifier.read(key).key)
    with pytest.raises(CommandError, match="of something else"):
        verify(released, "--key", str(elsewhere))
    with pytest.raises(CommandError, match="no key that is known"):
        verify(released, "--key", "nonsense")
    # The signature of a first release says nothing of a second.
    parts = parts_of(released)
    wave = json.loads(parts["wave.json"])
    wave["release"]["number"] = 2
    renumbered = parts | {"wave.json": json.dumps(wave).encode()}
    path = pack(renumbered, tmp_path / "2.zip", listed=True)
    with pytest.raises(CommandError, match="of something else"):
        verify(path, "--key", key)
    for faults in (
        second_verifier.faults(second_verifier.read(released), str(other.verifier(LOG))),
        second_verifier.faults(second_verifier.read(path), key),
    ):
        assert any("SIGNATURE" in fault for fault in faults)


@pytest.mark.parametrize("damaged", [b"", b"\xff", b"no note", "text\n\n— name x\n".encode()])
def test_what_is_no_signature_is_refused(released, key, tmp_path, damaged):
    path = pack(parts_of(released) | {SIGNATURE: damaged}, tmp_path / "x.zip", listed=False)
    with pytest.raises(CommandError, match="SIGNATURE"):
        verify(path, "--key", key)


def test_each_of_1000_changed_digits_is_found(released, key, tmp_path):
    """In whatever number of whatever table: by the digests; and by the signature where whoever
    changed it has made the digests anew, and kept the signature or signed by themselves."""
    parts, random, known = parts_of(released), Random(SEED), Verifier.read(key)
    tables = [name for name in parts if name.startswith("data/") and name.endswith(".csv")]
    places = [
        (name, found.start() + offset)
        for name in tables
        for found in re.finditer(r"(?<=[,\n])-?\d+(\.\d+)?(e-?\d+)?(?=[,\n])", parts[name].decode())
        for offset, letter in enumerate(found.group())
        if letter.isdigit()
    ]
    assert len(places) > CHANGES
    cheat = Signer("survey.example", b"x" * 32)
    path, missed = tmp_path / "changed.zip", []
    for name, at in random.sample(places, CHANGES):
        text = parts[name].decode()
        digit = random.choice([each for each in "0123456789" if each != text[at]])
        changed = parts | {name: (text[:at] + digit + text[at + 1 :]).encode()}
        careless = Release.read(pack(changed, path, listed=False), known).changed
        kept = Release.read(pack(changed, path, listed=True), known).changed
        anew = changed | {SUMS: second_verifier.read(path)[SUMS]}
        origin = f"survey.example/release/W1/1\n{SUMS}\n{hashlib.sha256(anew[SUMS]).hexdigest()}\n"
        anew[SIGNATURE] = f"{origin}\n{cheat.sign(origin)}".encode()
        signed = Release.read(pack(anew, path, listed=False), known).changed
        if (
            [each.file for each in careless] != [name]
            or [each.file for each in kept] != [SIGNATURE]
            or [each.file for each in signed] != [SIGNATURE]
            or not list(second_verifier.signature_faults(anew, key))
        ):
            missed.append((name, at, digit))
    assert missed == [], f"seed {SEED}"


def test_a_correction_is_signed_too(released, key, wave, tmp_path, django_user_model):
    officer, colleague = (django_user_model.objects.create_user(name) for name in "ab")
    wave.refresh_from_db()
    keeping.approve(keeping.propose(wave, officer, "เหตุผล", "Reason").pk, colleague)
    path = tmp_path / "2.zip"
    call_command("release", "W1", path, stdout=StringIO())
    assert "The signature is that of survey.example." in verify(path, "--key", key)
    assert cosigning.host() == "survey.example"
