"""Successful innovation projects."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.counted import done
from analytics.scorecard.indicator import Registered
from analytics.scorecard.values import Unit, Value


class Innovation(Registered):
    code = "innovation"
    position = 11
    name = _("Successful innovation projects")
    unit = Unit.COUNT
    counted = _("projects")
    target = None
    register = "innovation"
    how = _("Innovation projects of the register that are done, each with evidence of its success.")
    remark = _("The strategy prints no number for this indicator.")

    def values(self, today: date) -> list[Value]:
        return done("innovation", self.days(today))


INDICATOR = Innovation()
