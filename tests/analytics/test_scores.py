"""Scores of the small government, held against the formulas worked by hand."""

import json
import re
from math import sqrt

import pytest
from django.core.management import call_command

from analytics.models import Computation, Score
from analytics.scoring.publication import publish, verify
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores, estimate_scores
from responses.intake.door import erase
from surveys.models import Channel, Wave
from tests.closing import close_wave, end


@pytest.fixture
def scored(wave, answered) -> Wave:
    compute_scores(wave)
    return wave


def score(level: str, measure: str = "top_two_box", **where) -> Score:
    return Score.objects.get(level=level, measure=measure, is_overall=True, **where)


def test_a_stratified_share_and_its_standard_error(scored, government):
    # Counter: 20 of 30 satisfied, 4,000 encounters; online: 9 of 10, 1,000 encounters.
    dlt_licence = score("service", service=government.licence)
    assert dlt_licence.estimate == pytest.approx(0.8 * 20 / 30 + 0.2 * 9 / 10)
    variance = 0.8**2 * (2 / 3 * 1 / 3) / 29 + 0.2**2 * (0.9 * 0.1) / 9
    assert dlt_licence.se == pytest.approx(sqrt(variance))
    assert dlt_licence.n == 40
    assert dlt_licence.df == 38
    assert dlt_licence.population == 5000


def test_nobody_answers_for_a_silent_cell(scored, government):
    # Nobody answered about tax online, with 3,000 of the agency's 8,000 encounters.
    dlt = score("agency", agency=government.dlt)
    assert dlt.estimate == pytest.approx((4000 * 20 / 30 + 1000 * 9 / 10) / 5000)
    assert dlt.coverage == pytest.approx(5 / 8)
    assert Computation.objects.get().merges == []
    (silent,) = Computation.objects.get().uncovered
    assert silent == {"service": "DLT-2", "channel": "e_service", "encounters": 3000}
    assert not Score.objects.filter(level="service", service=government.tax).exists()


def test_coverage_counts_only_encounters_that_answers_speak_for(wave, government, send):
    for rating in (5, 4, 5):
        send(government.id_card, government.counter, rating)
    compute_scores(end(wave))
    assert score("nation").coverage == pytest.approx(2000 / 10_000)
    assert score("ministry", agency=government.interior).coverage == 1.0
    assert "LOW_COVERAGE" in score("nation").flags


def test_everybody_satisfied_in_a_small_sample_is_not_met(scored, government):
    dopa = score("agency", agency=government.dopa)
    assert dopa.estimate == 1.0
    assert dopa.se == 0.0
    assert dopa.low < 0.7  # it may be looked at every day
    assert dopa.verdict == "INCONCLUSIVE"


def test_the_mean_is_a_share_of_five(scored, government):
    mean = score(
        "service_channel", "mean_percent", service=government.licence, channel=government.online
    )
    assert mean.estimate == pytest.approx((9 * 4 + 3) / 10 / 5)
    assert mean.low < mean.estimate < mean.high


def test_levels_and_crossings_that_have_data(scored):
    levels = set(Score.objects.values_list("level", flat=True))
    assert levels == set(Score.Level.values) - {"service_point"}
    assert Score.objects.filter(level="agency_channel", measure="top_two_box").count() == 3


def test_items_are_scored_for_agencies(scored, government):
    item = Score.objects.get(question="S1", level="agency", measure="top_two_box")
    assert (item.agency, item.n, item.estimate) == (government.dlt, 30, 1.0)


def test_the_distribution_is_the_plain_count(scored, government):
    assert score("agency", agency=government.dlt).distribution == [0, 10, 1, 9, 20]


def test_computing_twice_gives_the_same(scored):
    first = as_records(list(Score.objects.all()))
    compute_scores(scored)
    compute_scores(scored, rebuild=True)
    assert as_records(list(Score.objects.all())) == first


def test_answers_arriving_one_by_one_score_as_if_they_came_at_once(wave, government, send):
    for rating in (5, 4, 2, 5, 3, 1, 5):
        send(government.licence, government.counter, rating)
        compute_scores(wave)
    incremental = as_records(list(Score.objects.all()))
    compute_scores(wave, rebuild=True)
    assert as_records(list(Score.objects.all())) == incremental


