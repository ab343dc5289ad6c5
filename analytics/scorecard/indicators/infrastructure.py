"""Digital infrastructure projects that were finished on time and within their budget."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.counted import undertakings, valued
from analytics.scorecard.indicator import Registered
from analytics.scorecard.values import Unit, Value
from surveys.models import Undertaking


class Infrastructure(Registered):
    code = "infrastructure"
    position = 9
    name = _("Digital infrastructure projects on time and on budget")
    unit = Unit.SHARE
    target = 1.0
    register = "infrastructure"
    how = _(
        "Of the projects that were due or finished by the day, the share finished by the planned "
        "day and for no more than the planned budget."
    )

    def values(self, today: date) -> list[Value]:
        projects = undertakings("infrastructure")
        found = [(year, day, due_by(projects, day)) for year, day in self.days(today)]
        return [
            valued(year, day, [p for p in due if on_time_and_budget(p, day)], due)
            for year, day, due in found
            if due
        ]


def due_by(projects: list[Undertaking], day: date) -> list[Undertaking]:
    return [p for p in projects if any(each and each <= day for each in (p.planned_on, p.done_on))]


def on_time_and_budget(project: Undertaking, day: date) -> bool:
    done, planned = project.done_on, project.planned_on
    in_time = bool(done and planned and done <= planned and done <= day)
    spent, budget = project.spent, project.budget
    return in_time and spent is not None and budget is not None and spent <= budget


INDICATOR = Infrastructure()
