"""Thai and English stand beside each other; words in further languages are data of the office."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext

THAI, ENGLISH = "th", "en"
OWN = (THAI, ENGLISH)
"""The languages of every page. A further one is a Language that a questionnaire has words in."""


def in_language(thai: str, english: str) -> str:
    """The text in the language of the page, in a further one as the office words it; English where
    that is missing, and Thai where English is."""
    language = get_language()
    if language in (THAI, None) or not english:
        return thai
    return english if language == ENGLISH else gettext(english)


def translated(thai: str, english: str, further: Mapping[str, str]) -> str:
    """The text of a question; `further` has its words by language."""
    return further.get(get_language() or "") or in_language(thai, english)


def language_of(thai: str, english: str, further: Mapping[str, str] | None = None) -> str:
    """In which language these words are shown where it is not the page's: for `lang`."""
    language = get_language() or ENGLISH
    if language == THAI or (further or {}).get(language):
        return ""
    if not english:
        return THAI
    return "" if language == ENGLISH or gettext(english) != english else ENGLISH
