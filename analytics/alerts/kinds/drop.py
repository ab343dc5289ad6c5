"""Satisfaction fell by more than chance explains, by the control chart of the agency's weeks."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.alerts.kind import Facts, Found, Kind, Look
from analytics.estimation.control_chart import Rule
from analytics.wording.percent import percent

LASTS = 4
"""Weeks for which a fall is told; a new one begins another alert only after that."""


def find(look: Look) -> Iterator[Found]:
    for series in look.series:
        if series.chart is None:
            continue
        fell = [each for each in series.chart.alarms if each.fell]
        if fell and fell[-1].week >= len(series.watched) - LASTS:
            week = series.watched[fell[-1].week]
            yield Found(
                series.agency,
                {
                    "rule": fell[-1].rule.value,
                    "week": week.monday.isoformat(),
                    "share": week.share,
                    "usual": series.chart.centre,
                },
            )


def sentence(facts: Facts) -> str:
    shares = {"share": percent(facts["share"]), "usual": percent(facts["usual"])}
    if facts["rule"] == Rule.RUN:
        return (
            _("Ten weeks in a row were below the usual %(usual)s %%; the last had %(share)s %%.")
            % shares
        )
    return (
        _("%(share)s %% were satisfied in one week, below what chance makes of %(usual)s %%.")
        % shares
    )


KIND = Kind(
    "drop",
    "▼",
    gettext_lazy("A drop"),
    gettext_lazy(
        "A week beyond the limits of its control chart, or ten in a row on the lower side. Where "
        "satisfaction does not move that happens to an agency at most 0.3 times a year."
    ),
    find,
    sentence,
)
