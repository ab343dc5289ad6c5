"""Screening stored responses: flags, set-asides, tally and scores, exactly once."""

from datetime import timedelta

import pytest

from analytics.counting import tally
from analytics.models import Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from responses.intake import door as intake
from responses.intake.door import NotAccepted, amend, count_again, set_aside
from responses.models import AgencyScreening, Flag, JournalEntry, Response, Revision
from responses.screening import kept
from responses.screening.screen import screen
from responses.tasks import screen_waves
from surveys import clock
from surveys.method import Method
from surveys.models import Wave
from tests.closing import close_wave, end
from tests.first_edition import first_edition
from tests.stuffing import FIRST, answer_all, everyday, one_night
from tests.tallied import counts_of

pytestmark = pytest.mark.django_db

Disposition = Response.Disposition


@pytest.fixture
def honest(wave, government):
    """Forty days of a counter: four answers a day, three of them satisfied."""
    answer_all(wave, government.licence, government.counter, everyday(40))


@pytest.fixture
def stuffed(wave, honest, government) -> list[Response]:
    """Sixty fives within an hour of one night."""
    return answer_all(wave, government.licence, government.counter, one_night(30, 60))


def dispositions() -> dict[str, int]:
    values = list(Response.objects.values_list("disposition", flat=True))
    return {each: values.count(each) for each in set(values)}


def everything() -> tuple:
    """All that screening may change."""
    return (
        sorted(Flag.objects.values_list("pk", "response", "rule", "strength", "withdrawn_at")),
        sorted(Revision.objects.values_list("response", "number", "reason")),
        sorted(Response.objects.values_list("pk", "disposition", "revision")),
        JournalEntry.objects.count(),
    )


def test_honest_answers_all_count(wave, honest):
    assert screen(wave) == 1
    assert dispositions() == {Disposition.COUNTED: 160}


def test_from_answers_to_both_figures(wave, stuffed, government):
    end(wave)
    screen(wave)
    compute_scores(wave)
    score = agency_score(wave)
    aside = dispositions()[Disposition.SCREENED]
    assert aside >= 55
    assert (score.n, score.estimate) == (220 - aside, pytest.approx((180 - aside) / (220 - aside)))
    assert score.beside["with_screened"]["n"] == 220
    assert score.beside["with_screened"]["estimate"] == pytest.approx(180 / 220)
    assert counts_of(wave) == tally.count_all(wave)
    stored = AgencyScreening.objects.get(agency=government.dlt)
    assert (stored.answers, stored.set_aside, stored.alarm) == (220, aside, True)
    assert stored.counts("burst")["set_aside"] == aside


def test_no_answer_moves_a_figure_before_it_is_screened(wave, stuffed):
    compute_scores(wave)
    assert agency_score(wave).n == 220 - dispositions()[Disposition.SCREENED] <= 165


def test_a_verdict_that_rests_on_stuffing_is_flagged(wave, government):
    """Met with the stuffing, not shown without it, where half of the encounters were answered for:
    in the first edition."""
    with first_edition():
        Wave.objects.filter(pk=wave.pk).update(method=Method().to_dict())
    wave.refresh_from_db()
    nine_in_ten = (2, 5, 4, 5, 4, 5, 4, 5, 4, 5)
    answer_all(wave, government.licence, government.counter, everyday(60, nine_in_ten))
    answer_all(wave, government.licence, government.counter, one_night(50, 400, seconds=9))
    compute_scores(wave)
    assert agency_score(wave).verdict == "MET"
    screen(wave)
    compute_scores(wave)
    score = agency_score(wave)
    assert score.verdict == "INCONCLUSIVE"
    assert "FLAGGED" in score.flags
    assert score.beside["with_screened"]["verdict"] == "MET"


def agency_score(wave) -> Score:
    return Score.objects.get(
        wave=wave, level="agency", agency__code="DLT", is_overall=True, measure="top_two_box"
    )


def test_screening_again_changes_nothing(wave, stuffed):
    screen(wave)
    first = everything()
    assert screen(wave, now=True) == 0  # nothing has come
    assert screen(wave, anew=True) == 1  # all again
    assert everything() == first


