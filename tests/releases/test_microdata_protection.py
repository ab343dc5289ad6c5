"""Single answers, made less exact until nobody stands out: held against made ones of many kinds."""

import numpy as np
import pandas as pd
import pytest

from analytics.releases.microdata_protection import (
    DIVERSE,
    MISSING,
    MOST_LOST,
    NOTHING,
    PLACE,
    K,
    coarsened,
    fits,
    gives_away,
    quarter_of,
)

RATINGS = ["OV", "P1"]
ABOUT = ["SEX", "AGE"]
KEYS = [*PLACE, "period", *ABOUT]


def made(seed: int) -> pd.DataFrame:
    """Up to five places of 10 to 400 answers over a year, most in some months, most satisfied."""
    rng = np.random.default_rng(seed)
    parts = []
    for number in range(rng.integers(1, 6)):
        size = int(rng.integers(K, 400))
        months = rng.dirichlet(np.full(12, 0.4))
        parts.append(
            pd.DataFrame(
                {
                    "agency": f"A{number % 2}",
                    "service": f"S{number}",
                    "channel": "counter" if number else NOTHING,
                    "month": [f"2026-{m + 1:02}" for m in rng.choice(12, size, p=months)],
                    "OV": rng.choice([1, 3, 4, 5], size, p=[0.05, 0.05, 0.3, 0.6]),
                    "P1": rng.choice([MISSING, 4, 5], size, p=[0.3, 0.2, 0.5]),
                    "SEX": rng.choice(["f", "m", NOTHING], size, p=[0.6, 0.3, 0.1]),
                    "AGE": rng.choice(["18", "40", "60", "80"], size, p=[0.4, 0.4, 0.17, 0.03]),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return frame[fits(frame, PLACE, RATINGS)].reset_index(drop=True)


@pytest.mark.parametrize("seed", range(40))
def test_nobody_stands_out_and_no_row_or_rating_is_lost(seed):
    frame = made(seed)
    rows = coarsened(frame, RATINGS, ABOUT)
    for _key, one in rows.groupby(KEYS):
        assert len(one) >= K
        for rating in RATINGS:
            said = set(one[rating])
            assert said == {MISSING} or len(said) >= DIVERSE
    columns = [*PLACE, *RATINGS]
    assert rows[columns].sort_index().equals(frame[columns])
    truth = frame.loc[rows.index]
    for name in ABOUT:
        assert ((rows[name] == truth[name]) | (rows[name] == NOTHING)).all()
    assert all(
        each in (NOTHING, month, quarter_of(month))
        for each, month in zip(rows["period"], truth["month"], strict=True)
    )


@pytest.mark.parametrize("seed", range(40))
def test_few_rows_of_a_place_lose_what_the_others_keep(seed):
    for _place, one in coarsened(made(seed), RATINGS, ABOUT).groupby(PLACE):
        blank = (one["period"] == NOTHING).mean()
        assert blank == 1 or blank <= MOST_LOST


def test_what_need_not_be_made_less_exact_stays():
    frame = pd.DataFrame(
        {
            **dict.fromkeys(PLACE, "X"),
            "month": ["2026-01"] * 20 + ["2026-02"] * 20,
            "OV": [4, 5] * 20,
            "SEX": (["f"] * 10 + ["m"] * 10) * 2,
        }
    )
    rows = coarsened(frame, ["OV"], ["SEX"])
    assert rows["period"].tolist() == frame["month"].tolist()
    assert rows["SEX"].tolist() == frame["SEX"].tolist()


def test_one_alone_in_a_month_is_hidden_with_others():
    """The one of March loses the month, with a whole month of others; alone nobody would be."""
    frame = pd.DataFrame(
        {
            **dict.fromkeys(PLACE, "X"),
            "month": ["2026-01"] * 80 + ["2026-02"] * 12 + ["2026-03"],
            "OV": [4, 5] * 46 + [1],
        }
    )
    rows = coarsened(frame, ["OV"], [])
    assert rows["period"].value_counts().to_dict() == {"2026-01": 80, NOTHING: 13}
    assert rows.loc[92, "period"] == NOTHING


def test_a_month_in_which_all_say_the_same_is_not_told():
    frame = pd.DataFrame(
        {
            **dict.fromkeys(PLACE, "X"),
            "month": ["2026-01"] * 20 + ["2026-04"] * 20,
            "OV": [5] * 20 + [4, 5] * 10,
        }
    )
    assert set(coarsened(frame, ["OV"], [])["period"]) == {NOTHING}


@pytest.mark.parametrize(
    ("published", "away"),
    [
        ({"f": 12, "m": 8}, False),
        ({"f": 13, "m": 8}, True),
        ({"f": 22, "m": 18}, False),
        ({"f": 12, "m": 17}, True),
        ({"f": 12, "m": 8, NOTHING: 3}, False),
        ({}, False),
    ],
)
def test_what_published_groups_leave_is_nobody_or_many(published, away):
    frame = pd.DataFrame({"SEX": ["f"] * 12 + ["m"] * 8})
    assert gives_away(frame, "SEX", published) == away
