"""Thailand's score in the Online Service Index, a part of the EGDI."""

from django.utils.translation import gettext_lazy as _

from analytics.scorecard.indicator import IndexScore


class OsiScore(IndexScore):
    code = "osi_score"
    position = 5
    name = _("Online Service Index: score")
    target = 0.82
    how = _("The Online Service Index that the UN E-Government Survey prints.")


INDICATOR = OsiScore()
