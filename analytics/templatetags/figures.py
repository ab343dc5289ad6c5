"""Tags that show scores: `{% figure score %}`, `{% interval_plot scores %}` and their kin.

Pages and PDF use the same; static/css/figures.css dresses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from analytics.models import Score
from analytics.wording import charts, drawn
from analytics.wording import cuts as cuts_of
from analytics.wording import funnel as funnels
from analytics.wording import slope as slopes
from analytics.wording.inks import INKS
from analytics.wording.months import Month, months_chart
from analytics.wording.percent import percent as percent_text
from analytics.wording.percent import unbroken
from analytics.wording.verdict import (
    evidence_words,
    flag_words,
    outcome_word,
    tipping_sentence,
    verdict_word,
)
from surveys.models import Wave

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.874 becomes 87.4 % with a space that does not break."""
    return "" if share is None else f"{percent_text(share)}\u00a0%"


@register.filter
def percent_number(share: float) -> str:
    """0.874 becomes 87.4, for columns that say % in their heading."""
    return percent_text(share)


@register.filter
def whole_percent(share: float) -> str:
    """0.9 becomes 90, 0.855 becomes 85.5."""
    return f"{100 * share:g}"


@register.simple_tag
def ink(mark: str) -> str:
    return INKS.get(mark, INKS["inconclusive"])


@register.filter
def interval(score: Score) -> str:
    return charts.interval_text(score)


@register.filter
def latin(code: str) -> SafeString:
    """A code, which keeps its digits where a report writes Thai ones."""
    return format_html('<span class="latin">{}</span>', code)


@register.filter
def mark_of(outcome: str) -> str:
    return charts.mark_of(outcome)


@register.filter
def domain_name(score: Score) -> str:
    return charts.domain_name(score)


@register.filter
def day(value: date | None) -> str:
    """A day in words, in the Buddhist Era in Thai."""
    return "" if value is None else charts.date_text(value)


@register.filter
def month(value: date) -> str:
    """The month of a day, where the day itself would tell too much."""
    return charts.date_text(value).partition(" ")[2]


@register.filter
def as_of(wave: Wave) -> Any:
    """The day to which the wave's scores speak."""
    return charts.as_of(wave)


@register.inclusion_tag("figures/verdict_mark.html")
def verdict_mark(score_or_outcome: Score | str, *, word: bool = True) -> dict[str, Any]:
    """The shape of a verdict and its word; `word=False` where the word stands beside it already."""
    outcome = score_or_outcome.verdict if isinstance(score_or_outcome, Score) else score_or_outcome
    text = (
        verdict_word(score_or_outcome)
        if isinstance(score_or_outcome, Score)
        else outcome_word(score_or_outcome)
    )
    return {"mark": charts.mark_of(outcome), "word": text, "show_word": word}


@register.inclusion_tag("figures/figure.html")
def figure(score: Score, *, large: bool = False) -> dict[str, Any]:
    """A score as it is always shown: number, interval, verdict, answers, date."""
    method = score.wave.declared_method()
    target = method.target
    return {
        "score": score,
        "level": method.level,
        "large": large,
        "estimate": percent_text(score.estimate, target),
        "interval": charts.interval_text(score, target),
        "as_of": charts.as_of(score.wave),
        "flags": [unbroken(each) for each in flag_words(score)],
        "evidence": evidence_words(score),
        "tipping": unbroken(tipping_sentence(score)) if large else "",
    }


@register.inclusion_tag("figures/interval_plot.html")
def interval_plot(
    scores: Sequence[Score],
    *,
    heading: str = "",
    caption: str = "",
    sort: bool = True,
    verdicts: bool = True,
    names: dict[int, str] | None = None,
    urls: dict[int, str] | None = None,
    others: dict[int, Score | None] | None = None,
    axis: charts.Axis | None = None,
    key: bool = True,
) -> dict[str, Any]:
    """A table of scores whose one column is the plot. `heading` names what the rows are.

    `names`, `urls` and `others` (the score on the other measure) by the score's id. Give several
    plots one `axis` where they should be compared, and a `key` to the first.
    """
    scores = list(scores)
    if not scores:
        return {"plot": None}
    method = scores[0].wave.declared_method()
    plot = charts.interval_plot(
        scores,
        method.target,
        level=method.level,
        sort=sort,
        verdicts=verdicts,
        names=names,
        urls=urls,
        others=others,
        axis=axis,
    )
    return {"plot": plot, "heading": heading, "caption": caption, "key": key}


