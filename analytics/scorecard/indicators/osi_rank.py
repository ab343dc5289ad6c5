"""Thailand's rank in the Online Service Index, a part of the EGDI."""

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.indicator import Rank


class OsiRank(Rank):
    code = "osi_rank"
    position = 4
    name = _("Online Service Index: rank")
    target = 40
    highest = 193
    how = _("The rank by the Online Service Index of the UN E-Government Survey.")


INDICATOR = OsiRank()
