"""Bounds that may be looked at every day."""

from itertools import pairwise

import numpy as np
import pytest

from analytics.estimation.confidence_sequence import BettingSequence, StratifiedSequence

YES_NO = (0.0, 1.0)


def run(p, days, per_day, seed, level=0.95):
    """The states after each day."""
    rng = np.random.default_rng(seed)
    state, states = BettingSequence(level=level), []
    for _ in range(days):
        yes = rng.binomial(per_day, p)
        state = state.update(YES_NO, (per_day - yes, yes))
        states.append(state)
    return states


def test_nothing_seen_nothing_said():
    assert (BettingSequence().interval.low, BettingSequence().interval.high) == (0, 1)
    assert BettingSequence().mean is None
    assert BettingSequence().update(YES_NO, (0, 0)).n == 0


def test_it_narrows_around_the_truth():
    states = run(0.9, 200, 10, seed=1)
    widths = [s.interval.width for s in states]
    assert all(later <= earlier for earlier, later in pairwise(widths))
    assert 0.9 in states[-1].interval
    assert widths[-1] < 0.06


def test_at_all_times_at_once_it_misses_in_fewer_than_one_in_twenty():
    missed = sum(0.9 not in run(0.9, 60, 5, seed)[-1].interval for seed in range(200))
    assert missed <= 10


def test_batches_are_only_bookkeeping():
    one = BettingSequence().update((0, 0.5, 1), (1, 2, 7))
    assert (one.n, one.total, one.squares) == (10, 8.0, 7.5)
    assert one.mean == pytest.approx(0.8)


def test_values_off_the_scale_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        BettingSequence().update((1, 5), (1, 1))


def test_a_rating_of_five_steps_is_a_bounded_mean():
    scale = (np.arange(1, 6) - 1) / 4
    rng = np.random.default_rng(4)
    state = BettingSequence()
    for _ in range(50):
        state = state.update(scale, rng.multinomial(20, [0.05, 0.05, 0.1, 0.3, 0.5]))
    assert scale @ [0.05, 0.05, 0.1, 0.3, 0.5] in state.interval


class TestStratified:
    weights = np.array([1.0, 3.0, 6.0]) / 10
    shares = np.array([0.7, 0.85, 0.95])
    per_day = np.array([3, 12, 5])

    def run(self, seed, days=60):
        rng = np.random.default_rng(seed)
        state = StratifiedSequence.over(self.weights)
        for _ in range(days):
            yes = rng.binomial(self.per_day, self.shares)
            state = state.update(YES_NO, np.column_stack([self.per_day - yes, yes]))
        return state

    def test_at_all_times_at_once_it_covers_the_weighted_mean(self):
        truth = float(self.weights @ self.shares)
        missed = sum(truth not in self.run(seed).interval for seed in range(200))
        assert missed <= 10

    def test_it_is_narrower_than_the_cells_apart(self):
        whole = self.run(3, days=200).interval
        cells = [
            run(p, 200, n, 5, 1 - 0.05 / 3)[-1]
            for p, n in zip(self.shares, self.per_day, strict=True)
        ]
        apart = sum(w * c.interval.width for w, c in zip(self.weights, cells, strict=True))
        assert whole.width < apart

    def test_a_round_waits_for_every_cell(self):
        state = StratifiedSequence.over([1, 1]).update(YES_NO, [[2, 8], [0, 0]])
        assert (state.rounds, state.mean, state.interval.width) == (0, None, 1)
        state = state.update(YES_NO, [[0, 0], [1, 3]])
        assert state.rounds == 1
        assert state.mean == pytest.approx((0.8 + 0.75) / 2)

    def test_wrong_shapes_and_weights_are_refused(self):
        with pytest.raises(ValueError, match="positive weight"):
            StratifiedSequence.over([1, 0])
        with pytest.raises(ValueError, match="a row per cell"):
            StratifiedSequence.over([1, 1]).update(YES_NO, [[1, 1]])
        with pytest.raises(ValueError, match="between 0 and 1"):
            StratifiedSequence.over([1]).update((1, 5), [[1, 1]])
