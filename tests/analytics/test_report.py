"""A report says what the scores say, in its language, for its scope, and on its pages."""

import re
import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from analytics.models import Computation, Score
from analytics.reporting.content import gather, seals
from analytics.reporting.report import write_report
from analytics.scoring.scores import compute_scores
from analytics.wording.verdict import sentence
from surveys import clock
from surveys.models import Agency, Wave
from tests.closing import close_wave


@pytest.fixture
def computed(wave, answered) -> Wave:
    with clock.at(datetime(2024, 1, 31, 5, tzinfo=UTC)):
        compute_scores(wave)
    return wave


def pages(pdf: bytes) -> list[str]:
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.split()) for page in text.stdout.decode().split("\f")[:-1]]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def overall(**where) -> Score:
    return Score.objects.get(is_overall=True, measure="top_two_box", **where)


def test_the_first_page_says_the_verdict_with_its_interval(computed):
    cover = pages(write_report(close_wave(computed), language="en"))[0]
    nation = overall(level="nation")
    assert f"{100 * nation.estimate:.1f} %" in cover
    assert f"({100 * nation.low:.1f}–{100 * nation.high:.1f})" in cover
    assert sentence(nation) in cover
    assert "50 answers counted" in cover
    assert "localhost:8000/en/waves/W1/" in cover


def test_an_agency_reads_of_itself_only(computed, government):
    text = " ".join(pages(write_report(computed, government.dlt, "en")))
    assert "Department of Land Transport" in text
    assert "Driving licence" in text
    assert "National ID card" not in text
    assert "Provincial Administration" not in text


def test_a_ministry_reads_of_all_below_it(computed, government):
    content = gather(computed, government.transport)
    keys = content["sections"]
    assert [str(score.agency) for score in keys["agencies"]["scores"]] == [str(government.dlt)]
    assert {score.service for score in keys["services"]["scores"]} == {government.licence}


def test_both_measures_stand_side_by_side(computed):
    text = " ".join(pages(write_report(computed, language="en")))
    mean = Score.objects.get(level="nation", is_overall=True, measure="mean_percent")
    assert f"{100 * mean.estimate:.1f} %" in text


def test_cells_without_answers_are_named(computed):
    text = " ".join(pages(write_report(computed, language="en")))
    assert "Annual vehicle tax, Agency e-service" in text
    assert "None: every cell of the frame" not in text


def test_what_nobody_answered_for_is_named(computed):
    cell = {"service": "DLT-2", "channel": "e_service", "encounters": 3000}
    Computation.objects.update(merges=[], uncovered=[cell])
    text = " ".join(pages(write_report(computed, language="en")))
    assert "3,000 encounters of the frame" in text
    assert "Annual vehicle tax, Agency e-service" in text


def test_small_figures_are_withheld_and_said_to_be(computed, government):
    Score.objects.filter(service=government.licence, channel=government.online).update(
        withheld=True, estimate=0.4321
    )
    text = " ".join(pages(write_report(computed, government.dlt, "en")))
    assert "Suppressed, to protect those who answered: " in text
    assert "43.2" not in text


@pytest.mark.parametrize(("simulated", "says"), [(True, True), (False, False)])
def test_simulated_data_are_marked_on_every_page(computed, simulated, says):
    Wave.objects.filter(pk=computed.pk).update(simulated=simulated)
    computed.refresh_from_db()
    for page in pages(write_report(computed, language="en")):
        assert ("SIMULATED DATA" in page) is says


def test_an_open_wave_is_marked_interim_on_every_page(computed):
    assert all("nterim" in page for page in pages(write_report(computed, language="en")))
    Wave.objects.filter(pk=computed.pk).update(state=Wave.State.CLOSED)
    computed.refresh_from_db()
    assert not any("nterim" in page for page in pages(write_report(computed, language="en")))