@register.simple_tag
def interval_mark(row: charts.PlotRow, axis: charts.Axis) -> SafeString:
    """The drawing of one row: interval, estimate and target line."""
    drawing = _without_row(axis) % {
        "sentence": conditional_escape(drawn.interval(row.score, axis.target)),
        "shape": _shape(row.mark),
        **{name: getattr(row, name) for name in OF_ROW},
    }
    return SafeString(drawing)


OF_ROW = ("mark", "low_x", "width", "fill", "x")


@lru_cache(maxsize=64)
def _without_row(axis: charts.Axis) -> str:
    """The drawing with a place for all that differs from row to row: a page has hundreds."""
    place = {name: f"%({name})s" for name in (*OF_ROW, "sentence", "shape")}
    shown = {"row": place, "axis": axis, "sentence": place["sentence"], "shape": place["shape"]}
    return render_to_string("figures/interval_mark.html", shown)


@cache
def _shape(mark: str) -> SafeString:
    """A mark about the origin: there are five, and a page draws them hundreds of times."""
    return render_to_string("figures/shape.html", {"mark": mark, "cx": 0, "cy": 0})


@register.inclusion_tag("figures/axis.html")
def axis_labels(axis: charts.Axis) -> dict[str, Any]:
    return {"axis": axis}


@register.inclusion_tag("figures/rating_bar.html")
def rating_bar(score: charts.Rated) -> dict[str, Any]:
    """How the answers spread over the five ratings, centred on the middle one."""
    bars = charts.rating_bars([score])
    return {"steps": bars.rows[0].steps, "middle": bars.middle}


@register.inclusion_tag("figures/rating_table.html")
def rating_table(
    scores: Sequence[charts.Rated], *, heading: str = "", names: dict[int, str] | None = None
) -> dict[str, Any]:
    """Questions under each other, each with its five shares and their bar on one scale."""
    return {"bars": charts.rating_bars(list(scores), names), "heading": heading}


@register.inclusion_tag("figures/rating_mark.html")
def rating_mark(steps: list[charts.RatingStep], middle: float) -> dict[str, Any]:
    """The drawing of one bar."""
    return {"steps": steps, "middle": middle, "sentence": drawn.ratings(steps)}


@register.simple_tag
def estimate_text(score: Score, target: float) -> str:
    """The estimate in per cent, never rounded across the target."""
    return percent_text(score.estimate, target)


@register.simple_tag
def interval_of(score: Score, target: float) -> str:
    return charts.interval_text(score, target)


@register.inclusion_tag("figures/slope.html")
def slope(scores: Sequence[Score]) -> dict[str, Any]:
    """One domain's surveys, the oldest first: dots, intervals and the target's line."""
    scores = list(scores)
    if not scores:
        return {"slope": None}
    return {"slope": slopes.slope(scores, scores[-1].wave.declared_method().target)}


@register.inclusion_tag("figures/months.html")
def months(found: Sequence[Month], target: float) -> dict[str, Any]:
    """The months of one survey: dots, intervals and the target's line."""
    return {"chart": months_chart(found, target)}


@register.filter
def drawable(scores: Sequence[Score]) -> bool:
    return slopes.drawable(scores)


@register.inclusion_tag("figures/interval_plot.html")
def item_plot(
    items: Sequence[Score], means: Any, *, heading: str = "", names: dict[int, str] | None = None
) -> dict[str, Any]:
    """Single questions, in the order given. Their line is the mean of all agencies (`means`), or
    there is none that they are held against."""
    shown = [item for item in items if not item.withheld]
    if not items:
        return {"plot": None}
    method = items[0].wave.declared_method()
    line = round(means.together, 3) if means else method.target
    plot = charts.interval_plot(
        items,
        line,
        level=method.level,
        sort=False,
        verdicts=False,
        names=names,
        axis=charts.Axis.around(shown, line),
    )
    return {"plot": plot, "heading": heading, "key": False}


@register.filter
def standing_words(standing: str) -> str:
    return charts.standing_words(standing)


@register.filter
def beyond_words(beyond: str) -> str:
    return funnels.beyond_words(beyond)


@register.filter
def cuts(score: Score) -> list[cuts_of.Cut]:
    return cuts_of.cuts(score.distribution)


@register.inclusion_tag("figures/share_bar.html")
def share_bar(share: float) -> dict[str, Any]:
    """A share of 100 as a bar, with the target's line."""
    return {"width": round(100 * share, 1)}
