import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from responses.screening.history import BUSY, _quantiles


@given(
    st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 60), st.sampled_from([0.2, 3, 500])
)
def test_busy_days_of_all_places_are_those_of_each_alone(seed, places, days, mean):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(mean, (places, days))
    running = np.arange(days) >= rng.integers(0, days, (places, 1))
    alone = [np.quantile(of[on], BUSY) for of, on in zip(counts, running, strict=True)]
    assert _quantiles(counts, running, BUSY).tolist() == alone
