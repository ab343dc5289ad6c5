"""Encounters through central portals, such as Biz Portal and Citizen Portal."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from analytics.scorecard import portal_counts
from analytics.scorecard.indicator import Indicator, Origin
from analytics.scorecard.values import Outlook, Unit, Value


class Portals(Indicator):
    code = "portals"
    position = 10
    name = _("Encounters through central portals")
    unit = Unit.SHARE
    target = 0.35
    origin = Origin.COMPUTED
    how = _(
        "Encounters on channels that are marked as central portals, divided by all encounters of "
        "the frame, in periods that have ended."
    )
    who = _("the platform, from the frame")

    def values(self, today: date) -> list[Value]:
        return portal_counts.by_year(today)

    def outlook(self, today: date) -> Outlook | None:
        return portal_counts.outlook(today)


INDICATOR = Portals()
