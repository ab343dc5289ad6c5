"""The scorecard under axe: both languages, light and dark, phone and desktop, with all unfolded."""

from datetime import date

import pytest

from analytics.models import IndicatorValue
from surveys import clock
from surveys.handing_in import hand_in
from surveys.models import Frame, Process
from surveys.registers import REGISTERS
from surveys.roles import place
from tests.browser.conftest import PHONE, violations
from tests.browser.test_accessibility import LOOKS


@pytest.fixture
def filled(government, alice, bob) -> int:
    """Values, a forecast, something that waits; gives the number of a list handed in."""
    alice.user_permissions.clear()
    place(alice, "Survey office")
    government.online.portal = True
    government.online.save()
    frame = Frame.objects.create(code="Q", source="simulation for a test")
    for k, year in enumerate((2024, 2025, 2026)):
        for quarter, (starts, ends) in enumerate((((1, 1), (3, 31)), ((4, 1), (6, 30)))):
            for channel, encounters in (
                (government.counter, 90 - 3 * k - quarter),
                (government.online, 10 + 5 * k + quarter),
            ):
                frame.cells.create(
                    service=government.licence,
                    channel=channel,
                    starts_on=date(year, *starts),
                    ends_on=date(year, *ends),
                    encounters=encounters,
                )
    Process.objects.create(
        agency=government.dlt,
        code="A",
        name_th="ก",
        digital_state="fully",
        since=date(2024, 1, 1),
        simulated=True,
    )
    for year, value, state in (
        (2565, 55, "approved"),
        (2567, 52, "approved"),
        (2568, 50, "pending"),
    ):
        IndicatorValue.objects.create(
            indicator="egdi_rank",
            fiscal_year=year,
            value=value,
            as_of=date(year - 543, 9, 30),
            source="UN E-Government Survey",
            link="https://example.org/",
            state=state,
            entered_by=bob,
            entered_at=clock.now(),
            decided_by=alice if state == "approved" else None,
            decided_at=clock.now() if state == "approved" else None,
        )
    row = dict.fromkeys(REGISTERS["innovation"].columns, "")
    good = row | {"code": "N1", "agency": "DLT", "name_th": "โครงการ"}
    bad = good | {"code": "N2", "agency": "DOPA"}
    return hand_in("innovation", [(2, good), (3, bad)], name="a.csv", whole=False, actor=bob).pk


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_axe_finds_nothing(open_browser, filled, alice, bob, language, scheme):
    found = []
    for user, addresses in (
        (None, [""]),
        (bob, ["registers/", "registers/innovation/", f"lists/{filled}/"]),
        (alice, ["", "entries/", "entries/egdi_rank/", "remarks/egdi_rank/", f"lists/{filled}/"]),
    ):
        for options in ({}, PHONE):
            page = open_browser(user, color_scheme=scheme, **options)
            for address in addresses:
                answer = page.goto(f"/{language}/scorecard/{address}")
                assert answer.status == 200, address
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= page.viewport_size["width"], address
                found += violations(page)
    assert not found
