from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from surveys import clock
from surveys.sampling.invitations import start_mailing
from tests.invitations.drawn import Citizen, invite, new_draw

BANGKOK = ZoneInfo("Asia/Bangkok")


@pytest.fixture(autouse=True)
def morning():
    """Ten o'clock in Thailand: telephones may ring."""
    with clock.at(datetime(2026, 11, 2, 10, 0, tzinfo=BANGKOK)):
        yield


@pytest.fixture
def draw(wave):
    return new_draw(wave)


@pytest.fixture
def citizen(government, draw) -> Citizen:
    """One citizen who was served at the counter of Chatuchak, drawn for 2.5 encounters."""
    return invite(
        draw,
        government.licence,
        government.counter,
        1,
        service_point=government.chatuchak,
        language="en",
    )[0]


@pytest.fixture
def started(draw):
    return start_mailing(draw, None)


@pytest.fixture
def hooked(settings):
    """A gateway's address and secret, nobody there."""
    settings.INVITATION_HOOK_URL = "http://127.0.0.1:9/"
    settings.INVITATION_HOOK_SECRET = "whsec_" + "c2VjcmV0" * 5
    return SimpleNamespace(secret=settings.INVITATION_HOOK_SECRET)
