"""Exports of KoboToolbox, ODK and LimeSurvey are known and read as those systems mean them."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from responses.importers.exports import recognise
from responses.importers.importing import import_responses
from responses.importers.known import Known
from responses.importers.mapping_toml import read_mapping
from responses.importers.proposal import propose
from responses.models import Response
from surveys.rejections import Rejections
from tests.responses.tables import write_xlsx

EXPORTS = Path(__file__).parent / "exports"
KOBO = {
    "start": ["2024-01-31T09:00:00.000+07:00", "2024-02-01T09:00:00.000+07:00"],
    "place/service": ["DLT-1", "DLT-2"],
    "place/channel": ["counter", "e_service"],
    "rate/OV": ["5", "2"],
    "rate/P1": ["4", ""],
    "comment": ["", "ช้า"],
    "_id": ["11", "12"],
    "_uuid": ["aaaa-1", "aaaa-2"],
    "_submission_time": ["2024-01-31T20:00:00", "2024-02-01T03:00:00"],
}
LIMESURVEY = {
    "id": ["1", "2", "3"],
    "submitdate": ["2024-01-31 10:00:00", "", "2024-02-01 10:00:00"],
    "lastpage": ["2", "1", "2"],
    "startlanguage": ["th", "th", "en"],
    "service": ["DLT-1", "DLT-1", "DLT-1"],
    "channel": ["counter", "counter", "e_service"],
    "SAT[OV]": ["A5", "A1", "A4"],
    "SAT[P1]": ["A3", "", "N/A"],
}


@pytest.fixture
def bring(wave):
    """Import a file as it is guessed to be read."""

    def bring_guessed(path):
        proposal = propose(path, Known.to(wave), name=path.name)
        assert not [finding for finding in proposal.findings if finding.asks]
        with Rejections() as rejections:
            summary = import_responses(
                proposal.table,
                read_mapping(proposal.entries),
                wave_code="W1",
                rejections=rejections,
            )
        assert rejections.first == []
        return proposal.choice, summary

    return bring_guessed


def write_csv(path, columns, delimiter):
    lines = [list(columns), *zip(*columns.values(), strict=True)]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    path.write_text(text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_kobo(bring, tmp_path, form):
    path = tmp_path / f"kobo.{form}"
    write_csv(path, KOBO, ";") if form == "csv" else write_xlsx(path, KOBO)
    choice, summary = bring(path)
    assert (choice.key, choice.columns["time"]) == (["_uuid"], "_submission_time")
    assert summary.stored == 2
    first, second = Response.objects.order_by("answered_at")
    assert first.answered_at.isoformat() == "2024-01-31T20:00:00+00:00"  # Kobo means UTC
    assert (first.answers, second.answers) == ({"OV": 5, "P1": 4}, {"OV": 2, "D7": "ช้า"})
    assert (second.service.code, second.channel.code) == ("DLT-2", "e_service")


def test_odk(bring, tmp_path):
    columns = {
        "SubmissionDate": ["2024-01-31T03:00:00.000Z"],
        "place/service": ["DLT-1"],
        "place/channel": ["counter"],
        "rate/OV": ["4"],
        "meta/instanceID": ["uuid:1"],
    }
    choice, summary = bring(write_csv(tmp_path / "odk.csv", columns, ","))
    assert choice.key == ["meta/instanceID"]
    assert summary.stored == 1
    assert Response.objects.get().answered_at.isoformat() == "2024-01-31T03:00:00+00:00"


def test_limesurvey(bring, tmp_path):
    choice, summary = bring(write_csv(tmp_path / "results.csv", LIMESURVEY, ","))
    assert (choice.key, choice.finished) == (["id"], "submitdate")
    assert (summary.rows, summary.stored, summary.unfinished) == (3, 2, 1)
    answers = [response.answers for response in Response.objects.order_by("answered_at")]
    assert answers == [{"OV": 5, "P1": 3}, {"OV": 4}]


def test_limesurvey_with_questions_in_the_header(bring, tmp_path):
    columns = {
        "id. Response ID": ["1"],
        "submitdate. Date submitted": ["2024-01-31 10:00:00"],
        "service. Which service?": ["DLT-1"],
        "channel. How?": ["counter"],
        "OV. Overall satisfaction": ["5"],
    }
    choice, summary = bring(write_csv(tmp_path / "results.csv", columns, ";"))
    assert choice.key == ["id. Response ID"]
    assert summary.stored == 1


def test_the_same_export_again_adds_nothing(bring, tmp_path):
    for name in ("kobo.csv", "kobo (1).csv"):
        bring(write_csv(tmp_path / name, KOBO, ";"))
    assert Response.objects.count() == 2


def test_other_files_are_of_no_known_system():
    assert recognise(["id", "rating"]) is None
    assert recognise(LIMESURVEY).name == "LimeSurvey"


@pytest.mark.parametrize("numbers", [False, True])
def test_qualtrics(bring, tmp_path, numbers):
    text = (EXPORTS / "qualtrics.csv").read_text(encoding="utf-8")
    if numbers:  # as the export writes values instead of labels
        text = text.replace("IP Address", "0").replace("Survey Preview", "1")
        text = text.replace("100,True", "100,1").replace("40,False", "40,0")
    (tmp_path / "q.csv").write_text(text, encoding="utf-8-sig")
    choice, summary = bring(tmp_path / "q.csv")
    assert (choice.key, choice.columns["time"]) == (["ResponseId"], "RecordedDate")
    assert (summary.rows, summary.stored, summary.unfinished) == (4, 2, 2)
    assert sorted(Response.objects.values_list("overall", flat=True)) == [2, 5]


def test_surveymonkey(bring):
    choice, summary = bring(EXPORTS / "surveymonkey.csv")
    assert (choice.key, choice.columns["time"]) == (["Respondent ID"], "End Date")
    assert (summary.rows, summary.stored) == (2, 2)
    evening = Response.objects.get(overall=2).answered_at.astimezone(ZoneInfo("Asia/Bangkok"))
    assert evening.isoformat() == "2024-02-01T21:05:00+07:00"
