"""The survey office and the operator bring XLSForms in and out, and make new versions."""

from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from surveys.models import Questionnaire
from surveys.versions import new_version
from tests.surveys.test_xlsform import content, workbook, written

ROWS = [["type", "name", "label"], ["text", "a", "What?"]]


@pytest.fixture
def office(client, alice):
    client.force_login(alice)
    return client


def upload(rows, name="form.xlsx") -> BytesIO:
    file = workbook(survey=rows)
    file.seek(0)
    file.name = name
    return file


def test_importing_makes_a_new_version(office, wave):
    address = reverse("admin:surveys_questionnaire_import")
    assert b"XLSForm" in office.get(address).content
    answer = office.post(address, {"file": upload(ROWS), "code": "CORE"}, follow=True)
    assert b"CORE v2 has been made" in answer.content
    assert wave.questionnaire.questions.count() == 5
    assert Questionnaire.objects.get(version=2).questions.get().text_th == "What?"


def test_what_is_wrong_is_shown(office):
    rows = [*ROWS, ["select_one none", "b", "B"]]
    address = reverse("admin:surveys_questionnaire_import")
    answer = office.post(address, {"file": upload(rows), "code": "T"})
    assert b"row 3, column type" in answer.content
    assert not Questionnaire.objects.exists()


def test_exporting(office, wave):
    address = reverse("admin:surveys_questionnaire_export", args=[wave.questionnaire_id])
    page = office.get(reverse("admin:surveys_questionnaire_change", args=[wave.questionnaire_id]))
    assert address in page.content.decode()
    answer = office.get(address)
    assert "CORE-v1.xlsx" in answer["Content-Disposition"]
    sent = BytesIO(b"".join(answer.streaming_content))
    assert content(sent) == content(written(wave.questionnaire))
    answer.close()


def test_a_new_version_of_a_frozen_questionnaire(office, wave):
    address = reverse("admin:surveys_questionnaire_version", args=[wave.questionnaire_id])
    assert office.get(address).status_code == 405
    office.post(address)
    made = Questionnaire.objects.get(code="CORE", version=2)
    assert made.frozen_at is None
    old, new = content(written(wave.questionnaire)), content(written(made))
    assert old["survey"] == new["survey"]
    assert new_version(wave.questionnaire).version == 3


@pytest.mark.parametrize("name", ["import", "export", "version"])
def test_others_are_refused(client, bob, questionnaire, name):
    client.force_login(bob)
    arguments = [] if name == "import" else [questionnaire.pk]
    answer = client.post(reverse(f"admin:surveys_questionnaire_{name}", args=arguments))
    assert answer.status_code in (302, 403)
    assert Questionnaire.objects.count() == 1


def test_the_commands(db, tmp_path, capsys):
    source, target = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    source.write_bytes(workbook(survey=ROWS).getvalue())
    call_command("import_xlsform", source, code="T")
    call_command("export_xlsform", "T", target)
    assert "T v1" in capsys.readouterr().out
    assert content(BytesIO(target.read_bytes())) == content(BytesIO(source.read_bytes()))
    with pytest.raises(CommandError, match="There is no questionnaire"):
        call_command("export_xlsform", "none", target)
    with pytest.raises(CommandError):
        call_command("import_xlsform", tmp_path / "none.xlsx")
