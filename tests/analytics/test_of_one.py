"""A page that reads the counts of one agency, or of the nation, says what all of them would say."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.domain import Level
from analytics.fieldwork.dispositions import Group, groups_for
from analytics.fieldwork.of_one import OneOf
from analytics.fieldwork.reach import reach_findings
from analytics.models import Computation
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from surveys.models import Agency, FrameCell, Invitation, Service, Wave
from tests.closing import close_wave
from tests.invitations.drawn import invite, new_draw


@pytest.fixture
def drawn(government, wave) -> Wave:
    """Groups large and small, refusals, and places where everybody or few could be reached."""
    draw = new_draw(wave)
    licences = invite(draw, government.licence, government.counter, 40)
    invite(draw, government.licence, government.online, 9)
    invite(draw, government.tax, government.online, 30)
    invite(draw, government.id_card, government.counter, 50)
    draw.cells.filter(channel=government.online).update(encounters=400)
    Invitation.objects.update(state=Invitation.State.SENT)
    refused = [citizen.invitation.pk for citizen in licences[:5]]
    Invitation.objects.filter(pk__in=refused).update(state=Invitation.State.REFUSED)
    return wave


def told(groups: list[Group], agency: Agency | None) -> dict[str, Group]:
    """By domain, those that a page of the agency, or of the nation, shows."""
    own = [group for group in groups if group.domain.agency == (agency and agency.pk)]
    return {str(group.domain): group for group in own}


def compare(users, wave: Wave) -> int:
    compared = 0
    for user in users:
        everything = list(groups_for(user, wave))
        stored = Computation.objects.filter(wave=wave).first()
        for agency in (None, *Agency.objects.all()):
            found = OneOf(wave, agency, stored).groups_for(user)
            assert told(found, agency) == told(everything, agency), (user, agency)
            assert len(found) == len(told(found, agency))
            compared += len(found)
    return compared


@pytest.mark.django_db
def test_one_is_what_it_is_among_all(drawn, bob, charlie, alice):
    users = [AnonymousUser(), bob, charlie, alice]
    assert compare(users, drawn) > 10
    close_wave(drawn)
    publish(Wave.objects.get())
    wave = Wave.objects.get()
    assert compare(users, wave) > 10
    levels = {group.domain.level for group in OneOf(wave, None).groups_for(AnonymousUser())}
    assert levels == {Level.NATION, Level.CHANNEL}
    assert any(
        group.withheld
        for agency in Agency.objects.all()
        for group in OneOf(wave, agency).groups_for(AnonymousUser())
    )


@pytest.mark.django_db
def test_what_is_kept_follows_lists_frame_and_tree(drawn, government, alice):
    """Each is looked at before and after it changes."""
    compute_scores(drawn)
    compare([alice], drawn)
    cell = FrameCell.objects.filter(frame=drawn.frame, service=government.tax).first()
    FrameCell.objects.filter(pk=cell.pk).update(encounters=cell.encounters + 5_000)
    compare([alice], drawn)
    invite(new_draw(drawn), government.tax, government.counter, 7)
    compare([alice], drawn)
    Service.objects.filter(pk=government.tax.pk).update(agency=government.dopa)
    compare([alice], drawn)


@pytest.mark.django_db
def test_pages_take_what_is_stored_with_the_scores(drawn, government, alice):
    invite(new_draw(drawn), government.id_card, government.online, 150)
    compute_scores(drawn)
    stored = Computation.objects.get(wave=drawn)
    everything, findings = told(list(groups_for(alice, drawn)), None), reach_findings(drawn)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        one = OneOf(drawn, None, stored)
        assert told(one.groups_for(alice), None) == everything
        assert one.findings() == findings != []
    assert not [query for query in asked if 'surveys_drawcell"."service_id' in query["sql"]]
    assert OneOf(drawn, None, stored).to_keep() == stored.drawn


@pytest.mark.django_db
def test_findings_of_one_are_those_that_name_it(drawn, government):
    invite(new_draw(drawn), government.id_card, government.online, 150)
    every = reach_findings(drawn)
    for agency in Agency.objects.all():
        own = [finding for finding in every if finding.agency == agency.pk]
        assert OneOf(drawn, agency).findings() == own
    assert every
    assert OneOf(drawn, None).findings() == every


@pytest.mark.django_db
def test_where_nobody_was_drawn_nothing_is_said(wave, government, alice):
    assert OneOf(wave, None).groups_for(alice) == []
    assert OneOf(wave, government.dlt).findings() == []
