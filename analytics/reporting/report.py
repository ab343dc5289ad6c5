"""The report of a wave as a PDF: the nation's, or one agency's."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils import translation

from analytics.reporting.content import gather
from analytics.reporting.pdf import render_pdf
from surveys.models import Agency, Wave
from surveys.thai_text import thai_digits as to_thai_digits


def _no_step(step: int) -> None:
    pass


def write_report(
    wave: Wave,
    agency: Agency | None = None,
    language: str = "th",
    *,
    thai_digits: bool = False,
    on_step: Callable[[int], None] = _no_step,
) -> bytes:
    """The PDF for the nation, or for `agency` and what is below it.

    Reads stored scores and computes none. `on_step` is told 1 when these are gathered, 2 when the
    document is written, 3 when its pages are laid out, 4 when it is ready to be stored.
    Raises ValueError where the wave has no overall score for the scope.
    """
    with translation.override(language):
        content = gather(wave, agency)
        if thai_digits:
            content["running"] = to_thai_digits(content["running"])
        on_step(1)
        content |= {"language": language, "thai_digits": thai_digits, "printed": True}
        html: str = render_to_string("report/report.html", content)
    if thai_digits:
        html = with_thai_digits(html)
    on_step(2)
    pdf = render_pdf(html, on_laid_out=lambda: on_step(3))
    on_step(4)
    return pdf


# What is no text of the document, or must stay as it is.
_MARKUP = re.compile(r"(<(style|svg)\b.*?</\2>|<[^>]*>|&#?\w+;)", re.DOTALL)
_LATIN = re.compile(r"<(\w+)[^>]*\bclass=\"[^\"]*\blatin\b")


def with_thai_digits(html: str) -> str:
    """The document with ๐–๙ in its text; addresses and codes (class "latin") stay as they are.

    So do attributes; report-thai-digits.css numbers the pages.
    """
    written: list[str] = []
    latin, at = "", 0
    for markup in _MARKUP.finditer(html):
        text = html[at : markup.start()]
        written += [text if latin else to_thai_digits(text), markup[0]]
        at = markup.end()
        if latin:
            latin = "" if markup[0] == f"</{latin}>" else latin
        elif opened := _LATIN.match(markup[0]):
            latin = opened[1]
    return "".join([*written, to_thai_digits(html[at:])])
