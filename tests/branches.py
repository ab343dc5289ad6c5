"""Branch coverage of the rooms that decide: a run fails where one falls under its floor.

    pytest -p tests.branches        as `make test` does, with every test in MEASURED

Measuring slows Python down by half, so it is switched off during all other tests.
"""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from coverage import Coverage

FLOORS = {
    "analytics/estimation/official.py": 100,
    "analytics/estimation/verdict.py": 100,
    "analytics/estimation": 98,
    "analytics/domains/suppression.py": 100,
    "analytics/domains": 97,
    "analytics/counting": 95,
    "responses/intake": 93,
    "responses/ledger": 96,
}
"""In percent of lines and branches. What only PostgreSQL runs is tested in tests/postgres."""
ONLY_POSTGRESQL = ["responses/intake/at_once.py", "responses/ledger/side_by_side.py"]

MEASURED = (
    "tests/estimation/",
    "tests/releases/test_recounting.py",
    "tests/responses/ledger/",
    "tests/analytics/test_access.py",
    "tests/analytics/test_basis.py",
    "tests/analytics/test_fieldwork.py",
    "tests/analytics/test_hidden_points.py",
    "tests/analytics/test_months.py",
    "tests/analytics/test_points.py",
    "tests/analytics/test_reach.py",
    "tests/analytics/test_suppression_second_edition.py",
    "tests/analytics/test_tally.py",
    "tests/analytics/test_withholding_sums.py",
    "tests/responses/test_add_ons.py",
    "tests/responses/test_conditions.py",
    "tests/responses/test_form_details.py",
    "tests/responses/test_import_design.py",
    "tests/responses/test_intake.py",
    "tests/responses/test_late_answers.py",
    "tests/responses/test_openrosa_submission.py",
    "tests/responses/test_own_answers.py",
    "tests/responses/test_receipts.py",
    "tests/surveys/test_roles.py",
)
"""Whatever covers something in these rooms that no other of them does."""


class Branches:
    def __init__(self) -> None:
        self.coverage = Coverage(
            branch=True,
            source=_directories(),
            omit=ONLY_POSTGRESQL,
            data_file=None,
            config_file=False,
        )
        self.coverage.start()
        self.is_on = True
        self.short: list[str] = []

    def _switch(self, on: bool) -> None:
        if on is not self.is_on:
            self.is_on = on
            (self.coverage.start if on else self.coverage.stop)()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._switch(item.nodeid.startswith(MEASURED))
        return (yield)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._switch(False)
        if session.config.option.collectonly:
            return
        for room, floor in FLOORS.items():
            found, table = self._measured(room)
            if found < floor:
                self.short += [f"{room}: {found:.2f} % of its branches, not {floor} %", table]
        if self.short and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _measured(self, room: str) -> tuple[float, str]:
        table = StringIO()
        inside = [room if room.endswith(".py") else f"{room}/*"]
        found = self.coverage.report(
            include=inside, show_missing=True, skip_covered=True, file=table
        )
        return found, table.getvalue()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.short:
            terminalreporter.section("branch coverage", red=True)
            terminalreporter.write_line("\n".join(self.short))


def _directories() -> list[str]:
    return [room for room in FLOORS if not room.endswith(".py")]


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before Django is set up, which imports what is measured."""
    early_config.pluginmanager.register(Branches())
    return (yield)
