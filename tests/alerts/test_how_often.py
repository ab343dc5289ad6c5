"""The stated false alarms of each kind, counted where nothing has happened."""

import numpy as np
from scipy import stats

from analytics.alerts.kinds import burst, quota, silent

SEED = 2570


def test_a_burst_by_chance():
    """A year of weeks of fifty to two hundred answers with the usual share flagged."""
    rng = np.random.default_rng(SEED)
    for came in (50, 200, 1000):
        for usual in (burst.LEAST_USUAL, 0.1, 0.3):
            flagged = rng.binomial(came, usual, (2000, 52))
            told = (flagged >= burst.FEWEST) & (
                stats.binom.sf(flagged - 1, came, usual) < burst.RARE
            )
            assert told.sum() / 2000 <= 0.06, SEED


def test_silence_by_chance():
    """At ten answers a week none in a week comes once in e^10 weeks."""
    assert 52 * stats.poisson.pmf(0, silent.USUAL) <= 1 / 400


def test_a_cell_on_its_way_is_seldom_named():
    """Looked at on each day of a wave's second half."""
    rng = np.random.default_rng(SEED)
    for days in (60, 365):
        came = rng.poisson(10 / days, (2000, days)).cumsum(axis=1)
        named = np.zeros(2000, dtype=bool)
        for day in range(days // 2, days):
            so_few = [quota.is_behind(k, (day + 1) / days) for k in range(11)]
            behind = np.array([*so_few, False])
            named |= behind[np.minimum(came[:, day], 11)]
        assert named.mean() <= 0.05, SEED
