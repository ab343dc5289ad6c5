"""Thai and English beside each other."""

from django.utils.translation import get_language


def in_language(thai: str, english: str) -> str:
    """The text in the language of the page; Thai where English is missing."""
    return english if english and get_language() == "en" else thai
