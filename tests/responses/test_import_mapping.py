"""A mapping or a file that cannot be used stops the import with a message that names the fault."""

import re

import pytest
from django.core.management import CommandError, call_command

from responses.importers.layout import Layout
from responses.importers.mapping import ColumnMapping
from responses.importers.mapping_toml import SHIPPED, load_mapping
from responses.models import Response
from tests.closing import close_wave
from tests.responses.conftest import MAPPING

ROW = "1,2024-01-31,DLT-1,counter,5,"


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.toml")))
def test_shipped_mappings_are_found_by_name(name):
    assert load_mapping(name).wave.code


def test_every_entry_and_every_shipped_mapping_is_documented():
    documented = (SHIPPED / "README.md").read_text(encoding="utf-8")
    entries = {*ColumnMapping.__dataclass_fields__, *Layout.__dataclass_fields__} - {"layout"}
    for entry in entries:
        assert re.search(rf"`{entry}[`.]|`{entry} =", documented), entry
    for path in SHIPPED.glob("*.toml"):
        assert f"| `{path.stem}` |" in documented


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("source = ", "is not TOML"),
        ("", "“source” is missing"),
        ('source = "x"\nservice.code = "a"', "“channel” is missing"),
        (MAPPING + "\n[extra]\n", "unknown entry “extra”"),
        (MAPPING.replace("[service]\ncode", "[service]\nkode"), "unknown entry “service.kode”"),
        (MAPPING.replace('"rating" }', '"rating", kind = "stars" }'), "“answers.OV.kind” must be"),
        (MAPPING.replace('key = ["id"]', "key = 5"), "“key” must be a list of texts"),
        (MAPPING.replace('{ column = "date" }', "{ colum = 1 }"), "unknown entry “time.colum”"),
        (MAPPING.replace('{ column = "date" }', "{ }"), "“time.column” is missing"),
        ('encounters = "some"\n' + MAPPING, "“encounters” can only be “rows”"),
        ('delimiter = "ab"\n' + MAPPING, "“delimiter” must be one character"),
        (MAPPING + '\n[wave]\nstarts_on = "soon"', "“wave.starts_on” must be a date"),
        (MAPPING + "\n[wave]\nmethod = { target = 3 }", "“wave.method”"),
        (MAPPING + "\n[wave]\nmethod = { size = 3 }", "“wave.method”.*size"),
        (MAPPING.replace('"rating" }', '"stars" }'), "“stars” is missing. The file has: id, date"),
        (MAPPING.replace("OV =", "Q9 ="), "has no question Q9 of kind"),
        (MAPPING.replace(', kind = "text"', ""), "has no question D7 of kind"),
    ],
)
def test_faults_are_named(wave, import_rows, mapping, says):
    with pytest.raises(CommandError, match=says):
        import_rows(ROW, mapping=mapping)
    assert not Response.objects.exists()


def test_an_unknown_mapping_lists_the_shipped_ones(english, write):
    with pytest.raises(CommandError, match=r"Shipped mappings: .*traffy"):
        call_command("import_responses", write("a", "1"), mapping="nothing")


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "is empty"), (b"\n", "no header"), (b"\xff\xfei\x00", "neither")]
)
def test_files_that_cannot_be_read(wave, import_rows, tmp_path, content, says):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=says):
        import_rows(file=path)
    with pytest.raises(CommandError, match="cannot be opened"):
        import_rows(file=tmp_path / "absent.csv")


def test_a_wave_that_is_not_open_takes_nothing(wave, import_rows):
    close_wave(wave)
    with pytest.raises(CommandError, match="not open"):
        import_rows(ROW)


def test_an_unknown_wave_is_named(wave, import_rows):
    with pytest.raises(CommandError, match="no wave W2"):
        import_rows(ROW, wave="W2")
    with pytest.raises(CommandError, match="Name the wave"):
        import_rows(ROW, wave="")


def test_a_wave_closed_meanwhile_keeps_what_came_before(wave, import_rows, monkeypatch):
    from responses.importers import importing

    monkeypatch.setattr(importing, "CHUNK", 1)
    store = importing._Import._store

    def close_after_first(self, *given):
        store(self, *given)
        wave.refresh_from_db()
        if wave.state == "open":
            close_wave(wave)

    monkeypatch.setattr(importing._Import, "_store", close_after_first)
    with pytest.raises(CommandError, match="has closed"):
        import_rows(ROW, "2" + ROW[1:])
    assert Response.objects.count() == 1
