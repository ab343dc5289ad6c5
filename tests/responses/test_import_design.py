"""The strata and sampling units of a file make its standard errors, as its own design has them."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analytics.estimation.design import SurveyDesign
from analytics.estimation.estimates import domain_means
from responses.models import Response
from responses.models.sampling_unit import SamplingUnit

SEED = 20261128
MAPPING = """
source = "national"
key = ["id"]
weight = { column = "w" }
stratum = { column = "region" }
psu = { column = "village" }
agency = { code = { column = "agency" }, name_th = { column = "agency" } }
service = { code = { column = "service" }, name_th = { column = "service" } }
channel = { code = "counter" }
answers = { OV = { column = "rating" } }
questionnaire = { code = "NAT" }
[wave]
code = "NAT"
starts_on = 2026-01-01
ends_on = 2026-12-31
method = { weighting = "supplied", clusters = "CLUSTERS" }
"""


@pytest.fixture
def people():
    """Villages of four regions; both agencies are met in all of them, and people of a village
    think alike."""
    rng = np.random.default_rng(SEED)
    rows = []
    for region in range(4):
        for village in range(6):
            liking = rng.uniform(0.6, 0.95)
            for _person in range(12):
                rating = 5 if rng.random() < liking else 2
                rows.append((region, village, rng.integers(2), round(rng.uniform(1, 9), 2), rating))
    return rows


def imported(tmp_path, government, people, clusters="supplied"):
    file, mapping = tmp_path / "national.csv", tmp_path / "national.toml"
    lines = ["id,region,village,agency,service,w,rating"]
    for k, (region, village, agency, weight, rating) in enumerate(people):
        # The villages of each region are numbered from 0 again.
        lines.append(f"{k},R{region},{village},A{agency},A{agency}-1,{weight},{rating}")
    file.write_text("\n".join(lines))
    mapping.write_text(MAPPING.replace("CLUSTERS", clusters))
    call_command("import_responses", file, mapping=str(mapping), create=True, stdout=StringIO())


def scores():
    out = StringIO()
    call_command("compute_scores", "NAT", json=True, stdout=out)
    return {
        (each["domain"]["level"], each["domain"].get("agency")): each
        for each in json.loads(out.getvalue())
        if each["measure"] == "top_two_box"
    }


def test_standard_errors_are_those_of_the_design(tmp_path, government, people):
    imported(tmp_path, government, people)
    region, village, agency, weight, rating = map(np.array, zip(*people, strict=True))
    design = SurveyDesign.sample(
        len(people), weights=weight, strata=region, units=[region * 100 + village]
    )
    expected = domain_means(design, rating >= 4, agency)
    found = scores()
    for k, code in enumerate(("A0", "A1")):
        score = found["agency", code]
        assert score["estimate"] == pytest.approx(expected.values[k], abs=1e-9)
        assert score["se"] == pytest.approx(expected.se[k], abs=1e-9)
        assert score["df"] == 24 - 4
    plain = np.sqrt(0.8 * 0.2 / len(people))
    assert found["nation", None]["se"] > 1.2 * plain  # villages think alike


def test_strata_without_a_declaration_are_refused(tmp_path, government, people):
    with pytest.raises(CommandError, match="does not declare"):
        imported(tmp_path, government, people, clusters="none")
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "unit", [SamplingUnit(), SamplingUnit("north"), SamplingUnit("", "7"), SamplingUnit("n", "7")]
)
def test_what_is_kept_is_read_back(unit):
    assert SamplingUnit.read(str(unit)) == unit


def test_long_names_stay_apart_and_fit():
    names = [SamplingUnit("ภาคเหนือตอนบน" * 9, f"{'หมู่บ้าน' * 20}{k}") for k in range(3)]
    kept = {str(name) for name in names}
    assert len(kept) == 3
    assert max(map(len, kept)) <= Response._meta.get_field("sampling_unit").max_length
