"""Each description of a release is read by a library of its kind, which finds a planted fault."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import csvw
import frictionless
import pytest
from django.core.management import call_command
from pyarrow import parquet
from rdflib import DCTERMS, FOAF, RDF, Graph, Literal, Namespace

from analytics.models import Score
from analytics.releases import keeping
from analytics.scoring.publication import publish
from tests.closing import close_wave

DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib knows an older one
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own


@pytest.fixture(autouse=True)
def limit_of_the_product():
    """Frictionless lets every reader in the process take fields of any length."""
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


@pytest.fixture
def folder(wave, answered, settings, tmp_path):
    settings.PUBLIC_URL = "https://survey.example"
    publish(close_wave(wave))
    return unpacked(tmp_path)


def unpacked(tmp_path, number=1):
    call_command("release", "W1", tmp_path / "w1.zip", stdout=StringIO())
    folder = tmp_path / str(number)
    ZipFile(tmp_path / "w1.zip").extractall(folder)
    return folder


@pytest.fixture
def corrected(folder, wave, tmp_path, django_user_model):
    officer, colleague = (django_user_model.objects.create_user(name) for name in "ab")
    wave.refresh_from_db()
    keeping.approve(keeping.propose(wave, officer, "เหตุผล", "Reason").pk, colleague)
    return unpacked(tmp_path, 2)


def plant(folder, name: str, column: str, value: str, row: int = 0) -> None:
    """Another value in one cell of a table."""
    path = folder / "data" / name
    rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def frictionless_faults(folder) -> list[str]:
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return [error.type for task in report.tasks for error in task.errors] + [
        error.type for error in report.errors
    ]


def csvw_faults(folder) -> list[str]:
    """It raises what it finds first, or notes it."""
    found = csvw.CSVW(str(folder / "csv-metadata.json"), validate=True)
    try:
        return [] if found.is_valid else ["invalid"]
    except (ValueError, UserWarning) as fault:
        return [str(fault)]


def test_frictionless_reads_it(folder, corrected):
    assert frictionless_faults(folder) == frictionless_faults(corrected) == []
    names = {
        each.name for each in frictionless.Package(str(corrected / "datapackage.json")).resources
    }
    assert names == {
        *("scores", "frame", "agencies", "services", "channels", "fieldwork"),
        "changes",
    }


def test_csvw_reads_it(folder, corrected):
    assert csvw_faults(folder) == csvw_faults(corrected) == []
    (table,) = (
        each
        for each in csvw.CSVW(str(folder / "csv-metadata.json")).tables
        if str(each.url) == "data/scores.csv"
    )
    rows = list(table)
    assert len(rows) == Score.objects.count()
    nation = next(row for row in rows if row["level"] == "nation" and not row["suppressed"])
    assert isinstance(nation["estimate"], float)
    assert isinstance(nation["n"], int)


@pytest.mark.parametrize(
    ("name", "column", "value", "fault"),
    [
        ("frame.csv", "encounters", "many", "type-error"),
        ("scores.csv", "n", "1.5", "type-error"),
        ("scores.csv", "suppressed", "perhaps", "type-error"),
        ("frame.csv", "agency", "NONE", "foreign-key"),
    ],
)
def test_a_planted_fault_is_found_by_both(folder, name, column, value, fault):
    plant(folder, name, column, value)
    assert fault in frictionless_faults(folder)
    assert csvw_faults(folder)


def test_dcat_is_read_by_rdflib_and_has_what_the_profile_asks_for(folder, corrected):
    """Mandatory in DCAT-AP 3: title and description of a dataset, access address of a
    distribution; what else is said has the class that the profile wants."""
    for each, number in ((folder, 1), (corrected, 2)):
        graph = Graph().parse(each / "dcat.jsonld", format="json-ld")
        (release,) = graph.subjects(DCAT.version, Literal(str(number)))
        for dataset in graph.subjects(RDF.type, DCAT.Dataset):
            for mandatory in (DCTERMS.title, DCTERMS.description):
                told = list(graph.objects(dataset, mandatory))
                assert "th" in {text.language for text in told}
                assert len({text.language for text in told}) == len(told)
        (distribution,) = graph.objects(release, DCAT.distribution)
        file = f"https://survey.example/en/waves/W1/releases/{number}.zip"
        assert str(graph.value(distribution, DCAT.accessURL)) == file
        for node, wanted in (
            (distribution, DCAT.Distribution),
            (graph.value(release, DCTERMS.publisher), FOAF.Agent),
            (graph.value(release, DCTERMS.temporal), DCTERMS.PeriodOfTime),
            (graph.value(release, DCTERMS.accessRights), DCTERMS.RightsStatement),
            (graph.value(distribution, DCAT.mediaType), DCTERMS.MediaType),
        ):
            assert (node, RDF.type, wanted) in graph
        assert graph.value(release, DCTERMS.issued).toPython() is not None
        before = list(graph.objects(release, DCAT.previousVersion))
        assert len(before) == number - 1


THAI = {
    "data_type": {"ข้อมูลระเบียน", "ข้อมูลสถิติ", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่", "ข้อมูลหลากหลายประเภท"},
    "data_category": {"ข้อมูลสาธารณะ", "ข้อมูลส่วนบุคคล", "ข้อมูลความมั่นคง", "ข้อมูลความลับทางราชการ"},
    "objective": {"ยุทธศาสตร์ชาติ", "พันธกิจหน่วยงาน", "เพื่อการให้บริการประชาชน"},
    "geo_coverage": {"โลก", "ประเทศ", "ภาค", "จังหวัด"},
    "update_frequency_unit": {"ปี", "ไตรมาส", "เดือน", "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล"},
    "license_id": {
        "License not specified",
        "Creative Commons Attributions",
        "Open Data Common",
    },
    "data_format": {"CSV", "XML", "JSON", "XLS"},
}
"""Of the form of the Thai government's catalogue, what must be filled in, and with what."""
WRITTEN = ("title", "maintainer", "maintainer_email", "tag_string", "notes", "data_source")


