"""Government effectiveness in the competitiveness ranking of IMD."""

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.indicator import Rank


class GovernmentEffectiveness(Rank):
    code = "government_effectiveness"
    position = 6
    name = _("Government effectiveness in the IMD ranking: rank")
    target = 204
    highest = 204
    how = _("The rank that the IMD World Competitiveness Ranking prints.")
    remark = _(
        "The strategy prints “not lower than 204”. IMD ranks about 70 economies, so that every "
        "rank meets the target as printed; the number needs correcting at its source."
    )


INDICATOR = GovernmentEffectiveness()
