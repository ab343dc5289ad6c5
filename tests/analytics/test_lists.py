"""Many verdicts side by side are held to 5 % false ones."""

import pytest

from analytics.models import Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from analytics.wording.lists import list_sentence
from tests.closing import close_wave


def score(wave, share: float, n: int = 200) -> Score:
    return Score(
        wave=wave,
        measure="top_two_box",
        estimate=share,
        se=(share * (1 - share) / n) ** 0.5,
        n=n,
        n_kish=n,
        n_eff=n,
        df=n - 1,
        verdict="MET" if share > 0.94 else "NOT_MET" if share < 0.86 else "INCONCLUSIVE",
    )


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.99, 0.98, 0.60], "2 met, 1 not met"),
        ([0.945, *[0.90] * 39], "0 met, 0 not met"),  # a narrow "met" among forty is likely luck
        ([0.90, 0.90], "0 met, 0 not met"),
    ],
)
def test_a_verdict_must_stand_among_its_neighbours(wave, shares, said):
    assert said in list_sentence([score(wave, share) for share in shares])


def test_a_narrow_verdict_stands_alone_but_not_in_a_long_list(wave):
    narrow = score(wave, 0.945)
    assert "1 met" in list_sentence([narrow, score(wave, 0.5)])


def test_nothing_is_said_of_one_agency_nor_of_means(wave):
    assert list_sentence([score(wave, 0.99)]) == ""
    means = [score(wave, 0.9), score(wave, 0.8)]
    for mean in means:
        mean.measure = "mean_percent"
    assert list_sentence(means) == ""


def test_the_league_of_a_closed_wave_says_it(wave, answered, client):
    compute_scores(wave)
    assert publish(close_wave(wave)).state == "published"
    assert "Read as one list of 2 agencies" in client.get("/en/waves/W1/").content.decode()
