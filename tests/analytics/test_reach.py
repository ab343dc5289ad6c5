"""How many encounters came with a contact, and whose share stands out."""

import math
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from analytics.domains.partitions import Registry
from analytics.estimation.two_shares import two_shares
from analytics.fieldwork import reach
from analytics.fieldwork.dispositions import groups
from analytics.fieldwork.reach import (
    Kind,
    reach_by_place,
    reach_findings,
    reach_of_domains,
    weighted_reach,
)
from surveys.models import Agency, DrawCell, FrameCell, Service
from tests.closing import close_wave
from tests.invitations.drawn import invite, new_draw


def test_one_stratum_is_the_z_of_two_proportions():
    """90 of 100 against 150 of 200, pooled p = 0.8: z = 0.15 / √(0.8·0.2·(1/100 + 1/200))."""
    compared = two_shares([90], [100], [150], [200])
    assert compared.z == pytest.approx(0.15 / math.sqrt(0.16 * 0.015))
    assert compared.difference == pytest.approx(0.15)
    assert compared.p_value == pytest.approx(0.00220, abs=5e-6)


def test_like_is_compared_with_like():
    """Another mix of channels is no difference."""
    compared = two_shares([90, 10], [100, 50], [180, 100], [200, 500])
    assert compared.z == pytest.approx(0)
    assert two_shares([5], [10], [0], [0]).difference is None


def listed(draw, service, channel, encounters, reachable):
    return DrawCell.objects.create(
        draw=draw,
        service=service,
        channel=channel,
        encounters=encounters,
        reachable=reachable,
        drawn=min(reachable, 20),
    )


@pytest.mark.django_db
def test_it_is_summed_over_draws_and_weighted_by_the_frame(wave, government):
    first, second = new_draw(wave), new_draw(wave)
    counter = (government.licence.pk, government.counter.pk)
    online = (government.licence.pk, government.online.pk)
    listed(first, government.licence, government.counter, 100, 90)
    listed(second, government.licence, government.counter, 300, 110)
    listed(first, government.licence, government.online, 50, 50)
    assert reach_by_place(wave) == {counter: (400, 200), online: (50, 50)}
    known = reach_by_place(wave)
    assert weighted_reach([counter, online], known, {counter: 900, online: 100}) == pytest.approx(
        (900 * 0.5 + 100) / 1000
    )
    assert weighted_reach([(0, 0)], known, {}) is None
    frame = dict(
        FrameCell.objects.filter(frame=wave.frame, service=government.licence).values_list(
            "channel_id", "encounters"
        )
    )
    expected = weighted_reach(
        [counter, online], known, {(government.licence.pk, c): n for c, n in frame.items()}
    )
    for partition in Registry().partitions([counter, online]):
        for value, domain in zip(
            reach_of_domains(wave, partition, [counter, online]), partition.domains, strict=True
        ):
            if domain.channel is None:
                assert value == pytest.approx(expected)
            else:
                assert value == (0.5 if domain.channel == government.counter.pk else 1.0)


@pytest.mark.django_db
def test_encounters_without_a_contact_are_known_after_closing(wave, government):
    invite(new_draw(wave), government.licence, government.counter, 30)
    close_wave(wave)
    wave.refresh_from_db()
    assert list(reach_by_place(wave).values()) == [(120, 60)]
    assert {group.reach for group in groups(wave)} == {0.5}


@pytest.fixture
def agencies(government):
    """Ten agencies, one service each."""
    made = []
    for number in range(10):
        agency = Agency.objects.create(
            code=f"A{number}", name_th=f"กรม {number}", kind="department"
        )
        made.append(Service.objects.create(agency=agency, code=f"A{number}-1", name_th="บริการ"))
    return made


@pytest.mark.django_db
def test_who_lets_few_be_asked_stands_out(wave, government, agencies):
    draw = new_draw(wave)
    for service in agencies:
        listed(draw, service, government.counter, 1_000, 600 if service is agencies[3] else 800)
    (found,) = reach_findings(wave)
    assert (found.agency, found.kind, found.draw) == (agencies[3].agency_id, Kind.DIFFERS, None)
    assert found.difference == pytest.approx(-0.2)


@pytest.mark.django_db
def test_a_difference_that_matters_little_is_none(wave, government, agencies):
    draw = new_draw(wave)
    for number, service in enumerate(agencies):
        listed(draw, service, government.counter, 1_000_000, 800_000 + 4_000 * number)
    assert reach_findings(wave) == []


@pytest.mark.django_db
def test_who_lets_fewer_be_asked_than_before_stands_out(wave, government, agencies):
    """Its reach over both draws is nobody's business; that it fell is."""
    for shares in ((0.83, 0.8), (0.77, 0.8)):
        draw = new_draw(wave)
        for service in agencies:
            share = shares[service is not agencies[5]]
            listed(draw, service, government.counter, 2_000, round(2_000 * share))
    (found,) = reach_findings(wave)
    assert (found.agency, found.kind, found.draw) == (
        agencies[5].agency_id,
        Kind.FALLS,
        draw.number,
    )
    assert found.difference == pytest.approx(-0.06)


@dataclass
class Named:
    agency_id: int


class Services:
    services = {number: Named(number) for number in range(12)}


def test_chance_alone_is_named_as_often_as_is_said(monkeypatch):
    """Twelve agencies, two channels, three draws, the same chance of a contact in each channel; at
    a rate of one in ten, which fewer waves can tell."""
    seed, waves, rate = 20261128, 400, 0.10
    sys.stdout.write(f"seed {seed}\n")
    rng = np.random.default_rng(seed)
    monkeypatch.setattr(reach, "RELEVANT", 0.0)
    monkeypatch.setattr(reach, "FALSE_ALARM", rate)
    named = 0
    for _wave in range(waves):
        encounters = rng.integers(50, 400, (3, 12, 2))
        reachable = rng.binomial(encounters, [0.5, 0.8])
        draws = {
            number: {
                (service, channel): (
                    int(encounters[number, service, channel]),
                    int(reachable[number, service, channel]),
                )
                for service in range(12)
                for channel in range(2)
            }
            for number in range(3)
        }
        monkeypatch.setattr(reach, "_by_draw", lambda _wave, made=draws: made)
        named += bool(reach_findings(None, Services()))
    assert rate / 2 < named / waves <= rate + 2 * math.sqrt(rate * (1 - rate) / waves)


@pytest.mark.django_db
def test_pages_and_the_api_say_it(client, wave, government, agencies, alice):
    draw = new_draw(wave)
    for service in agencies:
        cell = listed(
            draw, service, government.counter, 1_000, 600 if service is agencies[3] else 800
        )
        assert cell.drawn == 20
    client.force_login(alice)
    page = client.get(f"/en/waves/{wave.code}/").content.decode()
    assert "20.0 points lower than that of others on the same channels" in page
    rows = client.get(f"/api/v1/waves/{wave.code}/response-rates/?level=agency").json()["results"]
    by_agency = {row["agency"]: row for row in rows}
    assert by_agency["A3"]["reach"] == pytest.approx(0.6)
    (finding,) = by_agency["A3"]["reach_findings"]
    assert (finding["kind"], finding["draw"]) == ("DIFFERS", None)
    assert by_agency["A4"]["reach_findings"] == []
