"""Nonresponse, draw by draw: those who answered stand for those drawn with them who did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from .cell_counts import CellCounts
from .sums import codes, sums_by

NO_DRAW = -1
"""As `draw`: answers that nobody was drawn for keep their weight."""


@dataclass(frozen=True, eq=False)
class AdjustedForNonresponse:
    """Cells whose weights sum to what was drawn, and what nobody stands for.

    silent  (draw, place) of adjustment cells from which nobody answered
    """

    cells: CellCounts
    silent: tuple[tuple[int, int], ...]


def adjust_by_draw(
    cells: CellCounts,
    draw: ArrayLike,
    place: ArrayLike,
    drawn: Mapping[tuple[int, int], float],
) -> AdjustedForNonresponse:
    """Within draw × place the weights of those who answered are raised to what was drawn.

    draw, place  of each row of `cells`; NO_DRAW for answers without a draw
    drawn        Σ d over all who were drawn, by (draw, place): the encounters of the draw's list

    Two draws in one place are two adjustment cells: a late draw has less time and answers less,
    so pooled with an early one it would be stood for by people of another time. ValueError where
    answers carry more weight than was drawn for them.
    """
    draws, places = (np.asarray(v, dtype=np.int64) for v in (draw, place))
    if draws.shape != cells.stratum.shape or places.shape != cells.stratum.shape:
        raise ValueError("one draw and one place per cell are needed")
    of_draw = draws != NO_DRAW
    code, first = codes(draws[of_draw], places[of_draw])
    answered = sums_by(code, cells.weights[of_draw].sum(axis=1), len(first))
    keys = list(zip(draws[of_draw][first].tolist(), places[of_draw][first].tolist(), strict=True))
    wanted = np.array([drawn.get(key, 0.0) for key in keys], dtype=np.float64)
    over = answered > wanted * (1 + 1e-9)
    if over.any():
        names = [key for key, wrong in zip(keys, over, strict=True) if wrong]
        raise ValueError(f"more answers than were drawn, by draw and place: {names}")
    scale = np.ones((len(draws), 1))
    factor = np.divide(wanted, answered, out=np.ones_like(answered), where=answered > 0)
    scale[of_draw, 0] = factor[code]
    heard = {key for key, weight in zip(keys, answered, strict=True) if weight > 0}
    return AdjustedForNonresponse(
        replace(
            cells,
            weights=cells.weights * scale,
            squared_weights=cells.squared_weights * scale**2,
        ),
        tuple(sorted(key for key, total in drawn.items() if total > 0 and key not in heard)),
    )