def test_bit_by_bit_ends_where_all_at_once_does(wave, stuffed, government, send):
    screen(wave)
    for k in range(20):
        send(
            government.licence,
            government.counter,
            4 - k % 3,
            answered_at=FIRST + timedelta(days=30, hours=16, minutes=3 * k),
        )
    assert screen(wave, now=True) == 1
    standing = set(
        Flag.objects.filter(withdrawn_at=None).values_list("response", "rule", "strength")
    )
    aside = set(Response.objects.filter(disposition="screened").values_list("pk", flat=True))
    Flag.objects.all().delete()
    screen(wave, anew=True)
    assert standing == set(Flag.objects.values_list("response", "rule", "strength"))
    assert aside == set(
        Response.objects.filter(disposition="screened").values_list("pk", flat=True)
    )


def test_what_no_longer_stands_is_withdrawn_and_counts_again(wave, stuffed):
    screen(wave)
    aside = dispositions()[Disposition.SCREENED]
    flags = Flag.objects.count()
    # The others of the night prove to be as discontent as everybody.
    others = [each.receipt for each in stuffed[::2]]
    Response.objects.filter(receipt__in=others).update(overall=2)
    screen(wave, anew=True)
    assert dispositions().get(Disposition.SCREENED, 0) < aside
    assert Flag.objects.count() >= flags
    assert (
        Flag.objects.exclude(withdrawn_at=None).exists()
        or Flag.objects.filter(rule="burst", strength__lt=1).exists()
    )
    tally.fold(wave)
    assert counts_of(wave) == tally.count_all(wave)


def test_a_run_that_dies_leaves_nothing_half_done(wave, stuffed, monkeypatch):
    before = everything()
    with monkeypatch.context() as patched:
        patched.setattr(intake, "set_aside", _dies)
        with pytest.raises(RuntimeError):
            screen(wave)
    assert everything() == before
    screen(wave)
    assert dispositions()[Disposition.SCREENED] >= 55


def _dies(*args, **kwargs):
    raise RuntimeError("the worker was killed")


def test_two_workers_at_once_write_once(wave, stuffed, monkeypatch):
    """The second has read the same answers when the first is through."""
    from responses.screening import screen as module

    read, other = module.read, []

    def read_slowly(*args, **more):
        answers = read(*args, **more)
        if not other:
            other.append(True)
            other.append(screen(wave))
        return answers

    monkeypatch.setattr(module, "read", read_slowly)
    assert (screen(wave), other[1]) == (0, 1)
    assert dispositions()[Disposition.SCREENED] >= 55
    assert Revision.objects.count() == dispositions()[Disposition.SCREENED]


def test_an_open_wave_is_not_read_again_for_every_answer(wave, stuffed, government, send):
    screen(wave)
    send(government.licence, government.counter, 4, answered_at=FIRST)
    assert screen(wave) == 0
    with clock.at(clock.now() + timedelta(hours=2)):
        assert screen(wave) == 1


def test_an_amended_answer_is_screened_again(wave, honest):
    screen(wave)
    amend(Response.objects.first(), {"P1": 4}, reason="details")
    assert screen(wave, now=True) == 1


def test_the_last_screening_follows_the_closing(wave, stuffed):
    screen(wave)
    closed = close_wave(wave)
    assert not AgencyScreening.objects.filter(wave=closed, final=True)
    screen_waves()
    assert not AgencyScreening.objects.filter(wave=closed, final=False)
    before = everything()
    Response.objects.update(device="", seconds=None)  # as traces are deleted
    screen_waves()
    assert everything() == before


def test_publication_screens_what_nobody_has_screened(wave, stuffed):
    published = publish(close_wave(wave))
    assert AgencyScreening.objects.get().final
    assert agency_score(published).beside["with_screened"]["n"] == 220
    assert screen(published) == 0


