"""HTML to a tagged PDF whose Thai can be searched and heard, with nothing from the network."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pydyf
import weasyprint.draw.text
import weasyprint.pdf.stream
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import HTML
from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from analytics.reporting.pdf_fonts import sarabun, text_of_glyphs
from analytics.reporting.pdf_tags import finish

# The document's own address. The name can belong to nobody, and nothing is looked up.
BASE_URL = "https://product.invalid/"

OPTIONS = {"pdf_variant": "pdf/ua-1"}


class OnlyOfTheDocument(logging.Filter):
    """Drops what is said of style rules made for screens: the same stylesheets dress the pages."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(
            ("Ignored", "Invalid media type", "Expected a media type", "Unknown rule")
        )


logging.getLogger("weasyprint").addFilter(OnlyOfTheDocument())
for chatty in ("weasyprint.progress", "fontTools"):
    logging.getLogger(chatty).setLevel(logging.WARNING)


class RefusedAddressError(ValueError):
    """The document asked for something that is not the product's own static file."""


class StaticFiles(URLFetcher):
    """Serves the product's static files, and nothing else from anywhere."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if not url.startswith(BASE_URL):
            raise RefusedAddressError(f"a report cannot load {url}")
        name = unquote(urlsplit(url).path).lstrip("/")
        if Path(name).parent == Path("fonts") and name.endswith(".ttf"):
            content = sarabun(Path(name).name)
        else:
            path = finders.find(name)
            if not isinstance(path, str):
                raise RefusedAddressError(f"no static file {name}")
            content = Path(path).read_bytes()
        kind = guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, content, {"Content-Type": kind})


def render_pdf(html: str, *, on_laid_out: Callable[[], None] = lambda: None) -> bytes:
    """The document as PDF/UA-1. Language and title are those of the HTML.

    Raises RefusedAddressError where a part of it is missing or is not the product's own: a report
    without its font or its chart is no report.
    """
    weasyprint.pdf.stream.Font = ThaiFont
    weasyprint.draw.text.draw_first_line = draw_line_with_its_text
    files = StaticFiles(fail_on_errors=True)
    try:
        document = HTML(string=html, base_url=BASE_URL, url_fetcher=files).render(
            font_config=FontConfiguration(), **OPTIONS
        )
        on_laid_out()
        pdf: bytes = document.write_pdf(finisher=finish, **OPTIONS)
        return pdf
    except FatalURLFetchingError as error:
        raise RefusedAddressError(str(error.__cause__ or error)) from error


class GlyphText(dict[int, str]):
    """What each used glyph says to a reader of the PDF; `known` goes before what is guessed."""

    def __init__(self, known: dict[int, str]) -> None:
        super().__init__()
        self.known = known

    def __setitem__(self, glyph: int, guessed: str) -> None:
        super().__setitem__(glyph, self.known.get(glyph, guessed))


class ThaiFont(Font):
    """A font of the PDF in which Thai glyphs keep their own text.

    WeasyPrint takes a glyph's text from the first cluster it is met in, and in a cluster of
    several glyphs (น้ำ) cannot tell which says what.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        font = TTFont(BytesIO(self.file_content), fontNumber=self.index, lazy=True)
        self.to_unicode = GlyphText(text_of_glyphs(font))


_draw_line = weasyprint.draw.text.draw_first_line
_THAI_MARK = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]")


def draw_line_with_its_text(stream: Any, textbox: Any, *how: Any) -> Any:
    """Draw a line as WeasyPrint does, its text beside it where it has Thai marks.

    Readers that know /ActualText (Poppler, PDFium, Acrobat) then need not guess from the places
    of marks which letter they belong to, nor where a word ends.
    """
    if not _THAI_MARK.search(textbox.text):
        return _draw_line(stream, textbox, *how)
    text = pydyf.Dictionary({"ActualText": pydyf.String(textbox.text)})
    stream.begin_marked_content("Span", text)
    drawn = _draw_line(stream, textbox, *how)
    stream.end_marked_content()
    return drawn
