"""People of OPDC: Somchai runs waves, Wanida runs them too, Prasit approves, Anong looks."""

import pytest

from analytics.desk.examining import examine_wave
from analytics.models import Examination
from surveys.models import User
from surveys.roles import place


def person(name: str, *roles: str) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", f"pass-of-{name}")
    place(user, *roles)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def officer(db) -> User:
    return person("somchai", "Survey office")


@pytest.fixture
def colleague(db) -> User:
    return person("wanida", "Survey office")


@pytest.fixture
def approver(db) -> User:
    return person("prasit", "Approver")


@pytest.fixture
def auditor(db) -> User:
    return person("anong", "Auditor")


@pytest.fixture
def work():
    """What the worker would do with the examinations that wait."""

    def do() -> None:
        for job in Examination.objects.filter(state=Examination.State.QUEUED):
            examine_wave(str(job.pk))

    return do
