"""Lists that do not fit what else is known are found, and honest ones are not."""

from collections import Counter
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from django.urls import reverse

from analytics.counting import tally
from analytics.domains.partitions import Registry
from analytics.fieldwork import listed
from analytics.fieldwork.counted import Known, known_encounters
from analytics.fieldwork.listed import Kind, Listed, contacts, list_findings, sizes
from analytics.models import Computation, Score
from analytics.scoring.scores import compute_scores
from analytics.wording.doubted_lists import finding_sentences
from analytics.wording.verdict import flag_words
from responses.intake.door import Door, Submission
from responses.models import Response
from surveys import clock
from surveys.models import Ballot, CountedFromLog, DrawCell, Frame, OpeningCounts, Wave
from surveys.sampling.counting import count_from_log
from tests.closing import close_wave
from tests.invitations.drawn import new_draw

SEED = 20260101
PLACE = (1, 1)
FITS = Listed(encounters=500, reachable=400, shared=10, drawn=100, answered=40)
COUNTED = Known(whole=1000, until=500, since=500)


def kinds(findings):
    return [each.kind for each in findings]


@pytest.mark.parametrize(
    ("number", "known", "found"),
    [
        (500, COUNTED, []),
        (900, COUNTED, [Kind.MORE]),  # over 1.5 times those of the days
        (700, COUNTED, []),
        (1300, replace(COUNTED, until=1000), [Kind.MORE]),  # over 1.1 times the frame
        (180, COUNTED, [Kind.FEW]),
        (220, COUNTED, []),
        (180, replace(COUNTED, since=0), []),  # the log has not been open for a week
        (900, replace(COUNTED, own=False), []),  # another year may bring twice as many
        (1200, replace(COUNTED, own=False), [Kind.MORE]),
        (9, None, []),
    ],
)
def test_a_list_is_held_against_what_was_counted(number, known, found):
    assert kinds(sizes(PLACE, replace(FITS, encounters=number), known)) == found


@pytest.mark.parametrize(
    ("shared", "reachable", "found"),
    [(99, 400, []), (100, 400, [Kind.SHARED]), (19, 30, []), (20, 30, [Kind.SHARED])],
)
def test_few_contacts_for_many_encounters(shared, reachable, found):
    each = replace(FITS, shared=shared, reachable=reachable)
    assert kinds(contacts(PLACE, each)) == found


class Services:
    """Service k is agency k's."""

    services = {k: SimpleNamespace(agency_id=k) for k in range(200)}


@pytest.mark.parametrize(
    ("answered", "still_open", "found"),
    [(40, False, []), (70, False, []), (80, False, [0]), (80, True, []), (90, True, [0])],
)
def test_far_more_answer_than_elsewhere(answered, still_open, found):
    places = {(k, 1): FITS for k in range(5)} | {(0, 1): replace(FITS, answered=answered)}
    eager = listed._eager(places, Services(), still_open=still_open)
    assert [each.place[0] for each in eager] == found


def test_honest_agencies_raise_no_alarm():
    """2,000 agencies: months and weekdays differ, some report late or forget, some citizens come
    often, and not everywhere do as many answer."""
    rng = np.random.default_rng(SEED)
    alarms: Counter[Kind] = Counter()
    for _group in range(20):
        places = {}
        for k in range(100):
            frame = rng.lognormal(7, 1)
            busy = rng.lognormal(0, 0.15)  # these days against the others of the period
            true = frame / 2 * busy
            number = rng.poisson(true * rng.uniform(0.75, 1.0))
            reachable = rng.binomial(number, 0.8)
            visits = 1 + rng.negative_binomial(0.4, 0.5, size=max(reachable, 1))
            shared = round(reachable * visits[visits > 3].sum() / visits.sum())
            drawn = min(reachable, 100)
            rate = 1 / (1 + np.exp(-rng.normal(-0.4, 0.5)))
            each = Listed(number, reachable, shared, drawn, int(rng.binomial(drawn, rate)))
            places[k, 1] = each
            known = Known(frame, frame / 2, frame / 2)
            alarms.update(kinds(sizes((k, 1), each, known)))
            alarms.update(kinds(contacts((k, 1), each)))
        alarms.update(kinds(listed._eager(places, Services(), still_open=False)))
    assert sum(alarms.values()) <= 20, f"seed {SEED}: {dict(alarms)}"


@pytest.fixture
def drawn(wave, government):
    """A wave's list of 30 days, and 40 of 100 drawn who all are content."""

    def made(**numbers):
        draw = new_draw(wave)
        draw.list_closed_at = clock.now() + timedelta(days=30)
        draw.save()
        usual = {"encounters": 300, "reachable": 200, "drawn": 100, "answered": 0, "shared": 0}
        cell = DrawCell.objects.create(
            draw=draw,
            service=government.licence,
            channel=government.counter,
            **{**usual, **numbers},
        )
        Ballot.objects.bulk_create(
            Ballot(digest=f"{k:043}", cell=cell, base_weight=2, expires_on=wave.ends_on)
            for k in range(60)
        )
        door = Door(wave)
        for k in range(40):
            door.receive(
                Submission(
                    key=f"drawn-{k}",
                    service=government.licence,
                    channel=government.counter,
                    answers={"OV": 5},
                    source=Response.Source.WEB,
                    selection=Response.Selection.DRAWN,
                    draw=draw.number,
                )
            )
        return draw

    return made


