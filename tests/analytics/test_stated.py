"""Nobody who watches an open wave sees a rating arrive: figures move in steps of ten, once a day.

The attacks poll what is shown after every answer, and again every day, and compare.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from django.utils import translation

from analytics.counting import tally
from analytics.counting.stated import restate
from analytics.dashboards.screened import screened
from analytics.models import Computation, Score, TallyCell
from analytics.scoring.scores import compute_scores
from analytics.tasks import refresh_open_waves
from responses.intake.door import amend, erase
from responses.models import Response
from surveys import clock
from surveys.method import Method
from surveys.models import Wave
from tests.closing import close_wave, end
from tests.first_edition import first_edition

OPEN, DRAWN = Response.Selection.OPEN, Response.Selection.DRAWN
FIRST_DAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
EVERY_15_SECONDS = timedelta(seconds=15)
MOVES_AT_ONCE = {"id", "answers_since", "stated_on", "response_rate"}


def day(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number)


def figures(wave) -> dict:
    """All that is stored to be shown, by domain, question and measure, without counts of what
    came since."""
    names = [f.attname for f in Score._meta.concrete_fields if f.name not in MOVES_AT_ONCE]
    return {
        (s.domain, s.question, s.measure): {name: getattr(s, name) for name in names}
        for s in Score.objects.filter(wave=wave)
    }


def sizes(shown) -> dict:
    """How many answers each figure rests on, those on other bases among them."""
    found = defaultdict(int)
    for key, row in shown.items():
        found[key, "official"] = row["n"]
        for basis, other in row["beside"].items():
            found[key, basis] = other["n"]
    return found


def answers_of(client, wave) -> list[dict]:
    """The figures that a program reads, without what may move at once: that somebody answered."""
    rows = client.get(f"/api/v1/waves/{wave.code}/scores/?limit=1000").json()["results"]
    shown = [row for row in rows if not row["suppressed"]]
    return [{k: v for k, v in row.items() if k not in MOVES_AT_ONCE} for row in shown]


def test_the_number_moves_at_once_and_the_figure_does_not(client, wave, answered, government, send):
    with clock.at(day(0)):
        compute_scores(wave)
        before = figures(wave)
        send(government.licence, government.counter, 1)
        compute_scores(wave)
    assert figures(wave) == before
    dlt = Score.objects.get(
        agency=government.dlt, level="agency", measure="top_two_box", question="OV"
    )
    assert (dlt.n, dlt.answers_since, dlt.stated_on) == (40, 1, day(0).date())


def test_figures_move_once_a_day(wave, government, send):
    counter = government.licence, government.counter
    shown = []
    for number in range(3):
        for minute in (0, 10):
            with clock.at(day(number) + timedelta(minutes=minute)):
                for _k in range(10):
                    send(*counter, 5)
                compute_scores(wave)
                shown.append(
                    Score.objects.get(level="nation", question="OV", measure="top_two_box").n
                )
    assert shown == [10, 10, 30, 30, 50, 50]


def test_nothing_is_told_before_ten_have_come(wave, government, send):
    for k in range(9):
        with clock.at(day(k)):
            send(government.licence, government.counter, 5)
            compute_scores(wave)
        assert not Score.objects.exists()
    assert Computation.objects.get().waiting == [[government.licence.pk, government.counter.pk]]
    with clock.at(day(9)):
        send(government.licence, government.counter, 5)
        compute_scores(wave)
    assert Score.objects.get(level="nation", question="OV", measure="top_two_box").n == 10


def test_polling_after_every_answer(client, bob, wave, government, send):
    """Two agencies, three cells, open and drawn answers, some taken back: every figure that moves
    moves by ten or more, and so does every difference between a whole and its parts."""
    seed = 2570
    random = Random(seed)
    places = [
        (government.licence, government.counter),
        (government.licence, government.online),
        (government.id_card, government.counter),
    ]
    client.force_login(bob)
    before: dict = {}
    read: list[dict] = []
    last_move, moves = None, 0
    for number in range(5):
        for poll in range(12):
            with clock.at(day(number) + poll * EVERY_15_SECONDS):
                where = random.choices(places, (6, 3, 2))[0]
                drawn = random.random() < 0.4
                sent = send(*where, random.choice((1, 4, 5)), selection=DRAWN if drawn else OPEN)
                if random.random() < 0.05:
                    amend(sent, {"OV": 1}, reason="corrected")
                compute_scores(wave)
                now = figures(wave)
                seen = answers_of(client, wave)
                assert now != before or seen == read, f"seed {seed}"
                read = seen
            if now == before:
                continue
            assert clock_day(number) != last_move, f"seed {seed}: twice on day {number}"
            last_move, moves = clock_day(number), moves + 1
            steps_are_of_ten(before, now, f"seed {seed}, day {number}")
            before = now
    assert moves >= 2, f"seed {seed}: the attack saw too little to be one"


def clock_day(number: int):
    return clock.day_of(day(number))


def steps_are_of_ten(before, now, where) -> None:
    earlier, later = sizes(before), sizes(now)
    grown = {key: n - earlier[key] for key, n in later.items()}
    assert all(n == 0 or n >= 10 for n in grown.values()), where
    for (key, basis), n in grown.items():
        if n == 0 and basis == "official" and earlier[key, basis]:
            told = ("estimate", "se", "distribution", "n_kish")
            assert [before[key][f] for f in told] == [now[key][f] for f in told], where
    for one, n in grown.items():
        for other, m in grown.items():
            if one[0][1:] == other[0][1:] and one[1] == other[1] and holds(one[0][0], other[0][0]):
                assert n == m or n - m >= 10, (where, one, other)


def holds(whole, part) -> bool:
    pairs = zip(
        (whole.agency, whole.service, whole.channel),
        (part.agency, part.service, part.channel),
        strict=True,
    )
    return all(mine in (None, its) for mine, its in pairs)


@pytest.mark.parametrize("angry", [0, 4, 9])
def test_whose_rating_it_was_cannot_be_told(wave, government, send, angry):
    """Ten citizens answer, one of them angrily: whichever it was, all polls show the same."""
    for _k in range(20):
        send(government.licence, government.counter, 4)
    with clock.at(day(-1)):
        compute_scores(wave)
    polls = []
    for k in range(10):
        with clock.at(day(k)):
            send(government.licence, government.counter, 1 if k == angry else 5)
            compute_scores(wave)
            nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
            polls.append((nation.n, nation.distribution, nation.estimate))
    assert polls[:9] == [(20, [0, 0, 0, 20, 0], 1.0)] * 9
    assert polls[9] == (30, [1, 0, 0, 20, 9], pytest.approx(29 / 30))


def test_the_first_drawn_answers_do_not_show_alone(government, draft, send):
    """Nine drawn answers would be enough to stand alone: what is shown stays that of open links
    until the tenth."""
    Wave.objects.filter(pk=draft.pk).update(method=draft.method | {"drawn_alone_from": 5})
    for _k in range(20):
        send(government.licence, government.counter, 5)
    wave = Wave.objects.get(pk=draft.pk)
    seen = []
    for k in range(10):
        with clock.at(day(k)):
            compute_scores(wave)
            nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
            seen.append((nation.n, nation.evidence, nation.beside))
            send(government.licence, government.counter, 1, selection=DRAWN)
    assert seen == [(20, "SELF_SELECTED", {})] * 10
    with clock.at(day(10)):
        compute_scores(wave)
    nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
    assert (nation.n, nation.evidence) == (10, "PROBABILITY")
    assert nation.beside["open"]["n"] == 20


def test_one_answer_that_is_taken_back_does_not_show(wave, government, send):
    """It would stand out among those who came by its sign; with ten that are gone it may go."""
    sent = [send(government.licence, government.counter, 2 if k < 12 else 5) for k in range(30)]
    with clock.at(day(0)):
        compute_scores(wave)
        before = figures(wave)
        erase(sent[0])
    for _k in range(15):
        send(government.licence, government.counter, 5)
    with clock.at(day(1)):
        compute_scores(wave)
        assert figures(wave) == before
        for response in sent[1:10]:
            erase(response)
    with clock.at(day(2)):
        compute_scores(wave)
    nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
    assert nation.distribution == [0, 2, 0, 0, 33]


def test_counting_again_does_not_state_more(wave, answered, government, send):
    with clock.at(day(0)):
        compute_scores(wave)
        before, stated = figures(wave), TallyCell.objects.filter(stated__gt=0).count()
        send(government.licence, government.counter, 1)
        compute_scores(wave, rebuild=True)
    assert figures(wave) == before
    assert TallyCell.objects.filter(stated__gt=0).count() == stated


def test_the_worker_states_what_waits_on_the_next_day(wave, government, send):
    with clock.at(day(0)):
        for _k in range(10):
            send(government.licence, government.counter, 5)
        refresh_open_waves()
        for _k in range(10):
            send(government.licence, government.counter, 5)
        refresh_open_waves()
        assert Score.objects.filter(level="nation").first().n == 10
    with clock.at(day(1)):
        refresh_open_waves()
        assert Score.objects.filter(level="nation").first().n == 20


def everything_stored(wave) -> tuple[dict, dict]:
    """Scores and what is noted of them, without when they were computed. The rate of response may
    be minutes old."""
    scores = {
        (s.domain, s.question, s.measure): {
            f.attname: getattr(s, f.attname)
            for f in Score._meta.concrete_fields
            if f.name not in {"id", "response_rate"}
        }
        for s in Score.objects.filter(wave=wave)
    }
    noted = Computation.objects.values().get(wave=wave)
    return scores, {k: v for k, v in noted.items() if k not in {"id", "computed_at"}}


def test_between_two_statements_the_worker_counts_and_stores_what_computing_would(
    wave, government, send
):
    with clock.at(day(0)):
        for _k in range(12):
            send(government.licence, government.counter, 5)
        refresh_open_waves()
    computed = Computation.objects.get(wave=wave).computed_at
    for k, (service, channel, rating) in enumerate(
        [
            (government.licence, government.counter, 1),
            (government.licence, government.online, 2),
            (government.id_card, government.counter, 3),
        ]
    ):
        with clock.at(day(0) + (k + 1) * EVERY_15_SECONDS):
            send(service, channel, rating)
            refresh_open_waves()
            assert Computation.objects.get(wave=wave).computed_at == computed
            counted = everything_stored(wave)
            with transaction.atomic():
                compute_scores(wave)
                assert counted == everything_stored(wave)
                transaction.set_rollback(True)
    nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
    assert (nation.n, nation.answers_since) == (12, 3)


def test_what_came_is_computed_after_some_minutes_though_nothing_more_comes(wave, government, send):
    with clock.at(day(0)):
        for _k in range(12):
            send(government.licence, government.counter, 5)
        refresh_open_waves()
    with clock.at(day(0) + EVERY_15_SECONDS):
        send(government.licence, government.counter, 5)
        refresh_open_waves()
        assert Computation.objects.get(wave=wave).computed_at == day(0)
    later = day(0) + timedelta(minutes=11)
    for moment in (later, later + EVERY_15_SECONDS):
        with clock.at(moment):
            refresh_open_waves()
        assert Computation.objects.get(wave=wave).computed_at == later


@pytest.mark.parametrize("finish", [end, close_wave])
def test_once_its_last_day_is_over_all_answers_are_in_the_figures(wave, government, send, finish):
    for _k in range(13):
        send(government.licence, government.counter, 5)
    compute_scores(wave)
    for _k in range(3):
        send(government.licence, government.counter, 1)
    compute_scores(finish(wave))
    nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
    assert (nation.n, nation.answers_since, nation.stated_on) == (16, None, None)


def test_the_first_edition_knows_no_steps(draft, government, send):
    with first_edition():
        Wave.objects.filter(pk=draft.pk).update(method=Method().to_dict())
    send(government.licence, government.counter, 5)
    compute_scores(Wave.objects.get(pk=draft.pk))
    nation = Score.objects.get(level="nation", question="OV", measure="top_two_box")
    assert (nation.edition, nation.n, nation.answers_since) == (1, 1, None)


def test_a_page_says_how_many_came_since(client, bob, wave, answered, government, send):
    with clock.at(day(0)):
        compute_scores(wave)
        for _k in range(3):
            send(government.licence, government.counter, 1)
        send(government.tax, government.online, 1)
        compute_scores(wave)
    client.force_login(bob)
    for language, words, cell in (
        ("en", "4 more since", "suppressed, to protect those who answered"),
        ("th", "มีคำตอบเพิ่มหลังจากนั้น 4 คำตอบ", "ไม่แสดง"),
    ):
        with translation.override(language):
            page, services = (
                client.get(f"/{language}/agency/DLT/{tab}?wave={wave.code}").content.decode()
                for tab in ("", "services/")
            )
        assert words in page
        assert cell in services.lower()


def test_agencies_do_not_see_what_rules_found_before_the_end(wave, government):
    assert screened(wave, [government.dlt.pk]) is None
    assert screened(wave) is not None
    assert screened(end(wave), [government.dlt.pk]) is not None


def test_a_statement_is_of_one_wave(wave, government, send):
    with clock.at(day(0)):
        for _k in range(10):
            send(government.licence, government.counter, 5)
        tally.fold(wave)
        assert restate(wave) == day(0).date()
        assert restate(wave) == day(0).date()
