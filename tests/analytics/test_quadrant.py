"""The quadrant spans what it shows, whatever that is."""

import pytest

from analytics.models import Importance, Score
from analytics.wording.quadrant import HEIGHT, WIDTH, quadrant


def item(code: str, estimate: float, low: float, high: float) -> Score:
    return Score(question=code, estimate=estimate, low=low, high=high, withheld=False)


@pytest.mark.parametrize(
    ("shares", "items", "mean"),
    [
        (
            {"P1": [0.7, 0.6, 0.8], "P2": [0.3, 0.2, 0.4]},
            [item("P1", 0.8, 0.75, 0.84), item("P2", 0.97, 0.95, 0.99)],
            0.88,
        ),
        (  # shares that cannot differ, and nobody who is not satisfied
            {"P1": [0.5, 0.5, 0.5], "P2": [0.5, 0.5, 0.5]},
            [item("P1", 1.0, 1.0, 1.0), item("P2", 1.0, 1.0, 1.0)],
            1.0,
        ),
        (  # the mean of all agencies far from one's own
            {"P1": [0.5, 0.4, 0.6], "P2": [0.5, 0.4, 0.6]},
            [item("P1", 0.2, 0.1, 0.3), item("P2", 0.3, 0.2, 0.4)],
            0.95,
        ),
    ],
)
def test_every_mark_and_both_lines_lie_within_the_drawing(shares, items, mean):
    found = quadrant(Importance(n=100, r_squared=0.4, shares=shares), items, {}, mean)
    across = [found.equal_x, *(x for p in found.points for x in (p.x, p.x_low, p.x_high))]
    upright = [found.mean_y, *(y for p in found.points for y in (p.y, p.y_low, p.y_high))]
    assert all(0 <= x <= WIDTH for x in across)
    assert all(0 <= y <= HEIGHT for y in upright)
    by_rating = sorted(found.points, key=lambda point: point.score.estimate)
    assert [p.y for p in by_rating] == sorted((p.y for p in by_rating), reverse=True)
    for point in found.points:
        assert point.low == (point.y > found.mean_y)
