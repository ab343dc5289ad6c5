"""Many answers of one respondent know nothing of the spread: no verdict rests on them."""

import pytest
from django.core.management import call_command

from analytics.models import Score

MAPPING = """
source = "one"
key = ["row"]
respondent = { column = "person" }
weight = { column = "w" }
channel.code = "counter"
answers.OV.column = "OV"

[agency]
code = "TEST-ONE"
name_th = "ทดสอบ"
name_en = "Test"

[service]
code = { column = "service" }
name_th = { column = "service" }

[questionnaire]
code = "ONEQ"
title_th = "ทดสอบ"

[wave]
code = "ONE-2570"
title_th = "ทดสอบ"
starts_on = 2026-10-01
ends_on = 2027-09-30
method = { weighting = "supplied", clusters = "respondent" }
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("answers", "dissatisfied"), [(40, 0), (200, 7)])
def test_one_respondent_never_shows_met(tmp_path, answers, dissatisfied):
    call_command("load_registry")
    rows = [f"{k},p1,S1,{2 if k < dissatisfied else 5},1" for k in range(answers)]
    file, mapping = tmp_path / "answers.csv", tmp_path / "one.toml"
    file.write_text("\n".join(["row,person,service,OV,w", *rows]), encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    call_command("import_responses", file, mapping=str(mapping), create=True)
    call_command("compute_scores", "ONE-2570")
    scores = Score.objects.filter(wave__code="ONE-2570", measure="top_two_box")
    assert scores.exists()
    assert {score.verdict for score in scores} == {"INCONCLUSIVE"}