def test_the_cover_is_one_page_and_the_pages_are_numbered(computed):
    said = pages(write_report(computed, language="en"))
    assert said[0].split().count("Contents") == 1
    for number, page in enumerate(said, start=1):
        assert re.search(rf"\b{number} ?/ ?{len(said)}\b", page)


def test_the_contents_point_to_the_right_pages(computed):
    said = pages(write_report(computed, language="en"))
    for title in ("Channels, and who was reached", "What to fix first", "How it was computed"):
        number = int(re.search(rf"(\d+) {title}", said[0])[1])
        assert title in said[number - 1]


def test_dates_are_of_the_buddhist_era_in_thai(computed):
    Computation.objects.update(last_answer_at=datetime(2024, 1, 31, 5, tzinfo=UTC))
    thai, english = (pages(write_report(computed, language=code))[0] for code in ("th", "en"))
    assert "31 มกราคม 2567" in thai
    assert "31 January 2024" in english


def test_thai_digits_are_an_option(computed):
    text = " ".join(pages(write_report(computed, thai_digits=True)))
    assert "๙๐ %" in text
    assert "W1" in text
    assert re.search(r"๒ ?/ ?[๐-๙]", text)


def test_language_and_title_are_set(computed, government):
    reader = PdfReader(BytesIO(write_report(computed, government.dlt, "en")))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Department of Land Transport" in reader.metadata.title


def test_each_step_is_told_in_turn(computed):
    steps = []
    write_report(computed, language="en", on_step=steps.append)
    assert steps == [1, 2, 3, 4]


def test_a_wave_without_scores_has_no_report(wave):
    with pytest.raises(ValueError, match="W1 has no score"):
        write_report(wave)


def test_names_that_look_like_markup_are_text(computed):
    Agency.objects.filter(code="DLT").update(name_en="<script>R&D</script>")
    agency = Agency.objects.get(code="DLT")
    assert "<script>R&D</script>" in pages(write_report(computed, agency, "en"))[0]


def test_every_drawing_says_what_it_shows(computed):
    reader = PdfReader(BytesIO(write_report(computed, language="en")))
    drawings = [each for each in structure(reader) if each.get("/S") == "/Figure"]
    assert drawings
    assert all(drawing.get("/Alt") for drawing in drawings)


def structure(reader: PdfReader):
    """The elements of the document's structure tree."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting.extend(each for each in element if not isinstance(each, int))
        elif isinstance(element, dict):
            yield element
            if "/K" in element and not isinstance(element["/K"], int):
                waiting.append(element["/K"])


def test_the_nations_report_has_a_page_of_the_scorecard(computed, government):
    found = [p for p in pages(write_report(computed, language="en")) if "rank 40 or better" in p]
    assert len(found) == 1
    assert "Government effectiveness in the IMD ranking" in found[0]
    assert "Not yet known" in found[0]
    assert "IMD ranks about 70 economies" in found[0]
    agency = " ".join(pages(write_report(computed, government.dlt, "en")))
    assert "rank 40 or better" not in agency


def test_the_paper_of_an_agency_leaves_room_for_what_it_will_do(computed, government):
    last = pages(write_report(close_wave(computed), government.dlt, "en"))[-1]
    assert "What we shall do" in last
    assert "Signed for the agency" in last


@pytest.mark.parametrize("language", ["th", "en"])
def test_no_key_of_the_method_stands_in_the_text(computed, language):
    text = " ".join(pages(write_report(close_wave(computed), language=language)))
    for key in computed.method:
        assert not re.search(rf"\b{key} =", text)
    assert "collapse_below" not in text


def test_every_part_that_is_sealed_has_a_name(wave):
    """Of a published wave with months and tokens, in both languages."""
    sealed = ["questionnaire", "method", "tokens", "frame", "add-ons", "results", "months"]
    wave.seal = dict.fromkeys([*sealed, "log"], "0123")
    for language in ("th", "en"):
        with translation.override(language):
            named = [str(name) for name, _digest in seals(wave)]
        assert len(named) == len(sealed)
        assert not set(named) & set(sealed)
