"""Responsibilities for services that are handed over, as planned."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.counted import done_by, undertakings, valued
from analytics.scorecard.indicator import Registered
from analytics.scorecard.values import Unit, Value
from analytics.scorecard.years import ENDS


class Transfers(Registered):
    code = "transfers"
    position = 7
    name = _("Transfers of services, of those planned")
    unit = Unit.SHARE
    target = 1.0
    register = "transfers"
    how = _(
        "Transfers done by the day, divided by all that are planned up to the end of fiscal year "
        "2570."
    )

    def values(self, today: date) -> list[Value]:
        planned = [t for t in undertakings("transfer") if t.planned_on and t.planned_on <= ENDS]
        return [
            valued(year, day, done_by(planned, day), planned)
            for year, day in self.days(today)
            if planned
        ]


INDICATOR = Transfers()
