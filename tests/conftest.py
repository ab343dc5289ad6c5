"""One small government, set up once: two departments, two ways to be served, one open wave.

Alice works for OPDC and sees every agency. Bob works for the Department of Land Transport.
Charlie works for its neighbour, the Department of Provincial Administration, and must be refused.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from analytics.dashboards import comments
from responses.intake.door import Door, Submission
from responses.models import Response
from responses.models.collecting_system import CollectingSystem
from surveys import clock, remembered
from surveys.models import (
    Agency,
    Channel,
    Dimension,
    EntryPoint,
    Frame,
    Question,
    Questionnaire,
    Service,
    ServicePoint,
    User,
    Wave,
)
from surveys.roles import place
from surveys.waves import open_wave
from tests.statements import watched

# Examples are the same on every run, and a slow machine is no failure.
examples.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
examples.load_profile("repeatable")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the folders' own have marked theirs."""
    for item in items:
        if item.get_closest_marker("postgres") and "postgresql" not in settings.DATABASE_ENGINE:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = None  # nothing is collected: finders serve the files


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """A password is slow to try on purpose; no test waits for that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def english():
    """Messages are tested in English, unless a test says otherwise."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What a test before this one looked up has been rolled back."""
    remembered.forget()
    cache.clear()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def each_statement_names_its_rows():
    with watched() as found:
        yield found
    assert not found


@pytest.fixture
def government(db) -> SimpleNamespace:
    """MOT → DLT with two services and a service point, MOI → DOPA with one."""
    transport = Agency.objects.create(
        code="MOT", kind="ministry", name_th="กระทรวงคมนาคม", name_en="Ministry of Transport"
    )
    interior = Agency.objects.create(
        code="MOI", kind="ministry", name_th="กระทรวงมหาดไทย", name_en="Ministry of Interior"
    )
    dlt = Agency.objects.create(
        code="DLT",
        parent=transport,
        name_th="กรมการขนส่งทางบก",
        name_en="Department of Land Transport",
    )
    dopa = Agency.objects.create(
        code="DOPA",
        parent=interior,
        name_th="กรมการปกครอง",
        name_en="Department of Provincial Administration",
    )
    return SimpleNamespace(
        transport=transport,
        interior=interior,
        dlt=dlt,
        dopa=dopa,
        licence=Service.objects.create(
            agency=dlt, code="DLT-1", name_th="ใบอนุญาตขับรถ", name_en="Driving licence"
        ),
        tax=Service.objects.create(
            agency=dlt, code="DLT-2", name_th="การชำระภาษีรถประจำปี", name_en="Annual vehicle tax"
        ),
        id_card=Service.objects.create(
            agency=dopa, code="DOPA-1", name_th="บัตรประจำตัวประชาชน", name_en="National ID card"
        ),
        counter=Channel.objects.create(
            code="counter",
            family="in_person",
            position=1,
            name_th="เคาน์เตอร์บริการ",
            name_en="Service counter",
        ),
        online=Channel.objects.create(
            code="e_service",
            family="digital",
            position=2,
            name_th="e-Service",
            name_en="Agency e-service",
        ),
        chatuchak=ServicePoint.objects.create(
            agency=dlt, code="chatuchak", name_th="จตุจักร", name_en="Chatuchak"
        ),
    )


@pytest.fixture
def questionnaire(government) -> Questionnaire:
    """The overall rating, one rating everywhere, one at counters, one choice, one comment."""
    process = Dimension.objects.create(code="process", name_th="กระบวนการ", name_en="Process")
    staff = Dimension.objects.create(code="staff", name_th="เจ้าหน้าที่", name_en="Staff")
    questionnaire = Questionnaire.objects.create(
        code="CORE", title_th="แบบสำรวจ", title_en="Survey"
    )

    def ask(code: str, **fields: Any) -> Question:
        position = questionnaire.questions.count()
        return Question.objects.create(
            questionnaire=questionnaire, code=code, position=position, **fields
        )

    ask("OV", is_overall=True, text_th="ความพึงพอใจในภาพรวม", text_en="Overall satisfaction")
    ask("P1", dimension=process, text_th="ขั้นตอนชัดเจน", text_en="Clear steps")
    ask("S1", dimension=staff, text_th="เจ้าหน้าที่สุภาพ", text_en="Polite staff").channels.add(
        government.counter
    )
    ask(
        "D2",
        kind="single",
        text_th="เพศ",
        text_en="Gender",
        choices=[
            {"code": "f", "th": "หญิง", "en": "Female"},
            {"code": "m", "th": "ชาย", "en": "Male"},
        ],
    )
    ask("D7", kind="text", text_th="ข้อเสนอแนะ", text_en="Suggestions")
    return questionnaire


