import csv
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import translation

from surveys.models import Questionnaire
from tests.responses.collect import Collect
from tests.responses.rich_questionnaire import add_every_kind

MAPPING = """
source = "test"
key = ["id"]
no_answer = ["", "9"]
time = { column = "date" }

[service]
code = { column = "service" }
[channel]
code = { column = "channel" }
[answers]
OV = { column = "rating" }
D7 = { column = "comment", kind = "text" }
"""
HEADER = "id,date,service,channel,rating,comment"


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write lines of text as a file."""

    def write_lines(*lines: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("".join(line + "\n" for line in lines), encoding=encoding)
        return path

    return write_lines


@pytest.fixture
def import_rows(write, tmp_path, capsys, english) -> Callable[..., SimpleNamespace]:
    """Import these rows into wave W1 by the command; gives the counts it prints, by their label,
    the rejected rows of its report, and what it wrote to the error stream."""

    def run(
        *rows: str,
        header: str = HEADER,
        mapping: str = MAPPING,
        mapping_name: str = "",
        encoding: str = "utf-8",
        file: Path | None = None,
        **options,
    ) -> SimpleNamespace:
        file = file or write(header, *rows, encoding=encoding)
        report = tmp_path / "rejected.csv"
        call_command(
            "import_responses",
            file,
            **{
                "mapping": mapping_name or str(write(mapping, name="map.toml")),
                "wave": "W1",
                "rejected": report,
            }
            | options,
        )
        printed = capsys.readouterr()
        with report.open(encoding="utf-8-sig", newline="") as opened:
            rejected = list(csv.DictReader(opened))
        return SimpleNamespace(
            counts=counts_in(printed.out),
            rejected=rejected,
            report=report.read_text(encoding="utf-8-sig"),
            said=printed.err,
        )

    return run


def counts_in(printed: str) -> dict[str, int]:
    lines = (line.split(maxsplit=1) for line in printed.splitlines())
    return {
        line[1]: int(line[0].replace(",", ""))
        for line in lines
        if line[0].replace(",", "").isdigit()
    }


@pytest.fixture
def post(client, wave, kiosk):
    """Send one response by the API: `post(key, OV=5)`, or with other fields by `item={…}`."""

    def send(key="k1", *, item=None, system=kiosk, language="en", **answers):
        body = {"service": "DLT-1", "channel": "counter", "answers": answers or {"OV": 5}}
        return client.post(
            "/api/v1/responses/",
            body | (item or {}),
            content_type="application/json",
            headers={
                **system.headers,
                "idempotency-key": key,
                "accept-language": language,
            },
        )

    return send


@pytest.fixture
def post_batch(client, wave, kiosk):
    """Send a batch of items by the API; each is completed with what it leaves out."""

    def send(*items, system=kiosk):
        usual = {"service": "DLT-1", "channel": "counter", "answers": {"OV": 5}}
        return client.post(
            "/api/v1/responses/batch/",
            {"responses": [{**usual, "key": f"b{k}", **item} for k, item in enumerate(items)]},
            content_type="application/json",
            headers={**system.headers, "accept-language": "en"},
        )

    return send


@pytest.fixture
def collect(wave, kiosk) -> Collect:
    """ODK Collect with the key of the Department of Land Transport."""
    return Collect(kiosk.key)


@pytest.fixture
def rich(government, questionnaire) -> Questionnaire:
    """Every kind of question, conditions, a matrix, and codes that no element can be called."""
    return add_every_kind(questionnaire, government)