def flags(wave, **of):
    close_wave(wave)
    wave.refresh_from_db()
    compute_scores(wave)
    scores = Score.objects.filter(wave=wave, is_overall=True, measure="top_two_box")
    return {score.level: score for score in scores if score.level in ("nation", "agency")}


@pytest.mark.django_db
def test_a_figure_that_rests_on_a_doubted_list_says_so(drawn, wave):
    drawn(shared=150)
    score = flags(wave)["agency"]
    assert "LIST_DOUBTED" in score.flags
    assert any("list" in words and "in doubt" in words for words in flag_words(score))


@pytest.mark.django_db
def test_the_office_reads_what_the_figures_were_made_with(drawn, wave):
    drawn(shared=150)
    assert any("stand on more than three" in each for each in finding_sentences(wave))
    flags(wave)
    closed = Wave.objects.get(pk=wave.pk)
    told = finding_sentences(closed)
    assert any("stand on more than three" in each for each in told)
    assert finding_sentences(closed, 1) == told[:1]
    assert [[*each.place, *astuple(each)[1:]] for each in list_findings(closed)] == (
        Computation.objects.get(wave=closed).lists
    )


@pytest.mark.django_db
def test_a_list_that_nobody_has_answered_from_is_behind_no_figure(drawn, wave):
    drawn(shared=150)
    Response.objects.update(selection="open", draw=None)
    DrawCell.objects.update(drawn=60)  # as many as still hold their ballot
    tally.rebuild(wave)
    assert list_findings(wave)
    assert all("LIST_DOUBTED" not in score.flags for score in flags(wave).values())


@pytest.mark.django_db
@pytest.mark.parametrize("shared", [0, None])
def test_a_list_that_fits_or_was_never_looked_at_raises_no_flag(drawn, wave, shared):
    drawn(shared=shared, encounters=300 if shared == 0 else 10**6)
    assert all("LIST_DOUBTED" not in score.flags for score in flags(wave).values())


@pytest.fixture
def earlier(wave, government):
    """A wave of the year before, over 3,650 encounters."""
    frame = Frame.objects.create(code="F0", source="test")
    frame.cells.create(
        service=government.licence,
        channel=government.counter,
        encounters=3650,
        starts_on=date(2018, 1, 1),
        ends_on=date(2018, 12, 31),
    )
    return Wave.objects.create(
        code="W0",
        title_th="ก่อน",
        fiscal_year=2561,
        starts_on=date(2018, 1, 1),
        ends_on=date(2018, 12, 31),
        questionnaire=wave.questionnaire,
        frame=frame,
        state=Wave.State.CLOSED,
        closed_at=datetime(2019, 1, 5, tzinfo=UTC),
    )


@pytest.mark.django_db
def test_an_agency_that_its_own_log_counts_is_held_against_an_earlier_wave(
    wave, government, earlier, drawn
):
    """Ten a day then; since the first list was committed to, 30 whole days."""
    place = (government.licence.pk, government.counter.pk)
    drawn(encounters=100)
    assert known_encounters(wave, Registry())[place].own
    CountedFromLog.objects.create(wave=wave, agency=government.dlt)
    OpeningCounts.objects.update(cells=[])  # the frame never held anything of it
    known = known_encounters(wave, Registry())[place]
    assert (known.own, known.since) == (False, 10 * 30)
    assert [each.kind for each in list_findings(wave)] == [Kind.FEW]
    earlier.closed_at = clock.now() + timedelta(days=1)
    earlier.save()
    assert place not in known_encounters(wave, Registry())
    assert list_findings(wave) == []


@pytest.mark.django_db
def test_a_channel_that_is_never_listed_is_named(wave, government, drawn):
    """It is in no draw and in no figure; the office is told, and coverage tells the rest."""
    drawn()
    found = {each.place: each for each in list_findings(wave) if not each.found}
    online = government.online.pk
    assert set(found) == {(government.licence.pk, online), (government.tax.pk, online)}
    assert {each.kind for each in found.values()} == {Kind.FEW}
    assert "LIST_DOUBTED" not in flags(wave)["agency"].flags


@pytest.mark.django_db
def test_what_a_log_took_the_place_of_is_still_known(wave, government, drawn):
    """Whoever has a frame's counts replaced by an agency's own log does not free its lists."""
    drawn(encounters=100)
    place = (government.licence.pk, government.counter.pk)
    before = known_encounters(wave, Registry())[place]
    count_from_log(wave, government.dlt)
    assert known_encounters(wave, Registry())[place] == replace(before, own=False)


@pytest.mark.django_db
def test_the_office_is_told_which_list_and_an_agency_is_not(drawn, wave, client, alice, bob):
    drawn(shared=150)
    page = reverse("analytics:screening", args=[wave.code])
    said = "the contacts of 150 of 200 encounters stand on more than three each"
    client.force_login(alice)
    assert said in client.get(page).content.decode()
    assert said in client.get(reverse("desk:wave", args=[wave.code])).content.decode()
    client.force_login(bob)
    assert said not in client.get(page).content.decode()