def test_the_neighbour_is_judged_by_its_own_answers(wave, stuffed, government, send):
    for k in range(10):
        send(government.id_card, government.counter, 5, answered_at=FIRST + timedelta(days=k))
    assert screen(wave) == 2
    assert not Flag.objects.filter(response__service=government.id_card, rule="burst").exists()
    neighbour = AgencyScreening.objects.get(agency=government.dopa)
    assert (neighbour.answers, neighbour.set_aside, neighbour.alarm) == (10, 0, False)


def test_erased_answers_are_left_alone(wave, stuffed):
    erased = Response.objects.get(receipt=stuffed[0].receipt)
    Response.objects.filter(pk=erased.pk).update(disposition=Disposition.ERASED)
    screen(wave)
    erased.refresh_from_db()
    assert (erased.disposition, erased.revision) == (Disposition.ERASED, 1)
    assert not erased.flags.exists()


def test_flags_go_with_the_erased_answer(wave, stuffed):
    screen(wave)
    flagged = Flag.objects.first().response
    intake.erase(flagged)
    assert not Flag.objects.filter(response=flagged).exists()
    assert Flag.objects.exists()


def test_what_is_erased_while_it_is_judged_gets_no_flag(wave, stuffed, monkeypatch):
    def read_then_erase(*asked, **more):
        answers = kept.read(*asked, **more)
        for response in added:
            intake.erase(response)
        return answers

    added = list(Response.objects.filter(receipt__in=[each.receipt for each in stuffed]))

    monkeypatch.setattr("responses.screening.screen.read", read_then_erase)
    screen(wave)
    assert not Flag.objects.filter(response__in=added).exists()
    assert dispositions() == {Disposition.COUNTED: 160, Disposition.ERASED: 60}


def test_of_a_drawn_citizens_answer_no_time_is_noted(wave, stuffed):
    """When it was flagged, set aside or erased would tell about when it came."""
    screen(wave)
    drawn = Response.objects.filter(disposition=Disposition.COUNTED).first()
    Response.objects.filter(pk=drawn.pk).update(selection=Response.Selection.DRAWN)
    set_aside(wave, [drawn.pk], reason="screening")
    intake.erase(drawn)
    times = {*Flag.objects.values_list("raised_at", flat=True)}
    times |= {*drawn.history.values_list("changed_at", flat=True)}
    assert drawn.history.count() == 2
    assert {clock.noon_of(time) for time in times} == times


def test_evidence_names_nobody(wave, stuffed):
    screen(wave)
    known = {"answers", "minutes", "usual", "side", "on_side", "hour", "seconds", "items", "days"}
    for evidence in Flag.objects.values_list("evidence", flat=True):
        assert set(evidence) <= known | {"allowed", "copies"}
        assert all(not isinstance(value, str) for value in evidence.values())


def test_a_wave_that_declared_no_rules_has_none(wave, stuffed):
    Wave.objects.update(method={k: v for k, v in wave.method.items() if k != "screening"})
    assert screen(Wave.objects.get()) == 0
    assert not Flag.objects.exists()


def test_set_aside_and_back_keeps_the_tally_exact(wave, answered):
    tally.fold(wave)
    untouched = counts_of(wave)
    ids = list(Response.objects.values_list("pk", flat=True)[:7])
    assert set_aside(wave, ids, reason="screening") == 7
    assert set_aside(wave, ids, reason="screening") == 0
    tally.fold(wave)
    assert counts_of(wave) == tally.count_all(wave) != untouched
    assert count_again(wave, ids, reason="screening") == 7
    tally.fold(wave)
    assert counts_of(wave) == untouched
    response = Response.objects.get(pk=ids[0])
    assert response.revision == 3
    history = list(response.history.order_by("number").values_list("number", "before"))
    assert [number for number, _before in history] == [2, 3]
    assert [before["disposition"] for _n, before in history] == ["counted", "screened"]


def test_a_published_wave_no_longer_changes(wave, answered):
    published = publish(close_wave(wave))
    ids = list(Response.objects.values_list("pk", flat=True)[:3])
    with pytest.raises(NotAccepted):
        set_aside(published, ids, reason="screening")
    assert dispositions() == {Disposition.COUNTED: 50}
    assert not Revision.objects.exists()
