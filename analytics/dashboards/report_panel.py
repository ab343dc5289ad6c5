"""The box of a page in which a report is asked for, and those made before are offered."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from analytics.dashboards.pages import WHOLE
from analytics.domains.access import may_see_reports, reports_for
from analytics.models import Report, Score
from surveys.access import Visitor, may_act
from surveys.models import Agency, Wave

LANGUAGES = {"th": "ไทย", "en": "English"}


def reports_of(user: Visitor, wave: Wave, unit: Agency | None) -> QuerySet[Report]:
    return reports_for(user).filter(wave=wave, agency=unit)


def can_be_made(wave: Wave, unit: Agency | None) -> bool:
    """A report needs the overall score of its scope: an open wave may have no answer yet."""
    levels = (Score.Level.NATION, *WHOLE)
    return Score.objects.filter(wave=wave, agency=unit, level__in=levels, is_overall=True).exists()


def report_panel(
    user: Visitor, wave: Wave, unit: Agency | None, *, scored: bool
) -> dict[str, Any] | None:
    """What the report box of a page needs; None where it would be empty."""
    if not may_see_reports(user, unit):
        return None
    done = reports_of(user, wave, unit).filter(state=Report.State.DONE)[:4]
    may_order = scored and may_act(user)
    if not (may_order or done):
        return None
    return {"languages": LANGUAGES, "done": done, "agency": unit, "may_order": may_order}
