"""The scorecard in words: numbers by their unit, the status, and why it is so."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.scorecard.indicator import Indicator
from analytics.scorecard.scorecard import Line
from analytics.scorecard.status import Because, Status
from analytics.scorecard.values import Direction, Unit, Value
from analytics.scorecard.years import BEGAN, ENDS, LAST_YEAR
from analytics.wording.charts import date_text
from analytics.wording.percent import percent

NO_BREAK = "\u00a0"


def number(value: float, unit: Unit, target: float | None = None) -> str:
    """A value as people read it, never rounded across the target."""
    match unit:
        case Unit.SHARE:
            return f"{percent(value, target)}{NO_BREAK}%"
        case Unit.SCORE:
            return f"{value:.4f}".rstrip("0").ljust(4, "0")
        case Unit.RANK:
            return f"{value:g}"
    return f"{value:,.0f}"


def of_indicator(value: float, indicator: Indicator) -> str:
    return number(value, indicator.unit, indicator.target)


def interval(low: float, high: float, indicator: Indicator) -> str:
    """ "84.9–89.6", in per cent without the sign."""
    if indicator.unit == Unit.SHARE:
        return f"{percent(low, indicator.target)}–{percent(high, indicator.target)}"
    return f"{of_indicator(low, indicator)}–{of_indicator(high, indicator)}"


def target_text(indicator: Indicator) -> str:
    """ "at least 90 % by fiscal year 2570"."""
    if indicator.target is None:
        return _("no number printed")
    said = {"target": short(indicator.target, indicator.unit), "year": LAST_YEAR}
    if indicator.unit == Unit.RANK:
        return _("rank %(target)s or better by fiscal year %(year)s") % said
    if indicator.direction == Direction.AT_MOST:
        return _("at most %(target)s by fiscal year %(year)s") % said
    return _("at least %(target)s by fiscal year %(year)s") % said


def short(value: float, unit: Unit) -> str:
    """A target as the strategy prints it: 90 %, 0.82, 1,452."""
    if unit == Unit.SHARE:
        return f"{100 * value:g}{NO_BREAK}%"
    return f"{value:,g}" if unit == Unit.COUNT else f"{value:g}"


def status_word(status: Status) -> str:
    return {
        Status.REACHED: pgettext("scorecard", "Reached"),
        Status.ON_COURSE: pgettext("scorecard", "On course"),
        Status.OFF_COURSE: pgettext("scorecard", "Off course"),
        Status.NOT_YET_KNOWN: pgettext("scorecard", "Not yet known"),
    }[status]


def why(line: Line) -> str:
    """What the status rests on, in one or two sentences."""
    judgement = line.judgement
    match judgement.because:
        case Because.NO_TARGET:
            return _("The strategy prints no number, so nothing can be reached or missed.")
        case Because.NO_VALUE:
            return _("There is no value since the strategy began on %(day)s.") % {
                "day": date_text(BEGAN)
            }
        case Because.ONE_VALUE:
            return _("There is one value and no earlier one, so no path can be drawn yet.")
        case Because.TARGET:
            return _("The newest value meets the target.")
        case Because.FORECAST:
            return _forecast(line)
    return _path(line)


def _forecast(line: Line) -> str:
    outlook, indicator = line.outlook, line.indicator
    assert outlook
    ending = {
        Status.ON_COURSE: _("The whole interval is at or above the target."),
        Status.OFF_COURSE: _("The whole interval is below the target."),
        Status.NOT_YET_KNOWN: _("The target lies within the interval, so either may come."),
    }[line.judgement.status]
    said = _(
        "It was %(last)s in the period to %(last_day)s. If it goes on as in the last %(periods)s "
        "periods, it will be %(value)s in the period to %(day)s (95 %% interval %(interval)s)."
    ) % {
        "last": of_indicator(outlook.last.value, indicator),
        "last_day": date_text(outlook.last.as_of),
        "periods": outlook.periods,
        "value": of_indicator(outlook.value, indicator),
        "interval": interval(outlook.low, outlook.high, indicator),
        "day": date_text(outlook.on),
    }
    return f"{said} {ending}"


def _path(line: Line) -> str:
    judgement, indicator, newest = line.judgement, line.indicator, line.newest
    assert judgement.start
    assert judgement.path is not None
    assert newest
    assert indicator.target is not None
    return _(
        "The path is a straight line from %(start)s on %(begins)s to %(target)s on %(ends)s. On "
        "%(day)s it stands at %(path)s; the value is %(value)s."
    ) % {
        "start": of_indicator(judgement.start.value, indicator),
        "begins": date_text(max(judgement.start.as_of, BEGAN)),
        "target": short(indicator.target, indicator.unit),
        "ends": date_text(ENDS),
        "day": date_text(newest.as_of),
        "path": number(judgement.path, indicator.unit)
        if indicator.unit != Unit.RANK
        else f"{judgement.path:.1f}",
        "value": value_text(newest, indicator),
    }


def value_text(value: Value, indicator: Indicator) -> str:
    """The value, with its interval where it has one."""
    said = of_indicator(value.value, indicator)
    if value.low is None or value.high is None:
        return said
    return f"{said} ({interval(value.low, value.high, indicator)})"
