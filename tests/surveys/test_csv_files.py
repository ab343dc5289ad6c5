import codecs

import pytest

from surveys.csv_files import CsvFile, CsvReport, FileError, harmless


def read(path):
    with CsvFile.inspect(path).open() as rows:
        return rows.header, list(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_thai_is_read_in_each_encoding(write, encoding):
    path = write("ช่องทาง,คะแนน", "เคาน์เตอร์,๕", encoding=encoding)
    assert read(path) == (["ช่องทาง", "คะแนน"], [(2, ["เคาน์เตอร์", "๕"])])


def test_utf8_cut_between_two_blocks_is_still_utf8(write, monkeypatch):
    monkeypatch.setattr("surveys.csv_files._BLOCK", 1)
    assert CsvFile.inspect(write("ก,ข")).encoding == "utf-8-sig"


def test_rows_have_the_numbers_of_a_spreadsheet(write):
    path = write("a,b", "1,2", "", '"two', 'lines",4', ",", "5,6")
    assert [number for number, _row in read(path)[1]] == [2, 4, 6]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "no header"),
        (codecs.BOM_UTF16_LE + "a,b".encode("utf-16-le"), "neither UTF-8"),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path, english, content, says):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=says):
        read(path)


def test_a_quote_left_open_is_named_with_its_row(write, english):
    path = write("a,b", "1,2", '3,"' + "x" * 17_000_000)
    with pytest.raises(FileError, match=r"Row 3 .* quote left open"):
        read(path)


def test_columns_are_found_by_name_once(write, english):
    with CsvFile.inspect(write("a,b,b", "1,2,3")).open() as rows:
        assert rows.column("a") == 0
        with pytest.raises(FileError, match="more than once"):
            rows.column("b")
        with pytest.raises(FileError, match="“c” is missing"):
            rows.column("c")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=x"])
def test_formulas_become_text(cell):
    assert harmless(cell) == "'" + cell


def test_reports_open_in_excel(tmp_path):
    path = tmp_path / "report.csv"
    report = CsvReport(path, ["row", "why"])
    report.write([1, "=HYPERLINK(1)"])
    report.close()
    assert path.read_bytes() == codecs.BOM_UTF8 + b"row,why\r\n1,'=HYPERLINK(1)\r\n"
