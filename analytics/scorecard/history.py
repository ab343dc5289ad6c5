"""Who changed what of an indicator, and when: newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import IndicatorValue
from analytics.scorecard.indicator import Entered, Indicator
from analytics.scorecard.words import of_indicator
from surveys.access import Visitor, may_see_every_agency
from surveys.models import RegisterList, TwoPeople, User

SHOWN = 20


@dataclass(frozen=True)
class Entry:
    at: datetime
    what: str
    why: str
    entered_by: str
    approved_by: str


def history(indicator: Indicator, user: Visitor) -> list[Entry]:
    """What was approved. OPDC reads the names of people, everybody else those of their offices."""
    rows: Iterator[tuple[TwoPeople, str, str]]
    if isinstance(indicator, Entered):
        rows = _values(indicator)
    elif indicator.register:
        rows = _lists(indicator.register)
    else:
        return []
    named = may_see_every_agency(user)
    return [
        Entry(row.decided_at, what, why, _who(row.entered_by, named), _who(row.decided_by, named))
        for row, what, why in rows
        if row.decided_at
    ]


def _values(indicator: Entered) -> Iterator[tuple[TwoPeople, str, str]]:
    """Each with what it replaced."""
    rows = IndicatorValue.objects.filter(
        indicator=indicator.code, state=IndicatorValue.State.APPROVED
    ).select_related("entered_by__agency", "decided_by__agency")
    before: dict[int, float] = {}
    told = []
    for row in rows.order_by("decided_at", "pk"):
        value = of_indicator(row.value, indicator)
        if row.fiscal_year in before:
            value = f"{of_indicator(before[row.fiscal_year], indicator)} → {value}"
        before[row.fiscal_year] = row.value
        told.append((row, f"{row.fiscal_year}: {value}", row.note))
    yield from reversed(told)


def _lists(register: str) -> Iterator[tuple[TwoPeople, str, str]]:
    rows = RegisterList.objects.filter(
        register=register, state=RegisterList.State.APPROVED
    ).select_related("entered_by__agency", "decided_by__agency")
    for row in rows.order_by("-decided_at")[:SHOWN]:
        counts = row.done.get("counts", {})
        words = [
            _("%(n)s added") % {"n": f"{counts.get('added', 0):,}"},
            _("%(n)s changed") % {"n": f"{counts.get('changed', 0):,}"},
            _("%(n)s retired") % {"n": f"{counts.get('retired', 0):,}"},
        ]
        rejected = counts.get("rejected", 0)
        if rejected:
            words.append(
                ngettext("%(n)s row rejected", "%(n)s rows rejected", rejected)
                % {"n": f"{rejected:,}"}
            )
        yield row, ", ".join(words), row.name


def _who(user: User | None, named: bool) -> str:
    if user is None:
        return ""
    office = str(user.agency) if user.agency else _("OPDC")
    return f"{user.get_username()} ({office})" if named else office
