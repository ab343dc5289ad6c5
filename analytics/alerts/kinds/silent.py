"""No answer has come in for a week from an agency that used to have them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.alerts.kind import Facts, Found, Kind, Look
from analytics.alerts.series import Series
from analytics.counting.weeks import monday
from analytics.wording.charts import date_text
from surveys import clock

BEFORE = 4
"""Weeks before the last one, which say what is usual."""
USUAL = 10
"""Answers a week."""


def find(look: Look) -> Iterator[Found]:
    for series in look.series:
        if usual := _gone_silent(series):
            yield Found(series.agency, {"usual": usual, "since": _last_heard(series).isoformat()})


def _gone_silent(series: Series) -> int:
    """The answers a week before, or 0 where some have come in since, or there never were many."""
    this_week = monday(clock.today())
    at = {row.week: row.answers for row in series.counts}
    last, before = (this_week - timedelta(weeks=n) for n in (1, 2))
    first = before - timedelta(weeks=BEFORE)
    if not {last, before, first} <= at.keys():
        return 0
    usual = (at[before] - at[first]) // BEFORE
    newest = max(at[last], at.get(this_week, 0))
    return usual if newest <= at[before] and usual >= USUAL else 0


def _last_heard(series: Series) -> date:
    newest = series.counts[-1].answers
    return next(row.looked_on for row in series.counts if row.answers >= newest)


def sentence(facts: Facts) -> str:
    return _("No answer has come in since %(day)s; %(usual)s a week were usual.") % {
        "day": date_text(date.fromisoformat(facts["since"])),
        "usual": facts["usual"],
    }


KIND = Kind(
    "silent",
    "○",
    gettext_lazy("Gone silent"),
    gettext_lazy(
        "No answer in a whole week, from Monday to Sunday, after at least ten a week in the four "
        "weeks before. Where answers come in at random that happens less than once in 400 years."
    ),
    find,
    sentence,
)