def test_a_published_wave_is_recomputed_but_not_changed(scored, government):
    from analytics.scoring.publication import publish, verify
    from tests.closing import close_wave

    published = publish(close_wave(scored))
    assert verify(published) == []
    compute_scores(published)
    Score.objects.filter(level="nation").update(estimate=0.99)
    assert verify(published) == ["results"]
    with pytest.raises(RuntimeError, match="cannot be reproduced"):
        compute_scores(published)


def test_what_was_computed_while_another_published_takes_nobodys_place(
    wave, government, send, monkeypatch
):
    """A worker has computed, then a citizen erases and the office publishes, then it stores."""
    stored = [send(government.licence, government.counter, 5) for _k in range(40)]
    closed = close_wave(wave)

    def late(of_wave):
        computed = estimate_scores(of_wave)
        monkeypatch.undo()
        erase(stored[0])
        publish(closed)
        return computed

    monkeypatch.setattr("analytics.scoring.scores.estimate_scores", late)
    compute_scores(closed)
    published = Wave.objects.get()
    assert verify(published) == []
    assert {score.n for score in Score.objects.filter(is_overall=True)} == {39}


def test_supplied_weights_are_taken_as_they_are(draft, government, send):
    supplied = draft.method | {"weighting": "supplied", "clusters": "respondent"}
    Wave.objects.filter(pk=draft.pk).update(method=supplied)
    send(government.licence, government.counter, 5, base_weight=3, respondent="a")
    send(government.licence, government.counter, 1, base_weight=1, respondent="b")
    send(government.licence, government.online, 4, base_weight=2, respondent="c")
    send(government.licence, government.online, 2, base_weight=2, respondent="a")
    compute_scores(end(Wave.objects.get(pk=draft.pk)))
    nation = score("nation")
    assert nation.estimate == pytest.approx(5 / 8)
    # Totals of w(y − p̂)/Σw by respondent: a, b, c; three PSUs in one stratum.
    a, b, c = (3 * 3 / 8 - 2 * 5 / 8) / 8, -5 / 8 / 8, 2 * 3 / 8 / 8
    assert nation.se == pytest.approx(sqrt(3 / 2 * (a * a + b * b + c * c)))
    assert nation.df == 2
    assert nation.coverage is None


def test_json_has_one_object_a_score(scored, capsys):
    call_command("compute_scores", scored.code, "--json")
    records = json.loads(capsys.readouterr().out)
    assert len(records) == Score.objects.count()
    wanted = {
        "domain",
        "measure",
        "estimate",
        "se",
        "low",
        "high",
        "n",
        "n_eff",
        "df",
        "coverage",
        "verdict",
        "flags",
    }
    assert wanted <= set(records[0])
    assert records[0]["domain"] == {"level": "nation"}


def test_the_table_shows_percent_and_interval(scored, capsys):
    call_command("compute_scores", scored.code, "--level", "agency")
    out = capsys.readouterr().out
    assert "DOPA" in out
    assert re.search(r"100\.0 % \(\d\d\.\d–100\.0\)", out)
    assert "SELF_SELECTED not official" in out


def test_an_empty_wave_has_no_scores(wave):
    scores, computation = estimate_scores(wave)
    assert scores == []
    assert computation.responses == 0


def test_a_response_outside_the_frame_is_not_weighed(wave, government, send):
    telephone = Channel.objects.create(code="call", family="telephone", name_th="โทร")
    send(government.id_card, government.counter, 5)
    send(government.id_card, government.counter, 4)
    send(government.id_card, telephone, 1)
    compute_scores(end(wave))
    assert score("agency", agency=government.dopa).estimate == 1.0


def test_an_unanswered_service_does_not_change_what_its_neighbour_weighs(wave, answered):
    online = score_of_licence(wave)
    wave.frame.cells.filter(service__code="DLT-2").update(encounters=900_000)
    assert score_of_licence(wave) == online


def score_of_licence(wave) -> tuple[float, float]:
    compute_scores(wave)
    licence = score("service", service__code="DLT-1")
    return licence.estimate, licence.se
