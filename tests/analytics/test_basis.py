"""Open and drawn responses, doubted and trusted ones: which of them a figure rests on."""

from decimal import Decimal
from typing import Any

import pytest

from analytics.counting.bases import Basis, histograms
from analytics.counting.tally import count_all, fold
from analytics.models import Score
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores
from responses.intake.door import Door, Submission, erase
from responses.models import JournalEntry, Response, Revision
from surveys import clock
from surveys.method import Method
from surveys.models import Wave
from surveys.waves import open_wave
from tests.closing import end
from tests.first_edition import first_edition
from tests.tallied import counts_of

OPEN, DRAWN = Response.Selection.OPEN, Response.Selection.DRAWN
VERIFIED = Response.Selection.VERIFIED
NOT_THERE = (Basis.DRAWN, Basis.VERIFIED)


def set_aside(response: Response) -> None:
    """As screening does: a revision, and a journal entry for it."""
    before = response.state()
    response.revision += 1
    response.disposition = Response.Disposition.SCREENED
    response.save(update_fields=["revision", "disposition"])
    Revision.objects.create(
        response=response,
        number=response.revision,
        before=before,
        reason="screened",
        changed_at=clock.now(),
    )
    JournalEntry.objects.create(
        wave_id=response.wave_id, response_ids=[response.pk], revision=response.revision
    )


def score_of(wave: Wave, agency: str) -> Score:
    return Score.objects.get(
        wave=wave, level="agency", agency__code=agency, is_overall=True, measure="top_two_box"
    )


def with_method(draft: Wave, **declared: Any) -> Wave:
    draft.method = declared if "version" in declared else draft.method | declared
    draft.save()
    return open_wave(draft)


def answer(wave: Wave, government, count: int, overall: int, **fields) -> list[Response]:
    door = Door(wave)
    stored = Response.objects.count()
    return [
        door.receive(
            Submission(
                key=f"{stored}-{k}",
                service=government.licence,
                answers={"OV": overall},
                source=Response.Source.WEB,
                **{"channel": government.counter, **fields},
            )
        ).response
        for k in range(count)
    ]


def test_open_responses_count_until_the_drawn_can_stand_alone(government, draft):
    wave = end(with_method(draft, drawn_alone_from=12))
    answer(wave, government, 20, 5)
    compute_scores(wave)
    assert score_of(wave, "DLT").n == 20
    assert score_of(wave, "DLT").beside == {}

    answer(wave, government, 11, 2, selection=DRAWN, base_weight=Decimal(25))
    compute_scores(wave)
    assert score_of(wave, "DLT").evidence == "SELF_SELECTED"  # nothing falls from 20 to none

    answer(wave, government, 1, 2, selection=DRAWN, base_weight=Decimal(25))
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.n, score.estimate, score.evidence) == (12, 0, "PROBABILITY")
    assert score.beside["open"]["n"] == 20
    assert score.beside["open"]["estimate"] == 1
    assert score.beside["drawn"]["n"] == 12


@pytest.mark.parametrize("leave", [set_aside, erase])
def test_drawn_answers_that_count_no_longer_do_not_silence_open_ones(government, wave, leave):
    answer(wave, government, 20, 5)
    (drawn,) = answer(wave, government, 1, 2, selection=DRAWN)
    fold(wave)
    leave(drawn)
    compute_scores(wave)
    by_and_by = as_records(list(Score.objects.filter(wave=wave)))
    assert score_of(wave, "DLT").n == 20
    compute_scores(wave, rebuild=True)
    assert as_records(list(Score.objects.filter(wave=wave))) == by_and_by


def test_a_neighbour_without_drawn_answers_keeps_its_open_ones(government, wave, send):
    answer(wave, government, 12, 2, selection=DRAWN)
    for _k in range(5):
        send(government.id_card, government.counter, 5)
    compute_scores(end(wave))
    assert score_of(wave, "DOPA").n == 5


def test_a_wave_may_never_count_open_responses(government, draft):
    wave = with_method(draft, open_responses="never")
    answer(wave, government, 20, 5)
    compute_scores(wave)
    assert not Score.objects.filter(wave=wave).exists()


def test_where_both_count_neither_outweighs_the_other_by_its_rate(government, draft):
    wave = with_method(draft, open_responses="always")
    answer(wave, government, 10, 5)
    answer(wave, government, 10, 2, selection=DRAWN, base_weight=Decimal(40))
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert score.n == 20
    assert score.estimate == pytest.approx(0.5)


def test_what_screening_set_aside_is_left_out_and_shown_beside(government, draft):
    wave = with_method(draft, screening=None)  # set aside by hand
    answer(wave, government, 30, 2)
    for response in answer(wave, government, 60, 5):
        set_aside(response)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.n, score.estimate) == (30, 0)
    assert score.beside["with_screened"]["n"] == 90
    assert score.beside["with_screened"]["estimate"] == pytest.approx(2 / 3)
    assert "FLAGGED" not in score.flags  # not met, with them and without them


def test_a_verdict_that_rests_on_screening_is_flagged(government, draft):
    with first_edition():
        wave = with_method(draft, **Method().to_dict())
    answer(wave, government, 150, 5)
    for response in answer(wave, government, 30, 1):
        set_aside(response)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.verdict, score.beside["with_screened"]["verdict"]) == ("MET", "NOT_MET")
    assert "FLAGGED" in score.flags


def test_a_wave_may_count_what_screening_doubts(government, draft):
    wave = with_method(draft, screened="count", screening=None)
    answer(wave, government, 30, 5)
    for response in answer(wave, government, 30, 1):
        set_aside(response)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert score.n == 60
    assert score.beside["without_screened"]["n"] == 30


