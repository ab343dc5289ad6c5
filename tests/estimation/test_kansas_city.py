"""1,033 residents of Kansas City on 70 questions, against results computed independently."""

import csv
import json

import numpy as np
import pytest

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells
from analytics.estimation.design import SurveyDesign
from analytics.estimation.intervals import wilson_interval
from analytics.estimation.weighting import Margin, rake
from tests.estimation.shared import shared

SHARE, RATING = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)


def read(path):
    with shared(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows, column):
    return np.array([float(row[column]) if row[column] else np.nan for row in rows])


@pytest.fixture(scope="module")
def residents():
    return read("data/kcmo/kcmo_resident_survey_2021q3_1QSEP2021.csv")


@pytest.fixture(scope="module")
def weights(residents):
    """Weight columns in the order of the residents; 0 for those without a weight."""
    table = {row["id"]: row for row in read("data/expected/kcmo_1QSEP2021_weights.csv")}
    return {
        name: np.array(
            [float(table[r["id"]][name]) if r["id"] in table else 0.0 for r in residents]
        )
        for name in ("w_district", "w_raked")
    }


@pytest.fixture(scope="module")
def expected():
    return json.loads(shared("data/expected/kcmo_1QSEP2021.json").read_text(encoding="utf-8"))


def cells_of(residents, question, weight):
    answer = numbers(residents, question)
    answer[weight == 0] = np.nan
    cells, _ = CellCounts.from_responses(answer, stratum=np.zeros(len(answer)), weight=weight)
    return cells


def test_every_question_unweighted(residents, expected):
    for question, service in expected["services"].items():
        cells = cells_of(residents, question, np.ones(len(residents)))
        share, mean = mean_of_cells(cells, SHARE), mean_of_cells(cells, RATING)
        found = service["unweighted"]
        assert share.n == found["n"]
        assert share.value == pytest.approx(found["t2b"], abs=1e-6)
        assert mean.value == pytest.approx(found["mean"], abs=1e-6)
        bounds = wilson_interval(found["top2"], found["n"])
        assert [bounds.low, bounds.high] == pytest.approx(found["wilson95"], abs=1e-6)


def test_every_question_with_the_published_weights(residents, weights, expected):
    for question, service in expected["services"].items():
        found = service["weighted_raked"]
        cells = cells_of(residents, question, weights["w_raked"])
        share, mean = mean_of_cells(cells, SHARE), mean_of_cells(cells, RATING)
        assert share.n == found["n"], question
        assert share.weight == pytest.approx(found["sum_w"], abs=1e-4)
        assert share.value == pytest.approx(found["t2b"], abs=1e-6)
        assert share.se == pytest.approx(found["se_t2b"], abs=1e-6)
        assert mean.value == pytest.approx(found["mean"], abs=1e-6)
        assert mean.se == pytest.approx(found["se_mean"], abs=1e-6)
        assert share.n_kish == pytest.approx(found["n_eff_kish"], abs=1e-3)


def test_raking_gives_the_published_weights(residents, weights, expected):
    complete = weights["w_raked"] > 0
    n = int(complete.sum())
    labels = {
        "council_district": numbers(residents, "council_district")[complete],
        "age_code": numbers(residents, "age_code")[complete],
        "gender_code": numbers(residents, "gender_code")[complete],
    }
    shares = {"council_district": {str(k): 1 / 6 for k in range(1, 7)}}
    shares |= {name: expected["test_margins"][name] for name in ("age_code", "gender_code")}
    margins = [
        Margin(label, {float(level): n * share for level, share in shares[name].items()})
        for name, label in labels.items()
    ]
    raked, ended = rake(SurveyDesign.sample(n), margins)
    assert ended.converged
    assert raked.weights == pytest.approx(weights["w_raked"][complete], abs=1e-6)
