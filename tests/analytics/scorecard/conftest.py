"""A small strategy: processes, projects and a frame by quarters whose figures are known by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from analytics.models import IndicatorValue
from surveys import clock
from surveys.models import Frame, Process, Undertaking, User
from surveys.roles import place

NOW = datetime(2026, 11, 1, 5, tzinfo=UTC)
TODAY = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOW):
        yield


@pytest.fixture
def officer(db) -> Callable[[str], User]:
    def make(name: str) -> User:
        user = User.objects.create_user(name, f"{name}@example.org", "pass-of-" + name)
        place(user, "Survey office")
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def carol(officer) -> User:
    return officer("carol")


@pytest.fixture
def dan(officer) -> User:
    return officer("dan")


@pytest.fixture
def entered(carol, dan) -> Callable[..., IndicatorValue]:
    """`entered("egdi_rank", 2567, 52)`: a value that carol entered and dan approved."""

    def enter(indicator: str, year: int, value: float, **fields) -> IndicatorValue:
        return IndicatorValue.objects.create(
            **{
                "indicator": indicator,
                "fiscal_year": year,
                "value": value,
                "as_of": date(year - 543, 9, 30),
                "source": "UN E-Government Survey",
                "link": "https://publicadministration.un.org/",
                "entered_by": carol,
                "entered_at": NOW,
                "state": "approved",
                "decided_by": dan,
                "decided_at": NOW,
            }
            | fields
        )

    return enter


@pytest.fixture
def process(government) -> Callable[..., Process]:
    def make(code: str, state: str, since: date | None = None, **fields) -> Process:
        return Process.objects.create(
            agency=government.dlt,
            code=code,
            name_th=code,
            digital_state=state,
            since=since,
            **fields,
        )

    return make


@pytest.fixture
def undertaking(government) -> Callable[..., Undertaking]:
    def make(code: str, kind: str, **fields) -> Undertaking:
        return Undertaking.objects.create(
            agency=government.dlt, code=code, kind=kind, name_th=code, **fields
        )

    return make


@pytest.fixture
def quarters(government) -> Callable[..., Frame]:
    """`quarters([(counter, online), …])`: encounters of successive quarters from October 2023; the
    agency's e-service is a central portal here."""
    government.online.portal = True
    government.online.save()

    def make(counts, code: str = "Q", source: str = "counted") -> Frame:
        frame = Frame.objects.create(code=code, source=source)
        for k, (counter, online) in enumerate(counts):
            starts, ends = quarter(k), quarter(k + 1)
            for channel, encounters in ((government.counter, counter), (government.online, online)):
                frame.cells.create(
                    service=government.licence,
                    channel=channel,
                    starts_on=starts,
                    ends_on=date.fromordinal(ends.toordinal() - 1),
                    encounters=encounters,
                )
        return frame

    return make


def quarter(k: int) -> date:
    month = 9 + 3 * k
    return date(2023 + month // 12, month % 12 + 1, 1)
