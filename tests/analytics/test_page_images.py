"""The pages of a paper look as somebody has looked at and approved.

Held against small pictures with a little tolerance, so that a block that has moved, a lost column
or another font shows, and the edges of letters in another version of the drawing program do not.
After a change that is meant: APPROVE=write pytest tests/analytics/test_page_images.py, then look at
tests/analytics/pages.
"""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops

from analytics.reporting.report import write_report
from analytics.scoring.scores import compute_scores
from responses.ledger import checkpoints
from surveys import clock
from tests.closing import close_wave

APPROVED = Path(__file__).parent / "pages"
DPI, PATCH = 36, 6
MOST = 14
"""By how many of 255 greys the mean of any patch of 6 × 6 points may differ: 4 mm on paper."""
REPORTS = [("nation", "th"), ("nation", "en"), ("agency", "th"), ("agency", "en")]


@pytest.fixture
def wednesday_noon():
    with clock.at(datetime(2024, 1, 31, 5, tzinfo=UTC)):
        yield


@pytest.fixture
def closed(wednesday_noon, wave, answered, monkeypatch):
    """With a root of its log that is not another one each time."""
    compute_scores(wave)
    root = SimpleNamespace(size=50, root="0123456789abcdef" * 4)
    monkeypatch.setattr(checkpoints, "sealed_or_latest", lambda wave: root)
    return close_wave(wave)


def drawn(pdf: bytes, folder: Path) -> Image.Image:
    """All pages side by side, in sixteen greys."""
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-", str(folder / "page")]
    subprocess.run(command, input=pdf, check=True)
    pages = [Image.open(path) for path in sorted(folder.glob("page*.png"))]
    sheet = Image.new("L", (sum(page.width for page in pages), pages[0].height), 255)
    left = 0
    for page in pages:
        sheet.paste(page, (left, 0))
        left += page.width
    return sheet.point(lambda grey: round(grey / 17) * 17)


def differs(one: Image.Image, other: Image.Image) -> list[tuple[int, int, int]]:
    """The patches (x, y in points of the picture, greys) in which they differ."""
    if one.size != other.size:
        return [(*one.size, 255), (*other.size, 255)]
    size = (one.width // PATCH, one.height // PATCH)
    small = [image.resize(size, Image.Resampling.BOX) for image in (one, other)]
    difference = ImageChops.difference(*small)
    pixels = difference.load()
    return [
        (x * PATCH, y * PATCH, pixels[x, y])
        for y in range(size[1])
        for x in range(size[0])
        if pixels[x, y] > MOST
    ]


@pytest.mark.parametrize(("scope", "language"), REPORTS)
def test_pages_look_as_approved(scope, language, closed, government, tmp_path):
    pdf = write_report(closed, government.dlt if scope == "agency" else None, language)
    sheet, approved = drawn(pdf, tmp_path), APPROVED / f"{scope}-{language}.png"
    if os.environ.get("APPROVE") == "write":
        APPROVED.mkdir(exist_ok=True)
        sheet.save(approved, optimize=True)
    assert differs(sheet, Image.open(approved).convert("L")) == []


@pytest.mark.parametrize(("scope", "language"), REPORTS)
def test_a_block_that_has_moved_is_noticed(scope, language):
    """Each strip of the pages, moved by two millimetres, unless little stands there."""
    sheet = Image.open(APPROVED / f"{scope}-{language}.png").convert("L")
    height, moved_by = 20, 3
    noticed = []
    for top in range(0, sheet.height - height - moved_by, height):
        strip = sheet.crop((0, top, sheet.width, top + height))
        if strip.getextrema()[0] > 100:
            continue
        moved = sheet.copy()
        moved.paste(strip, (0, top + moved_by))
        noticed.append(bool(differs(moved, sheet)))
    assert len(noticed) >= 10
    assert all(noticed)
