import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Agency, Channel, Dimension, Question, Questionnaire, Service
from surveys.registry import SHIPPED, load_registry
from tests.estimation.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def edited(tmp_path):
    """The shipped registry after a change, as a file."""

    def edit(change) -> Path:
        registry = json.loads(SHIPPED.read_text(encoding="utf-8"))
        change(registry)
        path = tmp_path / "registry.json"
        path.write_text(json.dumps(registry), encoding="utf-8")
        return path

    return edit


def test_loads_agencies_as_a_tree():
    load_registry()
    assert Agency.objects.filter(kind="ministry").count() == 20 + 1  # and the Royal Thai Police
    assert Service.objects.values("agency").distinct().count() == 16
    department = Agency.objects.get(code="DOPA")
    assert (department.parent.code, department.kind) == ("MOI", "department")
    bureau = Agency.objects.get(code="IMM")
    assert (bureau.parent.code, bureau.kind) == ("RTP", "department")
    assert Service.objects.get(code="DOPA-1").name_en == "National ID card"


def test_every_channel_has_a_family():
    load_registry()
    families = dict(Channel.objects.values_list("code", "family"))
    assert len(families) == 9
    assert families["counter"] == families["kiosk"] == "in_person"
    assert families["e_service"] == families["biz_portal"] == "digital"
    assert families["cc1111"] == "telephone"


def test_the_core_questionnaire_asks_the_overall_question_first():
    load_registry()
    questionnaire = Questionnaire.objects.get(code="CORE", version=1)
    assert questionnaire.questions.filter(kind="rating").count() == 15
    assert Dimension.objects.count() == 8
    first = questionnaire.questions.order_by("position").first()
    assert (first.code, first.is_overall) == ("OV", True)


def test_items_are_asked_where_they_make_sense():
    load_registry()
    questionnaire = Questionnaire.objects.get(code="CORE")

    def asked(channel):
        questions = questionnaire.asked_on(Channel.objects.get(code=channel))
        return {question.code for question in questions if question.kind == "rating"}

    everywhere = {"OV", "P1", "P2", "P3", "C1", "C2", "O1", "T1"}
    assert asked("counter") == everywhere | {"S1", "S2", "S3", "F1", "F2"}
    assert asked("e_service") == everywhere | {"E1", "E2"}
    assert asked("cc1111") == everywhere | {"S1", "S2", "S3"}
    assert asked("kiosk") == everywhere | {"F1", "F2", "E1", "E2"}


def test_questions_about_the_citizen_are_choices_in_two_languages():
    load_registry()
    for question in Question.objects.filter(kind="single"):
        assert all(set(choice) == {"code", "th", "en"} for choice in question.choices)
        assert all(choice["en"] and choice["th"] for choice in question.choices)
    assert Question.objects.get(code="D7").kind == "text"


def test_loading_again_changes_nothing():
    first = load_registry().counts
    again = load_registry().counts
    assert again == {"unchanged": first["created"]}


def test_loading_a_changed_registry_updates_names(edited):
    load_registry()

    def rename(registry):
        registry["agencies"][0][3] = "Provincial Administration"
        registry["channels"][0][2] = "Desk"

    loaded = load_registry(edited(rename))
    assert loaded.counts["updated"] == 2
    assert loaded.counts["created"] == 0
    assert Agency.objects.get(code="DOPA").name_en == "Provincial Administration"


def test_a_questionnaire_in_use_stays_as_it_is(edited, draft, english):
    from surveys.waves import open_wave

    open_wave(draft)
    before = list(draft.questionnaire.questions.values_list("code", "text_en"))
    loaded = load_registry()
    assert list(draft.questionnaire.questions.values_list("code", "text_en")) == before
    assert loaded.skipped == ["Questionnaire CORE v1 is in use by a wave and stays as it is."]


def test_a_bad_registry_loads_nothing(edited, english):
    def orphan(registry):
        registry["agencies"][0][1] = "NOWHERE"

    with pytest.raises(CommandError, match="DOPA stands under NOWHERE"):
        call_command("load_registry", edited(orphan))
    assert not Agency.objects.exists()


def test_a_file_that_is_no_registry_says_what_it_lacks(tmp_path, english):
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(CommandError, match="lacks: ministries"):
        call_command("load_registry", path)
    path.write_text("{")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_registry", path)


def test_names_are_those_of_the_draft():
    draft = json.loads(shared("data/seed/thai_registry.json").read_text(encoding="utf-8"))
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    for part in ("ministries", "agencies", "channels", "dimensions", "items", "dimension_channels"):
        assert shipped[part] == draft[part]
