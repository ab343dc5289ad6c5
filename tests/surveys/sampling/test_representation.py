"""Those drawn speak for all encounters of their cell: the design weights give the total back."""

from decimal import Decimal

import numpy as np
import pytest
from django.db.models import Sum

from benchmarks.draws import DESIGNS, covered
from surveys.models import Ballot
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw

SEED, DRAWS = 20270115, 60


@pytest.mark.parametrize("name", DESIGNS)
def test_the_interval_of_the_total_holds_the_truth(name):
    """`python -m benchmarks.draws --seeds 200` prints the figures; here 60 draws, of which fewer
    than 51 at 95 % would come once in a thousand times."""
    hits, mean_over_truth = covered(DESIGNS[name], DRAWS, np.random.default_rng(SEED))
    assert hits >= 51, f"seed {SEED}: {hits} of {DRAWS}"
    assert mean_over_truth == pytest.approx(1, abs=0.01), f"seed {SEED}"


def test_the_weights_of_the_ballots_sum_to_those_who_could_be_reached(report, wave):
    report(97)
    report(41, channel="e_service")
    report(13, service="DOPA-1")
    draw = make_draw(wave, Design(allocation="per_cell", number=7))
    for cell in draw.cells.all():
        total = Ballot.objects.filter(cell=cell).aggregate(total=Sum("base_weight"))["total"]
        assert total == pytest.approx(Decimal(cell.reachable), abs=Decimal("1e-8"))
