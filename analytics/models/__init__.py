"""What the answers mean: counts, scores, and the reports made of them."""

from analytics.models.alerts import Alert, AlertChoice, AlertMail, WeekCount
from analytics.models.counts import DayCount, LastAnswer, Statement, TallyCell
from analytics.models.crosstabs import CrossTab, StoredMonth, StoredWave
from analytics.models.microdata import MicrodataRequest
from analytics.models.publication import Examination, Publication, Report
from analytics.models.releases import Correction, KeptRelease, ReleaseCheck, ReleaseStamp
from analytics.models.scorecard import FrozenScorecard, IndicatorRemark, IndicatorValue
from analytics.models.scores import Computation, Importance, Score, Watch

__all__ = [
    "Alert",
    "AlertChoice",
    "AlertMail",
    "Computation",
    "Correction",
    "CrossTab",
    "DayCount",
    "Examination",
    "FrozenScorecard",
    "Importance",
    "IndicatorRemark",
    "IndicatorValue",
    "KeptRelease",
    "LastAnswer",
    "MicrodataRequest",
    "Publication",
    "ReleaseCheck",
    "ReleaseStamp",
    "Report",
    "Score",
    "Statement",
    "StoredMonth",
    "StoredWave",
    "TallyCell",
    "Watch",
    "WeekCount",
]