def test_a_difference_of_a_few_answers_is_not_shown(government, wave):
    answer(wave, government, 30, 5)
    for response in answer(wave, government, 9, 1):
        set_aside(response)
    compute_scores(wave)
    assert score_of(wave, "DLT").beside == {}


def test_a_verdict_that_rests_on_a_few_set_aside_is_flagged_all_the_same(government, draft):
    with first_edition():
        wave = with_method(draft, **Method().to_dict())
    answer(wave, government, 120, 5)
    for response in answer(wave, government, 9, 1):
        set_aside(response)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.verdict, score.beside) == ("MET", {})
    assert "FLAGGED" in score.flags


def test_the_few_drawn_of_a_channel_do_not_follow_from_the_agencys(government, draft):
    """Where both count: 30 drawn at the counter, 5 online, 35 in all."""
    wave = end(with_method(draft, open_responses="always"))
    online = {"channel": government.online}
    answer(wave, government, 20, 4)
    answer(wave, government, 20, 4, **online)
    answer(wave, government, 30, 2, selection=DRAWN)
    answer(wave, government, 5, 5, selection=DRAWN, **online)
    compute_scores(wave)
    scores = Score.objects.filter(level="agency_channel", is_overall=True, measure="top_two_box")
    assert [score.n for score in scores] == [50, 25]
    assert [score.beside for score in scores] == [{}, {}]
    assert {"open", "drawn"} <= score_of(wave, "DLT").beside.keys()


def test_the_few_set_aside_in_a_channel_do_not_follow_from_the_agencys(government, draft):
    wave = with_method(draft, screening=None)
    online = {"channel": government.online}
    answer(wave, government, 20, 4)
    answer(wave, government, 20, 4, **online)
    added = answer(wave, government, 30, 5) + answer(wave, government, 5, 1, **online)
    for response in added:
        set_aside(response)
    compute_scores(end(wave))
    scores = Score.objects.filter(level="agency_channel", is_overall=True, measure="top_two_box")
    assert [score.beside for score in scores] == [{}, {}]
    assert score_of(wave, "DLT").beside["with_screened"]["n"] == 75


def test_erased_answers_leave_every_basis(government, wave):
    response, *_others = answer(wave, government, 11, 5)
    fold(wave)
    set_aside(response)
    Response.objects.filter(pk=response.pk).update(disposition=Response.Disposition.ERASED)
    fold(end(wave))
    for basis in Basis:
        bins = histograms(wave, basis).get("OV", {})
        assert sum(map(sum, bins.values())) == (0 if basis in NOT_THERE else 10)


def test_the_tally_keeps_them_apart_and_can_be_rebuilt(government, wave):
    answer(wave, government, 3, 5)
    answer(wave, government, 2, 4, selection=DRAWN, base_weight=Decimal("12.5"))
    fold(wave)
    set_aside(answer(wave, government, 1, 1)[0])
    fold(wave)
    assert counts_of(wave) == count_all(wave)
    kinds = {(key.selection, key.screened): n for key, n in counts_of(wave).items()}
    assert kinds == {(OPEN, False): 3, (DRAWN, False): 2, (OPEN, True): 1}


def test_records_without_other_figures_say_nothing_of_them(government, wave):
    answer(wave, government, 12, 5)
    compute_scores(wave)
    assert all("beside" not in record for record in as_records(list(Score.objects.all())))


def test_verified_answers_are_evidence_of_their_own(government, draft):
    wave = end(with_method(draft, drawn_alone_from=12, tokens="offered"))
    answer(wave, government, 11, 5, selection=VERIFIED)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.n, score.evidence, score.official) == (11, "VERIFIED", False)
    assert score.beside == {"verified": score.beside["verified"]}

    answer(wave, government, 20, 2)
    compute_scores(wave)  # 11 do not stand alone
    score = score_of(wave, "DLT")
    assert (score.n, score.evidence) == (31, "SELF_SELECTED")
    assert (score.beside["verified"]["n"], score.beside["open"]["n"]) == (11, 20)

    answer(wave, government, 1, 5, selection=VERIFIED)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.n, score.evidence, score.official) == (12, "VERIFIED", False)
    assert score.beside["verified"]["evidence"] == "VERIFIED"

    answer(wave, government, 12, 4, selection=DRAWN)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.n, score.evidence) == (12, "PROBABILITY")


def test_drawn_and_verified_answers_together_are_verified(government, draft):
    wave = end(with_method(draft, drawn_alone_from=20, tokens="offered"))
    answer(wave, government, 10, 5, selection=VERIFIED)
    answer(wave, government, 10, 5, selection=DRAWN)
    answer(wave, government, 30, 1)
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert (score.n, score.evidence) == (20, "VERIFIED")


@pytest.mark.parametrize("accepted", [["PROBABILITY"], ["PROBABILITY", "VERIFIED"]])
def test_a_wave_may_declare_verified_answers_official(government, draft, accepted):
    wave = end(with_method(draft, tokens="offered", official_evidence=accepted))
    for service, channel in (
        (government.licence, government.counter),
        (government.licence, government.online),
        (government.tax, government.online),
    ):
        door = Door(wave)
        for k in range(100):
            fields = {"key": f"{service.code}{channel.code}{k}", "answers": {"OV": 5}}
            door.receive(
                Submission(
                    **fields,
                    service=service,
                    channel=channel,
                    source=Response.Source.WEB,
                    selection=VERIFIED,
                )
            )
    compute_scores(wave)
    score = score_of(wave, "DLT")
    assert score.verdict == "MET"
    assert score.official == (wave.state != "open" and len(accepted) == 2)