def test_the_thai_catalogue_gets_every_field_that_its_form_asks_for(
    wave, answered, settings, tmp_path
):
    settings.PUBLIC_URL = "https://survey.example"
    settings.PRIVACY_CONTACT = "survey@opdc.example"
    publish(close_wave(wave))
    told = json.loads((unpacked(tmp_path) / "catalogue-th.json").read_text(encoding="utf-8"))
    assert all(told[name].strip() for name in WRITTEN)
    for name, allowed in THAI.items():
        given = told[name] if isinstance(told[name], list) else [told[name]]
        assert given
        assert set(given) <= allowed, name
    assert all(each["name"] and each["url"] for each in told["resources"])


def test_every_address_in_a_description_is_there(client, folder, corrected):
    for each in (folder, corrected):
        told = json.loads((each / "catalogue-th.json").read_text(encoding="utf-8"))
        graph = Graph().parse(each / "dcat.jsonld", format="json-ld")
        urls = {told["url"], *(resource["url"] for resource in told["resources"])}
        urls |= {str(url) for url in graph.objects(None, DCAT.downloadURL)}
        urls |= {str(url) for url in graph.objects(None, DCAT.landingPage)}
        for url in urls:
            assert client.get(url.removeprefix("https://survey.example")).status_code == 200, url


@pytest.mark.parametrize("name", ["scores", "frame"])
def test_parquet_has_the_same_values_with_their_types(folder, name):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = (each for each in package["resources"] if each["name"] == name)
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    read = {
        "integer": int,
        "number": float,
        "string": str,
        "boolean": {"true": True, "false": False}.__getitem__,
    }
    written = list(csv.DictReader(StringIO((folder / "data" / f"{name}.csv").read_text("utf-8"))))
    expected = [
        {
            column: "" if kinds[column] == "string" and not text
            else read[kinds[column]](text) if text else None
            for column, text in row.items()
        }
        for row in written
    ]  # fmt: skip
    content = (folder / "data" / f"{name}.parquet").read_bytes()
    assert parquet.read_table(BytesIO(content)).to_pylist() == expected
    assert expected
