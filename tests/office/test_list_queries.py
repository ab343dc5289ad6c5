"""Every page of the office with two hundred agencies, two thousand services, twenty thousand links
and long lists of all else: few queries, and no page that grows with them."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from responses.models import ImportJob
from surveys import clock
from surveys.models import (
    Act,
    Agency,
    Channel,
    EntryPoint,
    Frame,
    FrameCell,
    Questionnaire,
    Service,
    User,
    Wave,
)
from tests.signed_in import again

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20
MOST_BYTES = 250_000
OF_THE_OFFICE = {"desk", "setup", "files", "answers", "office", "mailings", "people"}
FILES = {"people:acts_export", "setup:registry_file", "setup:xlsform", "desk:papers_file"}
"""Taken away whole, as a stream."""


@pytest.fixture
def large(draft, government) -> Wave:
    agencies = Agency.objects.bulk_create(
        Agency(code=f"A{k}", parent=government.transport, name_th=f"กรม {k}") for k in range(200)
    )
    services = Service.objects.bulk_create(
        Service(agency=agency, code=f"{agency.code}-{k}", name_th=f"บริการ {k}")
        for agency in agencies
        for k in range(10)
    )
    channels = Channel.objects.bulk_create(
        Channel(code=f"C{k}", family="digital", name_th=f"ช่องทาง {k}") for k in range(10)
    )
    frame = Frame.objects.create(code="LARGE")
    FrameCell.objects.bulk_create(
        FrameCell(
            frame=frame,
            service=service,
            channel=channel,
            encounters=100,
            starts_on=date(2026, 10, 1),
            ends_on=date(2027, 9, 30),
        )
        for service in services
        for channel in channels
    )
    EntryPoint.objects.bulk_create(
        EntryPoint(service=service, channel=channel) for service in services for channel in channels
    )
    waves = [
        Wave.objects.create(
            code=f"L{k}",
            title_th="รอบ",
            fiscal_year=2570,
            starts_on=date(2026, 10, 1),
            ends_on=date(2027, 9, 30),
            questionnaire=draft.questionnaire,
            frame=frame,
        )
        for k in range(30)
    ]
    if connection.vendor == "postgresql":
        # Autovacuum may have counted these tables while nobody else saw a row in them.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return waves[0]


@pytest.fixture
def long_lists(large, officer) -> Wave:
    now = clock.now()
    people = User.objects.bulk_create(
        User(username=f"u{k}", email=f"u{k}@example.org", agency=agency)
        for k, agency in enumerate(Agency.objects.all())
    )
    viewer = Group.objects.get(name="Agency viewer")
    viewer.user_set.add(*people)
    ImportJob.objects.bulk_create(
        ImportJob(
            kind=kind,
            wave=large,
            name=f"{k}.csv",
            requested_at=now,
            requested_by=officer,
            state="done",
            summary={"added": 1, "changed": 0, "unchanged": 0, "rejected": 2},
        )
        for k in range(100)
        for kind in ("frame", "encounters", "responses")
    )
    Questionnaire.objects.bulk_create(
        Questionnaire(code=f"Q{k}", title_th="แบบสำรวจ", title_en="Survey") for k in range(100)
    )
    for k in range(120):
        Act.objects.create(what=Act.What.REGISTRY, kind="registry", about=f"{k}", at=now)
    return large


def addresses(wave: Wave) -> list[str]:
    """Of every page that wants nothing, or a wave, or the name of a list."""
    found = []
    for space, (_prefix, resolver) in get_resolver().namespace_dict.items():
        if space not in OF_THE_OFFICE:
            continue
        for name in filter(lambda key: isinstance(key, str), resolver.reverse_dict.keys()):
            wants = {key for _, keys in resolver.reverse_dict.getlist(name)[0][0] for key in keys}
            given = {"code": wave.code, "name": "services"}
            if f"{space}:{name}" not in FILES and wants <= set(given):
                found.append(reverse(f"{space}:{name}", kwargs={key: given[key] for key in wants}))
    return sorted(set(found))


def test_every_page_asks_little_and_is_short(client, officer, long_lists):
    client.force_login(officer)
    again(client)
    seen, many, long = [], [], []
    for address in addresses(long_lists):
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        if answer.status_code != 200 or answer.streaming:
            continue
        seen.append(address)
        if len(asked) > MOST_QUERIES:
            many.append(f"{address}: {len(asked)}")
        if len(answer.content) > MOST_BYTES:
            long.append(f"{address}: {len(answer.content)}")
    assert len(seen) >= 25, seen
    assert not many
    assert not long