@pytest.fixture
def make_add_on(government) -> Callable[..., Questionnaire]:
    """An add-on with a rating for each code; fields go to the last of them."""

    def make(code: str, owner: Agency | None, *codes: str, **fields: Any) -> Questionnaire:
        add_on = Questionnaire.objects.create(
            code=code, title_th=f"คำถาม {code}", title_en=code, is_add_on=True, owner=owner
        )
        for position, name in enumerate(codes, 1):
            last = fields if position == len(codes) else {}
            about = {"text_th": f"คำถาม {name}", "text_en": f"Question {name}"}
            add_on.questions.create(code=name, position=position, **about | last)
        return add_on

    return make


@pytest.fixture
def draft(government, questionnaire) -> Wave:
    """A wave over 10,000 encounters, not yet open."""
    frame = Frame.objects.create(code="FY2570", source="test")
    for service, channel, encounters in (
        (government.licence, government.counter, 4000),
        (government.licence, government.online, 1000),
        (government.tax, government.online, 3000),
        (government.id_card, government.counter, 2000),
    ):
        frame.cells.create(
            service=service,
            channel=channel,
            encounters=encounters,
            starts_on=date(2026, 10, 1),
            ends_on=date(2027, 9, 30),
        )
    return Wave.objects.create(
        code="W1",
        title_th="รอบที่ 1",
        title_en="Wave 1",
        fiscal_year=2570,
        starts_on=date(2020, 1, 1),
        ends_on=date(2099, 12, 31),
        questionnaire=questionnaire,
        frame=frame,
    )


@pytest.fixture
def wave(draft) -> Wave:
    return open_wave(draft)


@pytest.fixture
def licence_counter(government) -> EntryPoint:
    return EntryPoint.objects.create(
        service=government.licence,
        channel=government.counter,
        service_point=government.chatuchak,
    )


def submission(
    key: str, service: Service, channel: Channel, overall: int, **answers: Any
) -> Submission:
    """What names a field of Submission is that field, all else is an answer."""
    fields = {
        name: answers.pop(name) for name in list(answers) if name in Submission.__annotations__
    }
    return Submission(
        key=key,
        service=service,
        channel=channel,
        answers={"OV": overall, **answers},
        source=Response.Source.WEB,
        **fields,
    )


@pytest.fixture
def send(wave) -> Callable[..., Response]:
    """Send one response through the door: `send(service, channel, 5, P1=4)`."""
    numbers = count()
    door_of = remembered.remembered(Door)

    def send_one(service: Service, channel: Channel, overall: int, **answers: Any) -> Response:
        sent = submission(f"test-{next(numbers)}", service, channel, overall, **answers)
        return door_of(wave).receive(sent).response

    return send_one


@pytest.fixture
def answered(government, wave) -> None:
    """Forty answers about licences (counter and online), ten about ID cards, none about tax."""
    at = government
    given = [
        *((at.licence, at.counter, 5 if k % 3 else 2, {"P1": 4, "S1": 5}) for k in range(30)),
        *((at.licence, at.online, 4 if k else 3, {"P1": 3}) for k in range(10)),
        *((at.id_card, at.counter, 5 if k % 2 else 4, {}) for k in range(10)),
    ]
    door = Door(wave)
    door.receive_many(
        [
            door.check(submission(f"answered-{k}", *place, **answers))
            for k, (*place, answers) in enumerate(given)
        ]
    )


def _user(name: str, agency: Agency | None = None) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "pass-of-" + name, agency=agency)
    if agency:
        place(user, "Agency analyst")
    return user


@pytest.fixture
def alice(db) -> User:
    user = _user("alice")
    user.is_staff = True
    user.save()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["surveys", "responses", "analytics"])
    )
    return user


@pytest.fixture
def bob(government) -> User:
    return _user("bob", government.dlt)


@pytest.fixture
def charlie(government) -> User:
    return _user("charlie", government.dopa)


@pytest.fixture
def kiosk(government) -> SimpleNamespace:
    """A collecting system of the Department of Land Transport, for counters and online."""
    return _collecting("kiosk", government.dlt, government.counter, government.online)


@pytest.fixture
def neighbour(government) -> SimpleNamespace:
    """A collecting system of the Department of Provincial Administration, for counters."""
    return _collecting("neighbour", government.dopa, government.counter)


def _collecting(name: str, agency: Agency, *channels: Channel) -> SimpleNamespace:
    system = CollectingSystem(name=name, agency=agency)
    key = system.new_key()
    system.save()
    system.channels.set(channels)
    return SimpleNamespace(system=system, key=key, headers={"authorization": f"Bearer {key}"})


@pytest.fixture
def comments_due(monkeypatch):
    """The month that a comment tells is over for agencies, however soon a test looks."""

    def today() -> date:
        return clock.today() + timedelta(days=32)

    monkeypatch.setattr(comments, "clock", SimpleNamespace(today=today))
