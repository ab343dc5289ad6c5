"""Bangkok's complaints: the shipped mapping on the real file, against counts made elsewhere."""

import json
from collections import Counter

import pytest

from responses.models import Response
from surveys.models import Agency, Wave
from tests.estimation.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def traffy(import_rows):
    file = shared("data/traffy/traffy_bkk_completed_2022-09_2022-12.csv")
    return lambda: import_rows(file=file, wave="", mapping_name="traffy", create=True).counts


def test_counts_equal_those_computed_independently(traffy):
    expected = json.loads(shared("data/expected/traffy_2022.json").read_text())
    assert traffy() == {
        "rows": 8597,
        "stored": 5253,
        "already stored": 0,
        "without an answer": 3344,
        "rejected": 0,
        "registry records made": 102,
        "encounters counted for the frame": 8597,
        "cells of the frame added": 200,
        "cells of the frame changed": 0,
    }
    wave = Wave.objects.get()
    assert wave.frame.total() == expected["N_frame"]
    ratings: dict[str, Counter] = {code: Counter() for code in expected["by_district"]}
    for district, rating in Response.objects.values_list("service__agency__code", "overall"):
        ratings[district][str(rating)] += 1
    encounters = Counter()
    for cell in wave.frame.cells.select_related("service__agency"):
        encounters[cell.service.agency.code] += cell.encounters
    for district, numbers in expected["by_district"].items():
        assert ratings[district] == {k: n for k, n in numbers["dist"].items() if n}
        assert encounters[district] == numbers["N_frame"]
    offices = Agency.objects.get(code="BMA").children.all()
    assert {office.code: office.name_th for office in offices} == {
        code: numbers["name"] for code, numbers in expected["by_district"].items()
    }


def test_the_second_time_adds_nothing(traffy):
    traffy()
    again = traffy()
    assert (again["stored"], again["already stored"]) == (0, 5253)
    assert Wave.objects.get().frame.total() == 8597
