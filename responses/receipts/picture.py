"""The receipt as a picture to keep on a phone: both codes, what they are for, and the address."""

from __future__ import annotations

from io import BytesIO

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from responses.models import Response
from responses.receipts.private_code import private_code
from responses.receipts.receipt import address_of

WIDTH, MARGIN = 1080, 72  # pixels: a phone's screen
INK, QUIET, PAPER = 0, 90, 255
Line = tuple[str, int, int]
"""Text, its size in pixels, its shade of grey."""


def lines(response: Response) -> list[Line]:
    return [
        (_("Receipt of an answer"), 52, INK),
        (response.wave.title, 34, QUIET),
        (str(response.service), 34, QUIET),
        (_("Receipt code"), 34, QUIET),
        (response.receipt, 72, INK),
        (_("Private code, for you alone"), 34, QUIET),
        (private_code(response.receipt), 72, INK),
        (_("See or erase your answer with both codes at"), 34, QUIET),
        (settings.PUBLIC_URL.partition("://")[2] + "/receipt/", 34, INK),
    ]


def picture(response: Response) -> bytes:
    """A PNG in shades of grey."""
    code = BytesIO()
    segno.make(address_of(response.receipt), error="m", micro=False).save(
        code, kind="png", scale=9, border=4
    )
    qr = Image.open(code).convert("L")
    paper = Image.new("L", (WIDTH, 3 * WIDTH), PAPER)
    pen, top = ImageDraw.Draw(paper), MARGIN
    for text, size, shade in lines(response):
        font = _font(size)
        for row in _wrapped(text, font):
            pen.text((MARGIN, top), row, shade, font)
            top += size * 3 // 2
        top += size // 2
    paper.paste(qr, (MARGIN - 36, top))
    file = BytesIO()
    paper.crop((0, 0, WIDTH, top + qr.height + MARGIN // 2)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(finders.find("fonts/Sarabun-Regular.ttf")), size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Broken at spaces, as Thai is between phrases; what fits no line is cut with an ellipsis."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if font.getlength(longer) <= WIDTH - 2 * MARGIN:
            rows[-1] = longer
        else:
            rows.append(word)
    return [_shortened(row, font) for row in rows if row]


def _shortened(row: str, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(row) <= WIDTH - 2 * MARGIN:
        return row
    while font.getlength(row + "…") > WIDTH - 2 * MARGIN:
        row = row[:-1]
    return row + "…"
