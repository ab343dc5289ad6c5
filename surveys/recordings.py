"""The overall question read aloud: what is taken, what citizens hear, what the seal says of it."""

from __future__ import annotations

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.models import Question, Questionnaire, Recording
from surveys.remembered import remembered
from surveys.translating import languages_in, words_of

LARGEST = 500_000


def kind_of_sound(sound: bytes) -> str:
    """By its first bytes, whatever its name says. Raise ValidationError for anything else."""
    if sound.startswith(b"ID3") or (sound[:1] == b"\xff" and sound[1:2] and _is_mp3(sound[1])):
        return "audio/mpeg"
    if sound.startswith(b"OggS"):
        return "audio/ogg"
    if sound[4:8] == b"ftyp":
        return "audio/mp4"
    raise ValidationError(_("This is no MP3, OGG or M4A file."))


def _is_mp3(second: int) -> bool:
    """The rest of the mark of a frame, of layer III: other formats have other layers or none."""
    return second & 0xE6 == 0xE2


def check_sound(sound: bytes) -> str:
    """Its kind. Raise ValidationError where it cannot be taken."""
    if len(sound) > LARGEST:
        raise ValidationError(_("This file is larger than 500 kB. Record it shorter, or in mono."))
    return kind_of_sound(sound)


def words_to_say(questionnaire: Questionnaire) -> dict[str, str]:
    """By language what the overall question says, where it says anything."""
    overall = questionnaire.questions.filter(is_overall=True).first()
    languages = languages_in(questionnaire) if overall else []
    said = {code: words_of(overall, "text", code) for code in languages} if overall else {}
    return {code: words for code, words in said.items() if words}


def keep_recording(recording: Recording, sound: bytes) -> None:
    """In place of the one before. Raise ValidationError, or FrozenError once a wave uses it."""
    recording.kind = check_sound(sound)
    recording.sound, recording.digest = sound, sha256(sound).hexdigest()
    recording.said = words_to_say(recording.questionnaire)[recording.language]
    for before in recording.questionnaire.recordings.filter(language=recording.language):
        before.delete()
    recording.save()


def sealed(questionnaire: Questionnaire) -> dict[str, str]:
    """The digests by language."""
    return dict(questionnaire.recordings.values_list("language", "digest"))


def heard(question: Question) -> str | None:
    """The digest of what citizens hear on a page in the language that is spoken."""
    return _heard(question.questionnaire_id, get_language() or "", question.text)


@remembered
def _heard(questionnaire: int, language: str, said: str) -> str | None:
    found = Recording.objects.filter(questionnaire=questionnaire, language=language, said=said)
    return found.values_list("digest", flat=True).first()
