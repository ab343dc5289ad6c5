"""Eligible processes that a citizen can go through digitally from end to end."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.counted import counted, standing
from analytics.scorecard.indicator import Registered
from analytics.scorecard.values import Unit, Value
from surveys.models import Process


class DigitalProcesses(Registered):
    code = "digital_processes"
    position = 8
    name = _("Eligible processes that are fully digital")
    unit = Unit.COUNT
    counted = _("processes")
    target = 1452
    register = "processes"
    how = _(
        "Eligible processes of the register that have been fully digital since that day or "
        "earlier. The strategy counts on 1,452 of 2,420."
    )

    def values(self, today: date) -> list[Value]:
        eligible = list(Process.objects.filter(eligible=True))
        full = [each for each in eligible if each.digital_state == Process.Digital.FULLY]
        return [
            counted(
                year,
                day,
                [each for each in standing(full, day) if each.since and each.since <= day],
                standing(eligible, day),
            )
            for year, day in self.days(today)
            if eligible
        ]


INDICATOR = DigitalProcesses()
