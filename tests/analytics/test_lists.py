"""Many verdicts side by side are held to 5 % false ones."""

import pytest
from django.utils import translation

from analytics.models import Score
from analytics.reporting.content import gather
from analytics.scoring.lists import judged_alike
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from analytics.wording.lists import list_sentence
from surveys.models import Wave
from tests.closing import close_wave
from tests.first_edition import SINCE


def score(wave, share: float, n: int = 200) -> Score:
    wave.state = Wave.State.CLOSED
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


LISTS = ("Read as one list", "of them meet it", "Of 2 agencies", "Cannot be told from", "explains")


@pytest.mark.parametrize("edition", [1, 2])
def test_an_open_wave_has_no_list_anywhere(wave, government, send, client, alice, edition):
    """Whoever counts lucky agencies day after day would find them; a closed wave has its list."""
    if edition == 1:
        as_then = {name: value for name, value in wave.method.items() if name not in SINCE}
        Wave.objects.filter(pk=wave.pk).update(method=as_then)
    for service in (government.licence, government.id_card):
        for k in range(60):
            send(service, government.counter, 5 if k or service is government.licence else 1)
    client.force_login(alice)

    def seen() -> str:
        compute_scores(wave)
        pages = ("", "waves/", "waves/W1/", "waves/W1/agencies/DLT/", "waves/W1/agencies/MOT/")
        html = "".join(client.get(f"/en/{page}").content.decode() for page in pages)
        api = client.get("/api/v1/waves/W1/scores/").content.decode()
        with translation.override("en"):
            report = [*gather(wave, None)["findings"], *gather(wave, government.dlt)["findings"]]
        return html + api + " ".join(report)

    wave.refresh_from_db()
    assert wave.state == Wave.State.OPEN
    found = seen()
    assert not [words for words in LISTS if words in found]
    for kind in Score.Level.values:
        assert judged_alike(list(Score.objects.filter(wave=wave, level=kind))) == []
    close_wave(wave)
    wave.refresh_from_db()
    closed = seen()
    assert "Read as one list of 2 agencies" in closed
    assert "of them meet it" in closed
