from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from surveys import clock
from surveys.models import Wave
from surveys.rejections import Rejected
from surveys.sampling.encounters import EncounterLog, Report

DAY = datetime(2027, 1, 15, 10, tzinfo=ZoneInfo("Asia/Bangkok"))


@pytest.fixture(autouse=True)
def january():
    """It is 15 January 2027, ten in the morning."""
    with clock.at(DAY):
        yield


@pytest.fixture
def report(wave) -> Callable[..., list[str | Rejected]]:
    """Report encounters of the wave: `report({"encounter": "1"}, …)`, each completed with what it
    leaves out; or `report(200, channel="e_service")` for so many with a contact."""

    def report_these(*items: Any, to: Wave | None = None, **common: Any) -> list[str | Rejected]:
        if items and isinstance(items[0], int):
            begins = common.pop("begins", 0)
            items = tuple(
                {"encounter": f"{common}/{k}", "email": f"citizen{k}@mail.example"}
                for k in range(begins, begins + items[0])
            )
        usual = {"service": "DLT-1", "channel": "counter", "time": DAY}
        log = EncounterLog(to or wave)
        results: list[str | Rejected] = []
        for item in items:
            try:
                checked = log.check(Report(**{**usual, **common, **item}))
            except Rejected as rejected:
                results.append(rejected)
            else:
                results += log.store([checked]) if len(items) < 20 else [checked]
        if len(items) < 20:
            return results
        return log.store(results)

    return report_these
