"""Agencies side by side: which ranks each may have, which lie outside the limits of chance, at one
mix of channels, and question by question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics.dashboards import pages
from analytics.dashboards.agency_page import agency_url
from analytics.dashboards.league import LeagueForm
from analytics.dashboards.shown_files import with_files
from analytics.domains.access import waves_for
from analytics.models import Score
from analytics.scoring import lists
from analytics.scoring.compared import AtCommonMix, at_common_mix, spread_beyond_chance
from analytics.wording.funnel import Dot, Funnel, funnel
from surveys.access import Visitor
from surveys.models import Agency, Wave

A_PAGE = 25
Level = Score.Level


@dataclass(frozen=True)
class Place:
    """One agency: its figure, the ranks that it may have, and itself at the common mix."""

    score: Score
    low: int
    high: int
    at_mix: AtCommonMix | None
    dot: Dot | None
    url: str


@dataclass(frozen=True)
class Cell:
    """A question at an agency; `than_mean`: LOW or HIGH where its whole interval is."""

    score: Score | None
    than_mean: str


@dataclass(frozen=True)
class HeatRow:
    text: str
    mean: float
    cells: list[Cell]


@require_safe
@with_files
def compare(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user).select_related("questionnaire"), code=code)
    scores = pages.declared_scores(request.user, wave)
    overall = scores.filter(is_overall=True)
    asked = request.GET.copy()
    for name in ("channel", "of"):  # agencies are compared as a whole, at a common mix of channels
        asked.pop(name, None)
    league = LeagueForm(request.user, asked, overall)
    listed = lists.judged_alike(league.found)
    nation = _nation(request.user, overall)
    found = _funnel(listed, nation)
    places = _places(wave, listed, overall, found)
    page = Paginator(places, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": wave,
        "league": league,
        "nation": nation,
        "listed": len(listed),
        "funnel": found,
        "page": page,
        "agencies": [place.score.agency for place in page],
        "heat": _heat(wave, scores, page),
    }
    return render(request, "analytics/compare.html", context)


def _nation(user: Visitor, overall: Any) -> Score | None:
    return next(iter(pages.as_seen_by(user, overall.filter(level=Level.NATION))), None)


def _funnel(listed: Sequence[Score], nation: Score | None) -> Funnel | None:
    if nation is None or nation.withheld or not listed:
        return None
    return funnel(listed, nation.estimate, spread_beyond_chance(listed, nation.estimate))


def _places(wave: Wave, listed: Sequence[Score], overall: Any, found: Funnel | None) -> list[Place]:
    """By the point estimate, highest first."""
    if not listed:
        return []
    sets = lists.ranks(listed)
    shown = overall.filter(withheld=False)
    channels = list(shown.filter(level=Level.AGENCY_CHANNEL))
    mixed = {a.agency: a for a in at_common_mix(channels, shown.filter(level=Level.CHANNEL))}
    dots = {dot.score.pk: dot for dot in found.dots} if found else {}
    places = [
        Place(
            score,
            int(sets.low[k]),
            int(sets.high[k]),
            mixed.get(score.agency_id or 0),
            dots.get(score.pk),
            agency_url(wave, score.agency) if score.agency else "",
        )
        for k, score in enumerate(listed)
    ]
    return sorted(places, key=lambda place: -place.score.estimate)


def _heat(wave: Wave, scores: Any, page: Page[Place]) -> list[HeatRow]:
    """The questions, the lowest first, over the agencies of this page."""
    agencies = [place.score.agency for place in page]
    of_agencies = scores.filter(is_overall=False, level=Level.AGENCY, withheld=False)
    found: dict[str, dict[Agency | None, Score]] = defaultdict(dict)
    for score in of_agencies:
        found[score.question][score.agency] = score
    rows = []
    texts = {question.code: question.text for question in wave.questionnaire.questions.all()}
    for question, by_agency in found.items():
        mean = sum(s.estimate for s in by_agency.values()) / len(by_agency)
        cells = [_cell(by_agency.get(agency), mean) for agency in agencies]
        rows.append(HeatRow(texts.get(question, question), mean, cells))
    return sorted(rows, key=lambda row: row.mean)


def _cell(score: Score | None, mean: float) -> Cell:
    if score is None:
        return Cell(None, "")
    return Cell(score, "LOW" if score.high < mean else "HIGH" if score.low > mean else "")
