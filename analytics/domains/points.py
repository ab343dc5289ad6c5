"""Which service points of a service and channel the public sees, and whether it sees any."""

from __future__ import annotations

import numpy as np

from analytics.domains.audit import PROTECTION
from analytics.domains.sums import Counts
from analytics.domains.suppression import SMALLEST_PUBLISHED


def hidden_points(points: Counts, total: Counts) -> np.ndarray | None:
    """Which service points of one cell are suppressed; None where the cell is not to be split.

    points  (points, kinds) answers of each service point by kind: satisfied, not satisfied
    total   (kinds,) those of the cell, which is published; the rest name no service point

    What follows by subtraction, the suppressed service points and the rest, is nobody or at
    least ten answers. Where service points are among it they are at least five of each kind:
    more than a small one has, so that they are of two sources at least. Any of these may then
    have from none to all of them; linear programming, which has one sum to go by, finds each
    range to be five or more, and that all were satisfied never follows. The smallest are added
    until that holds, and those that it does not need are left out. Where it would not hold even
    with all of them, that some answers came from an office would tell what they were: then none
    is named.
    """
    rest, sizes = total - points.sum(axis=0), points.sum(axis=1)
    small: np.ndarray = sizes < SMALLEST_PUBLISHED
    hidden, in_order = small.copy(), sorted(range(len(sizes)), key=sizes.__getitem__)
    for smallest in in_order:
        if _holds(points, rest, hidden):
            break
        hidden[smallest] = True
    if not _holds(points, rest, hidden):
        return None
    for largest in in_order[::-1]:
        if hidden[largest] and not small[largest]:
            hidden[largest] = False
            hidden[largest] = not _holds(points, rest, hidden)
    return None if hidden.all() else hidden


def _holds(points: Counts, rest: Counts, hidden: np.ndarray) -> bool:
    left = rest + points[hidden].sum(axis=0)
    if not hidden.any():
        return bool(left.sum() == 0 or left.sum() >= SMALLEST_PUBLISHED)
    return bool((left >= PROTECTION).all())  # five of each of two kinds are ten
