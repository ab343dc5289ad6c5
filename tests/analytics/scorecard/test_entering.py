"""Wrong entries are refused in words; what was entered by one is approved by another and kept."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from analytics.models import IndicatorValue
from analytics.scorecard.entering import ENTERED, ValueForm, approve, refuse
from analytics.scorecard.indicators import INDICATORS
from surveys.models import FrozenError
from tests.analytics.scorecard.conftest import TODAY

GOOD = {
    "fiscal_year": "2567",
    "value": "52",
    "as_of": "30/09/2567",
    "source": "UN E-Government Survey 2024",
    "link": "https://publicadministration.un.org/egovkb",
}
EVIDENCE = SimpleUploadedFile("survey.pdf", b"%PDF-1.7")


def form(code: str = "egdi_rank", files=None, **changes) -> ValueForm:
    return ValueForm(ENTERED[code], GOOD | changes, files)


def test_a_value_is_entered_approved_and_counts(carol, dan):
    value = form().enter(carol)
    assert INDICATORS["egdi_rank"].values(TODAY) == []
    approve(value, actor=dan)
    [found] = INDICATORS["egdi_rank"].values(TODAY)
    assert (found.value, found.as_of, found.link) == (52, date(2024, 9, 30), GOOD["link"])


@pytest.mark.parametrize(
    ("code", "changes", "field", "why"),
    [
        ("egdi_rank", {"value": "0"}, "value", "whole number from 1 to 193"),
        ("egdi_rank", {"value": "52.5"}, "value", "whole number from 1 to 193"),
        ("egdi_rank", {"value": "194"}, "value", "whole number from 1 to 193"),
        ("egdi_rank", {"value": "many"}, "value", "Enter a number"),
        ("egdi_rank", {"value": ""}, "value", "required"),
        ("egdi_score", {"value": "1.2"}, "value", "between 0 and 1"),
        ("osi_score", {"value": "-0.1"}, "value", "between 0 and 1"),
        ("government_effectiveness", {"value": "205"}, "value", "from 1 to 204"),
        ("egdi_rank", {"fiscal_year": "2024"}, "fiscal_year", "Buddhist Era, from 2540 to 2570"),
        ("egdi_rank", {"fiscal_year": "2571"}, "fiscal_year", "Buddhist Era, from 2540 to 2570"),
        ("egdi_rank", {"fiscal_year": "next"}, "fiscal_year", "Buddhist Era, from 2540 to 2570"),
        ("egdi_rank", {"as_of": "2026-11-02"}, "as_of", "not come yet"),
        ("egdi_rank", {"as_of": "soon"}, "as_of", "not a date"),
        ("egdi_rank", {"source": "  "}, "source", "required"),
        ("egdi_rank", {"link": ""}, "__all__", "Give evidence"),
        ("egdi_rank", {"link": "javascript:alert(1)"}, "link", "valid URL"),
        ("egdi_rank", {"link": "ftp://un.org/1"}, "link", "begins with https"),
    ],
)
def test_a_wrong_entry_is_refused_in_words(db, code, changes, field, why):
    refused = form(code, **changes)
    assert not refused.is_valid()
    assert list(refused.errors) == [field]
    assert why in refused.errors[field][0]


@pytest.mark.parametrize("year", ["2567", "๒๕๖๗"])
def test_thai_digits_and_a_file_are_taken(carol, year):
    value = form(fiscal_year=year, link="", files={"file": EVIDENCE}).enter(carol)
    assert value.fiscal_year == 2567
    assert value.file.name.endswith(".pdf")


@pytest.mark.parametrize(
    "file",
    [SimpleUploadedFile("page.html", b"<script>"), SimpleUploadedFile("x.pdf", b"x" * (11 << 20))],
    ids=["HTML", "large"],
)
def test_a_file_that_is_no_evidence_is_refused(db, file):
    assert "at most 10 MB" in form(link="", files={"file": file}).errors["file"][0]


def test_a_year_that_has_not_begun_is_refused(db):
    from datetime import UTC, datetime

    from surveys import clock

    with clock.at(datetime(2025, 9, 30, 5, tzinfo=UTC)):
        assert "not begun" in form(fiscal_year="2569").errors["fiscal_year"][0]


def test_whoever_entered_a_value_does_not_approve_it(carol):
    value = form().enter(carol)
    with pytest.raises(ValidationError, match="Another person approves it"):
        approve(value, actor=carol)
    value.refresh_from_db()
    assert value.state == "pending"


def test_an_agency_approves_nothing(carol, bob):
    with pytest.raises(ValidationError, match="Only OPDC"):
        approve(form().enter(carol), actor=bob)


def test_a_value_is_decided_once(carol, dan):
    value = form().enter(carol)
    with pytest.raises(ValidationError, match="Say why"):
        refuse(value, "", actor=dan)
    refuse(value, "the survey says 53", actor=dan)
    with pytest.raises(ValidationError, match="decided already"):
        approve(value, actor=dan)


def test_a_correction_needs_a_reason_and_keeps_what_stood(carol, dan):
    approve(form().enter(carol), actor=dan)
    assert "Say why it is corrected" in form(value="53").errors["note"][0]
    approve(form(value="53", note="misread").enter(dan), actor=carol)
    [found] = INDICATORS["egdi_rank"].values(TODAY)
    assert found.value == 53
    kept = IndicatorValue.objects.values_list(
        "value", "entered_by__username", "decided_by__username"
    )
    assert list(kept) == [(52, "carol", "dan"), (53, "dan", "carol")]


def test_what_was_entered_is_not_deleted(carol):
    with pytest.raises(FrozenError):
        form().enter(carol).delete()
