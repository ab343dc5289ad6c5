"""The question read aloud: who hands it in, what is taken, that it stays once citizens hear it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.models import Act, FrozenError, Recording
from surveys.recordings import LARGEST, keep_recording
from surveys.versions import new_version
from surveys.waves import broken_seals, open_wave, questionnaire_digest
from tests.sounds import M4A, OGG, SILENCE


@pytest.fixture
def hand_in(client, officer, questionnaire):
    """`hand_in(sound)`: the page that answers."""
    client.force_login(officer)

    def sent(sound: bytes = SILENCE, language: str = "th", name: str = "q.mp3", **other) -> str:
        address = re.sub("^/th/", "/en/", reverse("setup:recordings", args=[questionnaire.pk]))
        data = {"language": language, "made_by": "Malee", "licence": "CC0", **other}
        file = SimpleUploadedFile(name, sound)
        answer = client.post(address, data | {"file": file}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    return sent


@pytest.fixture
def take_out(client):
    return lambda questionnaire: client.post(
        reverse("setup:take_out_recording", args=[questionnaire.pk, "th"])
    )


def heard_on(client, entry, query="") -> str | None:
    found = re.search(
        r'src="/sound/(\w+)/"', client.get(f"/s/{entry.slug}/{query}").content.decode()
    )
    return found and found[1]


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (SILENCE, "audio/mpeg"),
        (b"ID3\x04" + bytes(60), "audio/mpeg"),
        (OGG, "audio/ogg"),
        (M4A, "audio/mp4"),
    ],
)
def test_its_kind_is_told_by_its_bytes(hand_in, questionnaire, client, sound, kind):
    assert "Malee" in hand_in(sound, name="page.html")
    digest = questionnaire.recordings.get().digest
    client.logout()
    served = client.get(f"/sound/{digest}/")
    assert (served.content, served["Content-Type"]) == (sound, kind)
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served["Cache-Control"]


@pytest.mark.parametrize(
    "sound",
    [
        b"<html><script>",
        b"RIFF\0\0\0\0WAVE",
        b"\xff",
        b"\xff\xf1\x50\x80" + bytes(60),  # AAC without a container
        b"\xff\xfe<\0h\0t\0",  # a text in UTF-16
    ],
)
def test_anything_else_is_refused(hand_in, questionnaire, sound):
    assert "no MP3, OGG or M4A" in hand_in(sound)
    assert not questionnaire.recordings.exists()


@pytest.mark.parametrize("size", [LARGEST, LARGEST + 1])
def test_it_is_no_larger_than_a_phone_can_load(hand_in, questionnaire, size):
    page = hand_in(SILENCE + bytes(size - len(SILENCE)))
    assert ("larger than 500 kB" in page) == (size > LARGEST)
    assert questionnaire.recordings.exists() == (size <= LARGEST)


@pytest.mark.parametrize("missing", ["made_by", "licence"])
def test_nobody_hands_one_in_without_saying_whose_it_is(hand_in, questionnaire, missing):
    hand_in(**{missing: " "})
    assert not questionnaire.recordings.exists()


def test_a_new_one_takes_the_place_of_the_one_before(hand_in, take_out, questionnaire):
    hand_in()
    hand_in(OGG)
    hand_in(M4A, "en")
    assert dict(questionnaire.recordings.values_list("language", "kind")) == {
        "th": "audio/ogg",
        "en": "audio/mp4",
    }
    take_out(questionnaire)
    assert [each.language for each in questionnaire.recordings.all()] == ["en"]
    changed = Act.objects.filter(what=Act.What.CHANGE, kind="questionnaire")
    assert sorted(act.detail["recording"] for act in changed) == ["en", "th", "th", "th"]


def test_a_language_without_words_has_none(hand_in, questionnaire):
    hand_in(language="ms")
    assert not questionnaire.recordings.exists()


def test_citizens_hear_it_in_their_language_and_it_can_no_longer_change(
    hand_in, take_out, client, draft, questionnaire, licence_counter
):
    hand_in()
    before = questionnaire.recordings.get()
    wave = open_wave(draft)
    assert heard_on(client, licence_counter) == before.digest
    assert heard_on(client, licence_counter, "?lang=en") is None
    assert "cannot change" in hand_in(OGG)
    take_out(questionnaire)
    assert questionnaire.recordings.get() == before
    with pytest.raises(FrozenError):
        before.delete()
    with pytest.raises(FrozenError):
        keep_recording(Recording(questionnaire=questionnaire, language="en"), OGG)
    assert broken_seals(wave) == []
    Recording.objects.update(digest="0" * 64)
    assert broken_seals(wave) == ["questionnaire"]


def test_seals_from_before_there_were_recordings_stay(hand_in, take_out, questionnaire):
    before = questionnaire_digest(questionnaire)
    hand_in()
    assert questionnaire_digest(questionnaire) != before
    take_out(questionnaire)
    assert questionnaire_digest(questionnaire) == before


def test_a_question_that_says_something_else_is_not_read_out(
    hand_in, client, draft, questionnaire, licence_counter
):
    hand_in()
    overall = questionnaire.questions.get(is_overall=True)
    overall.text_th = "อีกคำถาม"
    overall.save()
    page = client.get(re.sub("^/th/", "/en/", reverse("setup:recordings", args=[questionnaire.pk])))
    assert "says something else now" in page.content.decode()
    open_wave(draft)
    assert heard_on(client, licence_counter) is None


def test_the_next_version_has_it_too(hand_in, questionnaire):
    hand_in()
    copied = new_version(questionnaire)
    assert copied.recordings.get().digest == questionnaire.recordings.get().digest
    assert questionnaire_digest(copied) == questionnaire_digest(questionnaire)


@pytest.mark.parametrize("user", ["bob", None])
def test_only_the_office_hands_it_in(client, questionnaire, request, user):
    if user:
        client.force_login(request.getfixturevalue(user))
    for name, args in (("recordings", []), ("take_out_recording", ["th"])):
        answer = client.post(reverse(f"setup:{name}", args=[questionnaire.pk, *args]))
        assert answer.status_code in (302, 403)
    assert not Recording.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-1", 206, slice(0, 2)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-100", 206, slice(-100, None)),
        ("bytes=0-999999", 206, slice(0, None)),
        ("bytes=-999999", 206, slice(0, None)),
        ("bytes=999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-1", 416, None),
        ("bytes=-", 200, slice(0, None)),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
    ],
)
def test_browsers_get_the_part_that_they_ask_for(
    hand_in, client, questionnaire, wanted, status, part
):
    hand_in()
    digest = questionnaire.recordings.get().digest
    served = client.get(f"/sound/{digest}/", HTTP_RANGE=wanted)
    assert served.status_code == status
    assert served.content == (SILENCE[part] if part else b"")
    if status == 206:
        start, stop, _step = part.indices(len(SILENCE))
        assert served["Content-Range"] == f"bytes {start}-{stop - 1}/{len(SILENCE)}"
    assert client.get("/sound/nothing/").status_code == 404
