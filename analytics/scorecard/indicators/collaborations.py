"""Private-sector collaborations in service delivery."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.counted import done
from analytics.scorecard.indicator import Registered
from analytics.scorecard.values import Unit, Value


class Collaborations(Registered):
    code = "collaborations"
    position = 12
    name = _("Private-sector collaborations in service delivery")
    unit = Unit.COUNT
    counted = _("collaborations")
    target = None
    register = "collaborations"
    how = _("Collaborations of the register that have begun, each with evidence.")
    remark = _("The strategy prints no number for this indicator.")

    def values(self, today: date) -> list[Value]:
        return done("collaboration", self.days(today))


INDICATOR = Collaborations()
