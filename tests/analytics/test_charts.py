"""Scores are placed where they belong and worded so that rounding never changes a verdict."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from analytics.templatetags.figures import interval_mark
from analytics.wording import charts
from analytics.wording.drawn import interval
from analytics.wording.percent import percent


def a_score(**fields) -> Score:
    defaults = {"pk": 1, "level": "nation", "verdict": "INCONCLUSIVE", "n": 100}
    return Score(**defaults | {"estimate": 0.9, "low": 0.85, "high": 0.93} | fields)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.874, "87.4"), (1.0, "100.0"), (0.9, "90.0"), (0.8996, "89.96"), (0.89996, "89.996")],
)
def test_rounding_never_lifts_a_share_to_the_target(share, text):
    assert percent(share, 0.9) == text


def test_a_share_without_a_target_has_one_decimal():
    assert percent(0.8996) == "90.0"


@pytest.mark.parametrize(
    ("low", "starts_at"), [(0.85, 0.8), (0.79, 0.7), (0.5, 0.5), (0.45, 0.4), (0.1, 0.0)]
)
def test_the_axis_holds_every_interval_and_the_target(low, starts_at):
    axis = charts.Axis.around([a_score(low=low)], 0.9)
    assert axis.low == starts_at
    assert axis.x(axis.low) <= axis.x(low) < axis.target_x < axis.x(1.0)
    assert [tick.label for tick in axis.ticks if tick.is_target] == ["90"]


def test_the_axis_reaches_down_to_a_low_target():
    assert charts.Axis.around([a_score()], 0.55).low == 0.5


def test_rows_are_sorted_best_first_and_withheld_ones_last():
    scores = [
        a_score(pk=1, estimate=0.7),
        a_score(pk=2, estimate=0.99, withheld=True),
        a_score(pk=3, estimate=0.8),
    ]
    assert [row.score.pk for row in charts.interval_plot(scores, 0.9).rows] == [3, 1, 2]


def test_a_row_is_drawn_as_its_template_says():
    plot = charts.interval_plot([a_score(), a_score(pk=2, verdict="MET", low=0.91)], 0.9)
    for row in plot.rows:
        whole = {
            "row": row,
            "axis": plot.axis,
            "sentence": interval(row.score, 0.9),
            "shape": render_to_string("figures/shape.html", {"mark": row.mark, "cx": 0, "cy": 0}),
        }
        assert interval_mark(row, plot.axis) == render_to_string(
            "figures/interval_mark.html", whole
        )


def test_a_withheld_score_leaves_no_trace_in_the_plot():
    secret = a_score(estimate=0.123, low=0.111, high=0.135, withheld=True)
    plot = charts.interval_plot([a_score(pk=2), secret], 0.9)
    assert plot.axis.low == 0.8
    html = Template("{% load figures %}{% interval_plot scores %}").render(
        Context({"scores": [_on_a_wave(a_score(pk=2)), _on_a_wave(secret)]})
    )
    assert "withheld" in html or "ไม่เปิดเผย" in html
    assert not any(number in html for number in ("12.3", "11.1", "13.5"))


def _on_a_wave(score: Score) -> Score:
    score.__dict__["_state"].fields_cache["wave"] = SimpleNamespace(
        declared_method=lambda: SimpleNamespace(target=0.9, level=0.95)
    )
    return score


def test_rating_bars_share_a_centre_and_fit():
    happy, unhappy = (
        a_score(distribution=[0, 0, 10, 40, 50]),
        a_score(distribution=[50, 40, 10, 0, 0]),
    )
    bars = charts.rating_bars([happy, unhappy])
    for row in bars.rows:
        middle = row.steps[2]
        assert middle.x + middle.width / 2 == pytest.approx(bars.middle, abs=0.2)
        assert row.steps[0].x >= 0
        assert row.steps[-1].x + row.steps[-1].width <= charts.PLOT_WIDTH
        assert sum(step.share for step in row.steps) == pytest.approx(1)


@pytest.mark.parametrize("distribution", [[], [0, 0, 0, 0, 0]])
def test_no_answers_draw_nothing(distribution):
    assert charts.rating_bars([a_score(distribution=distribution)]).rows[0].steps == []


@pytest.mark.parametrize(
    ("outcome", "mark"),
    [("MET", "met"), ("NOT_MET", "not-met"), ("INCONCLUSIVE", "inconclusive")],
)
def test_a_verdict_has_a_shape_and_a_word(outcome, mark):
    html = Template("{% load figures %}{% verdict_mark outcome %}").render(
        Context({"outcome": outcome})
    )
    assert f"verdict--{mark}" in html
    assert "<svg" in html
    assert "verdict__word" in html


def test_partials_need_no_inline_style_or_script(wave, answered):
    compute_scores(wave)
    scores = list(Score.objects.filter(level="agency", is_overall=True, measure="top_two_box"))
    html = Template(
        "{% load figures %}{% figure scores.0 %}{% figure scores.0 large=True %}"
        "{% interval_plot scores %}{% rating_table scores %}{% rating_bar scores.0 %}"
    ).render(Context({"scores": scores}))
    assert "style=" not in html
    assert "<script" not in html
    assert "<text" not in html


def test_the_figure_says_number_interval_verdict_answers_and_day(wave, answered):
    compute_scores(wave)
    score = Score.objects.get(level="nation", is_overall=True, measure="top_two_box")
    html = Template("{% load figures %}{% figure score %}").render(Context({"score": score}))
    for part in (f"{100 * score.estimate:.1f}", f"{100 * score.low:.1f}–", "verdict__word", "50"):
        assert part in html


def test_domain_names_say_service_and_channel(wave, answered, government):
    compute_scores(wave)
    crossing = Score.objects.filter(level="service_channel", channel=government.online).first()
    assert str(government.licence) in charts.domain_name(crossing)
    assert str(government.online) in charts.domain_name(crossing)


@pytest.mark.parametrize(("language", "said"), [("th", "2 มกราคม 2569"), ("en", "2 January 2026")])
def test_the_day_of_a_moment_is_the_day_in_thailand(language, said):
    late_in_greenwich = datetime(2026, 1, 1, 17, 30, tzinfo=UTC)
    with translation.override(language):
        assert charts.date_text(late_in_greenwich) == said
        assert charts.date_text(late_in_greenwich.date()) != said
