"""Who sees which figures. Alice is OPDC, Bob's agency is DLT, Charlie's is its neighbour DOPA."""

import pytest
from django.contrib.auth.models import AnonymousUser

from analytics.domains.access import agencies_for, domains_for, reports_for, scores_for, waves_for
from analytics.reporting.requests import request_report
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from tests.closing import close_wave

NOBODY = AnonymousUser()


@pytest.fixture
def scored(wave, answered):
    compute_scores(wave)
    return wave


@pytest.fixture
def published(scored):
    return publish(close_wave(scored))


def agencies(user, wave) -> set[str | None]:
    return {score.agency and score.agency.code for score in scores_for(user, wave)}


def test_before_publication_an_agency_sees_itself_alone(scored, bob, charlie):
    assert agencies(bob, scored) == {"DLT"}
    assert agencies(charlie, scored) == {"DOPA"}


def test_opdc_sees_every_agency_and_the_nation(scored, alice):
    assert agencies(alice, scored) == {None, "MOT", "MOI", "DLT", "DOPA"}


def test_a_ministry_sees_what_is_below_it(scored, government, bob):
    bob.agency = government.transport
    assert agencies(bob, scored) == {"MOT", "DLT"}


def test_strangers_see_nothing_before_publication(scored, bob):
    assert not scores_for(NOBODY, scored).exists()
    assert scored not in waves_for(NOBODY)
    bob.agency = None
    assert not scores_for(bob, scored).exists()
    assert scored not in waves_for(bob)


def test_a_deactivated_account_sees_nothing(scored, bob, alice):
    for user in (bob, alice):
        user.is_active = False
        assert not scores_for(user, scored).exists()


def test_drafts_are_seen_by_nobody_here(draft, alice):
    assert draft not in waves_for(alice)


def test_a_published_wave_is_for_everybody(published, government):
    assert published in waves_for(NOBODY)
    assert agencies(NOBODY, published) >= {None, "MOT", "DLT"}
    assert government.dlt in agencies_for(NOBODY, published)


def test_of_small_domains_an_agency_sees_what_the_public_sees(wave, government, send, bob, alice):
    for k in range(9):
        send(government.licence, government.online, 5 if k else 1)
    for k in range(20):
        send(government.licence, government.counter, 5 if k % 3 else 3)
    compute_scores(wave)
    published = publish(close_wave(wave))
    small = {"level": "service_channel", "channel": government.online}
    for user in (NOBODY, bob):
        assert not scores_for(user, published).filter(**small).exists()
        # It is known to be there, so that it is not taken for one without answers.
        assert domains_for(user, published).get(**small, measure="top_two_box").withheld
    assert scores_for(alice, published).filter(**small).exists()


def test_what_would_give_a_small_domain_away_is_withheld_with_it(wave, government, send):
    # The licence has two channels: with the total and one of them, the other would follow.
    for k in range(9):
        send(government.licence, government.online, 5 if k % 2 else 2)
    for k in range(40):
        send(government.licence, government.counter, 4 if k % 2 else 3)
    compute_scores(wave)
    shown = scores_for(NOBODY, publish(close_wave(wave)))
    assert shown.filter(level="service", service=government.licence).exists()
    assert not shown.filter(level="service_channel", service=government.licence).exists()


def test_reports_are_for_those_whose_figures_they_hold(scored, government, alice, bob, charlie):
    report = request_report(scored, government.dlt, "th", bob)
    national = request_report(scored, None, "th", alice)
    assert set(reports_for(bob)) == {report}
    assert set(reports_for(charlie)) == set()
    assert set(reports_for(NOBODY)) == set()
    assert set(reports_for(alice)) == {report, national}
