"""Thailand's score in the E-Government Development Index of the United Nations."""

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.indicator import IndexScore


class EgdiScore(IndexScore):
    code = "egdi_score"
    position = 3
    name = _("E-Government Development Index: score")
    target = 0.82
    how = _("The score that the UN E-Government Survey prints, every second year.")


INDICATOR = EgdiScore()
