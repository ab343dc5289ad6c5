"""Kansas City's survey: the shipped mappings on the real files, against counts made elsewhere."""

import csv
import json
from collections import Counter

import pytest

from responses.models import Response
from surveys.models import Wave
from tests.estimation.shared import shared

pytestmark = pytest.mark.django_db
LONG = "data/kcmo/kcmo_long_q3_services_1QSEP2021.csv"
WIDE = "data/kcmo/kcmo_resident_survey_2021q3_1QSEP2021.csv"


@pytest.fixture
def kcmo(import_rows):
    def run(file: str, mapping: str, **options):
        options = {"wave": "", "create": True} | options
        return import_rows(file=shared(file), mapping_name=mapping, **options)

    return run


@pytest.fixture
def expected() -> dict:
    services = json.loads(shared("data/expected/kcmo_1QSEP2021.json").read_text())["services"]
    return {code: numbers for code, numbers in services.items() if code.startswith("q3_")}


def ratings() -> dict[str, Counter]:
    by_service: dict[str, Counter] = {}
    for service, rating in Response.objects.values_list("service__code", "overall"):
        by_service.setdefault(service, Counter())[str(rating)] += 1
    return by_service


@pytest.mark.parametrize(("file", "mapping"), [(LONG, "kcmo"), (WIDE, "kcmo_wide")])
def test_each_service_equals_the_counts_computed_independently(kcmo, expected, file, mapping):
    counts = kcmo(file, mapping).counts
    assert (counts["rows"], counts["without an answer"], counts["rejected"]) == (16528, 1883, 0)
    assert ratings() == {code: numbers["unweighted"]["dist"] for code, numbers in expected.items()}
    method = Wave.objects.get().declared_method()
    assert (method.weighting, method.clusters) == ("supplied", "respondent")
    assert Response.objects.values("respondent").distinct().count() <= 1033


def test_the_wide_file_after_the_long_one_adds_nothing(kcmo):
    kcmo(LONG, "kcmo")
    again = kcmo(WIDE, "kcmo_wide").counts
    assert (again["stored"], again["already stored"]) == (0, 14645)


def check_weighted(numbers_by_service: dict, key: str) -> None:
    sums: dict[str, float] = Counter()
    n: dict[str, int] = Counter()
    for service, weight in Response.objects.values_list("service__code", "base_weight"):
        sums[service] += float(weight)
        n[service] += 1
    for code, numbers in numbers_by_service.items():
        assert n[code] == numbers[key]["n"]
        assert sums[code] == pytest.approx(numbers[key]["sum_w"], abs=1e-6)


def test_raked_weights_from_the_file_beside(kcmo, expected):
    weights = shared("data/expected/kcmo_1QSEP2021_weights.csv")
    done = kcmo(LONG, "kcmo", weights=weights, weight_column="w_raked")
    check_weighted(expected, "weighted_raked")
    # Residents without a weight did not state age or gender: named, not taken.
    assert {row["field"] for row in done.rejected} == {"weight"}
    assert done.counts["rejected"] == 14645 - done.counts["stored"] == 738


def test_district_weights_for_every_resident(kcmo, expected, write):
    """The file beside has complete cases only; equal sixths follow from the districts alone."""
    with shared(LONG).open(encoding="utf-8-sig", newline="") as file:
        district = {row["id"]: row["council_district"] for row in csv.DictReader(file)}
    size = Counter(district.values())
    rows = [f"{who},{len(district) / 6 / size[where]:.10f}" for who, where in district.items()]
    weights = write("id,w_district", *rows, name="weights.csv")
    done = kcmo(LONG, "kcmo", weights=weights, weight_column="w_district")
    assert done.rejected == []
    check_weighted(expected, "weighted_district")
