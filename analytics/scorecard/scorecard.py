"""The scorecard: every indicator with its values and its status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.models import IndicatorRemark
from analytics.scorecard.indicator import Indicator
from analytics.scorecard.indicators import INDICATORS
from analytics.scorecard.status import Judgement, judge
from analytics.scorecard.values import Outlook, Value
from surveys import clock


@dataclass(frozen=True)
class Line:
    """One indicator as it stands."""

    indicator: Indicator
    values: list[Value]
    outlook: Outlook | None
    judgement: Judgement
    remark: str

    @property
    def newest(self) -> Value | None:
        return self.values[-1] if self.values else None

    @property
    def simulated(self) -> bool:
        return any(value.simulated for value in self.values)


def scorecard(today: date | None = None) -> list[Line]:
    """All indicators in the order of the strategy, as known on that day, which is this one unless
    given."""
    remarks = {remark.indicator: str(remark) for remark in IndicatorRemark.objects.all()}
    day = today or clock.today()
    return [line_of(each, day, remarks.get(each.code)) for each in INDICATORS.values()]


def line_of(indicator: Indicator, today: date, remark: str | None = None) -> Line:
    values, outlook = indicator.values(today), indicator.outlook(today)
    judgement = judge(values, indicator.target, indicator.direction, outlook)
    said = str(indicator.remark) if remark is None else remark
    return Line(indicator, values, outlook, judgement, said)
