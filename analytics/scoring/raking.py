"""The national share with weights raked to declared margins [Deville and Särndal 1992]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.estimation.calibration import CalibrationError, calibrate_raking
from analytics.estimation.cell_counts import EVERY_RESPONSE, CellCounts
from analytics.estimation.design import SurveyDesign
from analytics.estimation.estimates import mean
from analytics.estimation.lonely import LonelyPSU
from analytics.estimation.official import Rule
from analytics.scoring.figures import TOP_TWO_BOX


@dataclass(frozen=True, eq=False)
class Margin:
    """Who is in which group, and what share of all each group is.

    label   (cells,) position of the group; beyond the last for who did not say
    shares  (groups,) of all who are in any; they sum to one
    """

    label: NDArray[np.int64]
    shares: NDArray[np.float64]


def raked_share(cells: CellCounts, margins: Sequence[Margin], rule: Rule) -> dict[str, Any] | None:
    """Estimate, interval and effective size; None where no weights reproduce the margins, as where
    nobody of a group answered. Who did not say keeps their weight."""
    design, label, satisfied = _responses(cells, margins)
    columns, totals = [], []
    for each, group in zip(margins, label, strict=True):
        known = design.base_weights[group < len(each.shares)].sum()
        columns += [group == k for k in range(len(each.shares))]
        totals += (each.shares * known).tolist()
    x = np.column_stack(columns).astype(np.float64)
    if np.any((x.sum(axis=0) == 0) & (np.array(totals) > 0)):
        return None
    try:
        raked, _ratios = calibrate_raking(design, x, np.array(totals))
    except CalibrationError:
        return None
    share = mean(raked, satisfied)
    (interval,) = rule.intervals([share])
    return {
        "estimate": share.value,
        "se": share.se,
        "low": interval.low,
        "high": interval.high,
        "n": share.n,
        "n_kish": share.n_kish,
    }


def _responses(
    cells: CellCounts, margins: Sequence[Margin]
) -> tuple[SurveyDesign, list[NDArray[np.int64]], NDArray[np.float64]]:
    """One row for each response: its design, its group of each margin, and whether satisfied."""
    counted = cells.counts > 0
    times = cells.counts[counted]
    row, value = (np.repeat(index, times) for index in np.nonzero(counted))
    weight = np.repeat(cells.weights[counted] / times, times)
    psu = cells.psu[row]
    alone = psu == EVERY_RESPONSE
    psu = np.where(alone, psu.max(initial=0) + 1 + np.arange(len(psu)), psu)
    design = SurveyDesign.sample(
        len(row),
        weights=weight,
        strata=cells.stratum[row],
        units=[psu],
        lonely=LonelyPSU.AVERAGE,
    )
    return design, [margin.label[row] for margin in margins], TOP_TWO_BOX[value]
