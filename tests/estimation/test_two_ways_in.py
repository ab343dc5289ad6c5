"""Single responses and counts per cell give the same estimate to 1e-12."""

import numpy as np
import pytest

from analytics.estimation import cells as counted
from analytics.estimation import estimates, weighting
from analytics.estimation.design import SurveyDesign
from analytics.estimation.lonely import LonelyPSU

RATING = np.array([1, 2, 3, 4, 5.0])
TOP_TWO_BOX = np.array([0, 0, 0, 1, 1.0])


class Survey:
    """The same 700 responses as rows and as histograms."""

    def __init__(self, seed, clustered):
        rng = np.random.default_rng(seed)
        n = 700
        self.stratum = rng.integers(0, 9, n)
        self.psu = rng.integers(0, 5, n) if clustered else np.arange(n)
        self.group = rng.integers(0, 4, n)  # crosses strata
        self.agency = rng.integers(0, 6, n)
        self.weight = rng.choice([1.0, 2.5, 4.0], n)
        self.rating = rng.choice(5, n, p=[0.05, 0.05, 0.1, 0.3, 0.5])
        lonely = self.stratum == 8
        self.psu[lonely] = 0
        if not clustered:
            keep = ~lonely
            keep[np.flatnonzero(lonely)[0]] = True
            for name, column in list(vars(self).items()):
                setattr(self, name, column[keep])
        key = np.stack([self.stratum, self.group, self.agency, self.weight], axis=1)
        if clustered:
            key = np.column_stack([key, self.psu])
        levels, cell = np.unique(key, axis=0, return_inverse=True)
        table = np.zeros((len(levels), 5), dtype=int)
        np.add.at(table, (cell.ravel(), self.rating), 1)
        psu = levels[:, 4] if clustered else counted.EVERY_RESPONSE
        self.cells = counted.CellCounts.from_histograms(levels[:, 0], psu, table, levels[:, 3])
        self.cell_group, self.cell_agency = levels[:, 1].astype(int), levels[:, 2].astype(int)
        self.design = SurveyDesign.sample(
            len(self.rating),
            weights=self.weight,
            strata=self.stratum,
            units=[self.psu],
            lonely=LonelyPSU.AVERAGE,
        )


@pytest.mark.parametrize("lonely", [LonelyPSU.AVERAGE, LonelyPSU.ADJUST, LonelyPSU.REMOVE])
@pytest.mark.parametrize("to_frame", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("y", [RATING, TOP_TWO_BOX])
def test_they_agree_for_all_and_in_every_domain(clustered, to_frame, lonely, y):
    survey = Survey(11, clustered)
    cells, design = survey.cells, survey.design
    if to_frame:
        totals = {0: 900.0, 1: 400.0, 2: 100.0, 3: 50.0}
        cells = counted.poststratify(cells, survey.cell_group, totals)
        design = weighting.poststratify(design, survey.group, totals)
    design = SurveyDesign(**{**vars(design), "lonely": lonely})
    for k in (None, *range(6)):
        mask = slice(None) if k is None else survey.cell_agency == k
        inside = np.zeros(len(cells), dtype=bool)
        inside[mask] = True
        few = counted.mean_of_cells(cells, y, inside, lonely=lonely)
        rows = design if k is None else design.within(survey.agency == k)
        many = estimates.mean(rows, y[survey.rating])
        assert few.value == pytest.approx(many.value, rel=1e-12)
        assert few.variance == pytest.approx(many.variance, rel=1e-12)
        assert few.n_kish == pytest.approx(many.n_kish, rel=1e-12)
        assert few.n_eff == pytest.approx(many.n_eff, rel=1e-11)
        assert (few.n, few.df) == (many.n, many.df)
        assert few.weight == pytest.approx(many.weight, rel=1e-12)


def test_responses_are_counted_into_the_same_cells():
    survey = Survey(5, clustered=True)
    cells, (group, agency) = counted.CellCounts.from_responses(
        survey.rating + 1.0,
        stratum=survey.stratum,
        psu=survey.psu,
        weight=survey.weight,
        split_by=[survey.group, survey.agency],
    )
    totals = {0: 900.0, 1: 400.0, 2: 100.0, 3: 50.0}
    few = counted.poststratify(cells, group, totals)
    many = weighting.poststratify(survey.design, survey.group, totals)
    for k in range(6):
        ours = counted.mean_of_cells(few, RATING, agency == k)
        theirs = estimates.mean(many.within(survey.agency == k), RATING[survey.rating])
        assert ours.variance == pytest.approx(theirs.variance, rel=1e-12)
        assert (ours.n, ours.df) == (theirs.n, theirs.df)


def test_an_answer_off_the_scale_is_no_response():
    cells, _ = counted.CellCounts.from_responses([5, np.nan, 9, 0, 2.5, 1], stratum=np.zeros(6))
    assert cells.counts.tolist() == [[1, 0, 0, 0, 1]]
    assert cells.psu.tolist() == [counted.EVERY_RESPONSE]
