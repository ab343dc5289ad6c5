"""The box of a page in which a report is asked for, and those made before are offered."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from analytics.dashboards.pages import Viewer, works_for
from analytics.domains.access import reports_for, sees_everything
from analytics.models import Report
from surveys.models import Agency, Wave

LANGUAGES = {"th": "ไทย", "en": "English"}


def may_have_report(user: Viewer, unit: Agency | None) -> bool:
    """Whether the report of an agency, or of the nation (`None`), is the visitor's business."""
    return sees_everything(user) if unit is None else works_for(user, unit)


def reports_of(user: Viewer, wave: Wave, unit: Agency | None) -> QuerySet[Report]:
    return reports_for(user).filter(wave=wave, agency=unit)


def report_panel(user: Viewer, wave: Wave, unit: Agency | None) -> dict[str, Any] | None:
    """What the report box of a page needs; None for whoever may not have a report."""
    if not may_have_report(user, unit):
        return None
    done = reports_of(user, wave, unit).filter(state=Report.State.DONE)
    return {"languages": LANGUAGES, "done": done[:4], "agency": unit}
