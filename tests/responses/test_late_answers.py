"""A program that hands an answer in too late is told so; it is kept, and set aside."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from responses.models import AgencyScreening, Response
from responses.models.collecting_system import CollectingSystem
from responses.screening.screen import screen
from surveys import clock, remembered
from surveys.models import Wave

pytestmark = pytest.mark.django_db

ITEM = {"service": "DLT-1", "channel": "counter", "answers": {"OV": 5}}


@pytest.fixture
def independent(kiosk):
    CollectingSystem.objects.update(independent=True)
    remembered.forget()
    return kiosk


def send(client, system, hours):
    """One alone, and one of a batch; what each is told."""
    moment = (clock.now() - timedelta(hours=hours)).isoformat()
    item = {**ITEM, "answered_at": moment}
    how = {"content_type": "application/json"}
    headers = {**system.headers, "Idempotency-Key": f"single-{hours}"}
    single = client.post(reverse("api:response"), json.dumps(item), headers=headers, **how)
    batch = json.dumps({"responses": [{**item, "key": f"batch-{hours}"}]})
    many = client.post(reverse("api:batch"), batch, headers=system.headers, **how)
    return [single.json(), many.json()["results"][0]]


def test_within_two_days_nothing_is_said(wave, client, independent):
    assert all("warnings" not in told for told in send(client, independent, 47))
    screen(wave, now=True)
    assert set(Response.objects.values_list("disposition", flat=True)) == {"counted"}


def test_later_it_is_kept_and_set_aside(wave, client, independent):
    for told in send(client, independent, 49):
        assert told["status"] == "stored"
        assert set(told["warnings"]) == {"answered_at"}
    screen(wave, now=True)
    assert set(Response.objects.values_list("disposition", flat=True)) == {"screened"}
    assert AgencyScreening.objects.get().disputed == []  # nobody can dispute the time


def test_a_wave_that_declared_no_limit_has_none(wave, client, independent):
    rules = dict(wave.method["screening"]["rules"])
    del rules["late"]
    screening = wave.method["screening"] | {"rules": rules}
    Wave.objects.update(method=wave.method | {"screening": screening})
    assert all("warnings" not in told for told in send(client, independent, 900))
    screen(Wave.objects.get(), now=True)
    assert set(Response.objects.values_list("disposition", flat=True)) == {"counted"}
