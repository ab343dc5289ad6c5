"""Public satisfaction with the quality of services, by the published waves."""

from datetime import date

from django.db.models.fields.json import KeyTextTransform
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.models import Score
from analytics.scorecard.indicator import Indicator, Origin
from analytics.scorecard.values import Unit, Value
from surveys.models import Wave


class Satisfaction(Indicator):
    code = "satisfaction"
    position = 1
    name = _("Public satisfaction with service quality")
    unit = Unit.SHARE
    target = 0.9
    origin = Origin.COMPUTED
    how = _(
        "The nation's figure of the year's last published survey, with its interval; the verdict "
        "is that of the survey."
    )
    who = _("the platform, from citizens' answers")

    def values(self, today: date) -> list[Value]:
        """A real wave of a year before a simulated one, a later before an earlier."""
        scores = Score.objects.filter(
            wave__state=Wave.State.PUBLISHED,
            wave__ends_on__lte=today,
            level=Score.Level.NATION,
            is_overall=True,
            measure=KeyTextTransform("measure", "wave__method"),
            withheld=False,
        ).select_related("wave")
        ordered = sorted(scores, key=lambda s: (not s.wave.simulated, s.wave.ends_on, s.wave_id))
        newest = {score.wave.fiscal_year: score for score in ordered}
        return [_value_of(newest[year]) for year in sorted(newest)]


def _value_of(score: Score) -> Value:
    wave = score.wave
    return Value(
        wave.fiscal_year,
        score.estimate,
        wave.ends_on,
        wave.title,
        low=score.low,
        high=score.high,
        outcome=score.verdict,
        link=reverse("analytics:wave", args=[wave.code]),
        simulated=wave.simulated,
    )


INDICATOR = Satisfaction()
