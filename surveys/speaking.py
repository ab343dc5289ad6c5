"""Pages in a further language: what the office worded, then what libraries bring, then English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import trans_real

from surveys.kinds.base import DOES_NOT_APPLY_WORDS
from surveys.kinds.rating import WORDS
from surveys.languages import ENGLISH, THAI
from surveys.models import Language, Questionnaire, Wave
from surveys.remembered import remembered
from surveys.translating import complete_in

NAMES = {THAI: "ไทย", ENGLISH: "English"}
ANSWERS = {word["en"] for word in [*WORDS, DOES_NOT_APPLY_WORDS]}


@remembered
def known() -> dict[str, Language]:
    """The further languages by their codes."""
    return {language.code: language for language in Language.objects.all()}


def own_name(code: str) -> str:
    """How its readers write the language; the code where nobody has named it."""
    further = known().get(code)
    return NAMES.get(code) or (further.name if further else code)


class _Phrases(trans_real.DjangoTranslation):
    """A catalogue whose first page the office writes. Django would fall back to Thai, its default;
    here a text that nobody has translated stays in English."""

    def _add_fallback(self, localedirs: Any = None) -> None:
        return None

    def _worded(self, english: str) -> str:
        language = known().get(self.to_language())
        return language.phrases.get(english, "") if language else ""

    def gettext(self, message: str) -> str:
        return self._worded(message) or super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._worded(msgid1 if n == 1 else msgid2) or super().ngettext(msgid1, msgid2, n)


def speak(code: str) -> None:
    """The language of the page from here on."""
    catalogues = trans_real._translations  # type: ignore[attr-defined]
    if code not in catalogues:
        catalogues[code] = _Phrases(code)
    translation.activate(code)


def known_to(questionnaire: Questionnaire) -> list[Language]:
    """The further languages of this version, whether it is complete in them or not."""
    return [each for code, each in known().items() if code in questionnaire.translations]


def languages_of(questionnaire: Questionnaire) -> list[Language]:
    """The further languages that citizens may choose: each question has its words in them, and so
    have the answers of a rating, or another scale would be answered."""
    if not questionnaire.translations:
        return []
    asked = list(questionnaire.questions.all())
    return [
        each
        for each in known_to(questionnaire)
        if each.phrases.keys() >= ANSWERS and complete_in(each.code, asked)
    ]


def spoken_in(wave: Wave) -> Sequence[Language]:
    """The further languages in which a wave may be answered: those of its core."""
    return _spoken(wave.questionnaire) if wave.questionnaire.translations else []


@remembered
def _spoken(questionnaire: Questionnaire) -> Sequence[Language]:
    return languages_of(questionnaire)


def worded_in(phrases: Iterable[str]) -> list[Language]:
    """The further languages that have words for each of these phrases."""
    return [each for each in known().values() if each.phrases.keys() >= set(phrases)]
