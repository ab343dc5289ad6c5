"""Thailand's rank in the E-Government Development Index of the United Nations."""

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.indicator import Rank


class EgdiRank(Rank):
    code = "egdi_rank"
    position = 2
    name = _("E-Government Development Index: rank")
    target = 40
    highest = 193  # members of the United Nations
    how = _("The rank that the UN E-Government Survey prints, every second year.")


INDICATOR = EgdiRank()
