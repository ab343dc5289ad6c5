"""Screening set aside far more of a week's answers than is usual for the agency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from scipy import stats

from analytics.alerts.kind import Facts, Found, Kind, Look
from analytics.counting.weeks import Week
from analytics.wording.percent import percent

FEWEST = 20
"""Flagged answers in the week."""
LEAST_USUAL = 0.02
"""A share that nobody need be told of, however little was flagged before."""
RARE = 0.001


def find(look: Look) -> Iterator[Found]:
    for series in look.series:
        if not series.weeks:
            continue
        *before, last = series.weeks
        if last.wave != look.wave or last.flagged < FEWEST:
            continue
        came = last.rated + last.flagged
        usual = max(_share(before), LEAST_USUAL)
        if stats.binom.sf(last.flagged - 1, came, usual) < RARE:
            yield Found(
                series.agency,
                {
                    "week": last.monday.isoformat(),
                    "flagged": last.flagged,
                    "came": came,
                    "usual": usual,
                },
            )


def _share(weeks: Sequence[Week]) -> float:
    flagged = sum(week.flagged for week in weeks)
    came = flagged + sum(week.rated for week in weeks)
    return flagged / came if came else 0.0


def sentence(facts: Facts) -> str:
    return _(
        "Screening set aside %(flagged)s of the %(came)s answers of one week; %(usual)s %% or less "
        "is usual."
    ) % {
        "flagged": facts["flagged"],
        "came": facts["came"],
        "usual": percent(facts["usual"]),
    }


KIND = Kind(
    "burst",
    "◆",
    gettext_lazy("A burst of doubtful answers"),
    gettext_lazy(
        "At least 20 answers of a week were set aside by screening, and so many that chance makes "
        "of the usual share in fewer than one week in 1,000: at most 0.06 times a year."
    ),
    find,
    sentence,
)
