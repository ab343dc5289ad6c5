"""SDMX, Croissant and DDI: each read by a library of its kind, with the values of the tables."""

import csv
import json
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import mlcroissant
import pandas as pd
import pytest
from lxml import etree
from pysdmx.errors import Invalid
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.model import DataStructureDefinition

from surveys.models import Agency
from tests.releases.test_release import parts_of, rows_of

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own

SCHEMA = __file__.replace("test_further_descriptions.py", "ddi-codebook-2.5.1.zip")
"""As the DDI Alliance published it (LGPL 3 or later), with its licence."""


DAYS = re.compile(r"2020-01-01/P(\d+)D")


@pytest.fixture
def folder(released, tmp_path):
    ZipFile(released).extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def in_sdmx(row: dict[str, str]) -> dict[str, str]:
    """A row of scores.csv under its names in SDMX."""
    place = {name: row[name].replace(".", "@") or "_T" for name in ("agency", "service", "channel")}
    told = {name.upper(): value for name, value in (row | place).items()}
    suppressed = told.pop("SUPPRESSED") == "true"
    return told | {"OBS_VALUE": told.pop("ESTIMATE"), "OBS_STATUS": "Q" if suppressed else "A"}


def test_the_structure_is_valid_and_names_every_code(released, folder):
    message = read_sdmx(folder / "sdmx" / "structure.json", validate=True)
    (structure,) = (
        each for each in message.structures if isinstance(each, DataStructureDefinition)
    )
    codes = {each.id: each for each in structure.components["AGENCY"].local_codes.items}
    assert codes["_T"].name == "All"
    for agency in Agency.objects.all():
        assert codes[agency.code.replace(".", "@")].name == agency.name_en
    assert structure.components["N"].local_dtype == "Integer"


def test_a_structure_that_is_none_is_refused(folder):
    path = folder / "sdmx" / "structure.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    del told["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"]
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(Invalid):
        read_sdmx(path, validate=True)


def test_sdmx_has_the_same_figures(published, released, folder):
    (dataset,) = get_datasets(
        folder / "sdmx" / "data.csv", folder / "sdmx" / "structure.json", validate=True
    )
    assert dataset.short_urn == "DataStructure=OPDC:SATISFACTION(1.0)"
    known = {each.id for each in dataset.structure.components}
    expected = [in_sdmx(row) for row in rows_of(parts_of(released))]
    last = date(2020, 1, 1) + timedelta(days=int(DAYS.fullmatch(dataset.data["TIME_PERIOD"][0])[1]))
    assert last == published.ends_on + timedelta(days=1)
    period = {"TIME_PERIOD": dataset.data["TIME_PERIOD"][0]}
    read = dataset.data.to_dict("records")
    assert len(read) == len(expected) > 0
    for given, row in zip(read, expected, strict=True):
        row |= period
        assert set(given) <= known
        assert {name for name, text in row.items() if text} <= set(given)
        for name, value in given.items():
            assert same(value, row[name]), (name, value, row[name])


def same(value, text: str) -> bool:
    """The libraries have no whole numbers in a column with gaps, and bytes for texts."""
    if not text or pd.isna(value):
        return not text and (value == "" or pd.isna(value))
    written = value.decode() if isinstance(value, bytes) else str(value)
    try:
        return float(written) == float(text)
    except ValueError:
        return written.lower() == text.lower()


def test_croissant_is_valid_and_gives_the_same_records(folder):
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    sets = {each.id for each in dataset.metadata.record_sets}
    assert sets == {"scores", "frame", "agencies", "services", "channels", "fieldwork"}
    for name in sets:
        path = folder / "data" / f"{name}.csv"
        rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))
        records = list(dataset.records(name))
        assert len(records) == len(rows)
        assert rows or name == "fieldwork"  # nobody was drawn
        for record, row in zip(records, rows, strict=True):
            for column, text in row.items():
                assert same(record[f"{name}/{column}"], text), (name, column)


def test_croissant_finds_what_is_not_described(folder):
    path = folder / "croissant.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "none.csv"
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(jsonld=path)


@pytest.fixture(scope="module")
def codebook_schema(tmp_path_factory) -> etree.XMLSchema:
    folder = tmp_path_factory.mktemp("ddi")
    ZipFile(SCHEMA).extractall(folder)
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(folder / "schemas" / "codebook.xsd", parser))


def test_the_codebook_is_valid_and_has_every_question(published, released, codebook_schema):
    content = parts_of(released)["questionnaire/codebook.xml"]
    book = etree.parse(BytesIO(content))
    codebook_schema.assertValid(book)
    ddi = {"d": "ddi:codebook:2_5"}
    asked = list(published.questionnaire.questions.order_by("position", "code"))
    assert book.xpath("//d:var/@name", namespaces=ddi) == [each.code for each in asked]
    for question in asked:
        (text,) = book.xpath(
            "//d:var[@name=$name]/d:qstn/d:qstnLit[@xml:lang='th']/text()",
            name=question.code,
            namespaces=ddi,
        )
        assert text == question.text_th
    overall = next(each.code for each in asked if each.is_overall)
    codes = book.xpath(
        "//d:var[@name=$name]/d:catgry/d:catValu/text()", name=overall, namespaces=ddi
    )
    assert codes == ["5", "4", "3", "2", "1"]
    assert b"<catValu>5</catValu>" in content


def test_a_codebook_that_is_none_is_refused(released, codebook_schema):
    content = parts_of(released)["questionnaire/codebook.xml"]
    wrong = etree.parse(BytesIO(content.replace(b"catValu", b"catValue")))
    assert not codebook_schema.validate(wrong)
