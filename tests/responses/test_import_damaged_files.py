"""A wrong, damaged or hostile file is refused in words, whatever its name."""

import io
import random
import time
import zipfile

import pytest

from responses.importers import spss, xlsx
from responses.importers.detect import open_table
from surveys import workbooks
from surveys.csv_files import FileError
from tests.responses.sav import write_sav
from tests.responses.tables import COLUMNS, WRITERS, write_xlsx


def read(path):
    with open_table(path).open() as rows:
        return list(rows)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%\x00\x00", "none of the formats"),
        (b"a\x00\x01,b\n", "none of the formats"),
        ("\ufeffa,b".encode("utf-16-le"), "neither UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "none of the formats"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file or is locked"),
        (b"PK\x03\x04 nothing more", "damaged"),
        (b"PAR1 nothing more", "damaged"),
        (b"$FL2 nothing more", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, content, says):
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=says):
        read(path)


def test_messages_name_the_file_and_not_its_folder(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(b"")
    with pytest.raises(FileError) as refused:
        read(path)
    assert str(tmp_path) not in str(refused.value)


def test_another_archive_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "f", "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(FileError, match="not an Excel workbook"):
        read(tmp_path / "f")


@pytest.mark.parametrize("kind", WRITERS)
def test_damage_is_an_error_in_words_or_nothing_at_all(tmp_path, kind):
    whole = WRITERS[kind](tmp_path / "whole").read_bytes()
    draw = random.Random(1)
    for trial in range(60):
        raw = bytearray(whole)
        if trial % 2:
            raw = raw[: draw.randrange(4, len(raw))]
        else:
            for _flip in range(8):
                raw[draw.randrange(4, len(raw))] = draw.randrange(256)
        (tmp_path / "f").write_bytes(raw)
        try:
            read(tmp_path / "f")
        except FileError as error:
            assert str(error)  # noqa: PT017


TEXTS = (
    b'<Override PartName="/xl/texts" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def rewrite(path, old: bytes, new: bytes) -> None:
    """The same archive with something replaced in each of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new))


def bomb(megabytes: int) -> bytes:
    """A workbook whose sheet is blanks, a thousand times smaller packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _megabyte in range(megabytes):
                sheet.write(b" " * (1 << 20))
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "load_workbook", None)
    (tmp_path / "f").write_bytes(bomb(16))
    with pytest.raises(FileError, match="far too large"):
        read(tmp_path / "f")


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("UNPACKED_LIMIT", 1000),
        ("PARTS_LIMIT", 3),
        ("TEXTS_LIMIT", 10),
        ("STYLES_LIMIT", 10),
        ("ABOUT_LIMIT", 10),
    ],
)
def test_each_limit_holds(tmp_path, monkeypatch, limit, value):
    path = write_xlsx(tmp_path / "f", COLUMNS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/texts", "x" * 100)
    rewrite(path, b"</Types>", TEXTS + b"</Types>")
    xlsx._check_parts(path)
    monkeypatch.setattr(xlsx, limit, value)
    with pytest.raises(FileError, match=r"far too large|damaged"):
        read(path)


def test_entities_do_not_expand(tmp_path):
    path = write_xlsx(tmp_path / "f", COLUMNS)
    rewrite(path, b"<worksheet ", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet ')
    with pytest.raises(FileError, match="damaged"):
        read(tmp_path / "f")


def test_too_many_columns_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "COLUMNS_LIMIT", 3)
    with pytest.raises(FileError, match="more than 3 columns"):
        read(write_xlsx(tmp_path / "f", COLUMNS))


SHEET = "xl/worksheets/sheet1.xml"
FAR = [
    ('<row r="2"', '<row r="1000000000000"'),
    ('<row r="2"', '<row r="1e12"'),
    ('<row r="3"', '<row r="1"'),
    ('<row r="2"', '<row r="-7"'),
    ('<row r="2"', '<row r="1048577"'),
    ('r="A2"', 'r="ZZZ2"'),
]


def with_sheet(path, change):
    """The workbook with its sheet changed, packed small."""
    with zipfile.ZipFile(write_xlsx(path, COLUMNS)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts[SHEET] = change(parts[SHEET])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(("old", "new"), FAR)
def test_cells_where_no_spreadsheet_has_any_are_refused_at_once(tmp_path, old, new):
    path = with_sheet(tmp_path / "f", lambda sheet: sheet.replace(old, new, 1))
    began = time.process_time()
    with pytest.raises(FileError, match="where no spreadsheet can have any"):
        read(path)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("column", ["AAAAAAAA2", "2", "A", "A99999999999999999999"])
def test_places_that_are_none_are_damage(tmp_path, column):
    path = with_sheet(tmp_path / "f", lambda sheet: sheet.replace('r="A2"', f'r="{column}"'))
    try:
        assert len(read(path)) <= 3
    except FileError as error:
        assert str(error)  # noqa: PT017


def test_a_gap_between_rows_keeps_their_numbers(tmp_path):
    path = with_sheet(
        tmp_path / "f",
        lambda sheet: sheet.replace('<row r="4"', '<row r="1048576"').replace('4"', '1048576"'),
    )
    assert [number for number, _cells in read(path)] == [2, 3, 1_048_576]


@pytest.mark.parametrize("size", ["A1:F1000000000000", "A1:ZZZ9"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path, size):
    path = with_sheet(
        tmp_path / "f",
        lambda sheet: sheet.replace('<dimension ref="A1:F4"', f'<dimension ref="{size}"'),
    )
    assert len(read(path)) == 3
    assert open_table(path).size <= 1_048_576


def test_a_row_is_no_longer_than_memory_allows(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "BYTES_BETWEEN_ROWS", 200_000)
    path = with_sheet(
        tmp_path / "f", lambda sheet: sheet.replace("</row>", "<c/>" * 200_000 + "</row>", 1)
    )
    with pytest.raises(FileError, match="where no spreadsheet can have any"):
        read(path)


def test_many_texts_of_no_length_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MARKS_LIMIT", 10_000)
    monkeypatch.setattr(xlsx, "load_workbook", None)
    path = write_xlsx(tmp_path / "f", COLUMNS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/texts", "<si/>" * 10_001)
    rewrite(path, b"</Types>", TEXTS + b"</Types>")
    with pytest.raises(FileError, match="far too large"):
        read(path)


def test_spss_has_its_bounds(tmp_path, monkeypatch):
    path = write_sav(tmp_path / "f", COLUMNS)
    whole = read(path)
    monkeypatch.setattr(spss, "BATCH_BYTES", 1)
    with open_table(path).open() as rows:
        assert rows._at_once == 1
        assert list(rows) == whole
    monkeypatch.setattr(spss, "UNPACKED", 1)
    with pytest.raises(FileError, match="far too large"):
        read(path)
    monkeypatch.setattr(spss, "COLUMNS_LIMIT", 3)
    with pytest.raises(FileError, match="more than 3 columns"):
        read(path)
