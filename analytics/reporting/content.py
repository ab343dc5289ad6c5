"""What a report of a wave says: scores gathered, put in order and worded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from analytics.dashboards.agency_page import agency_url
from analytics.dashboards.fieldwork_panel import reported_panel
from analytics.dashboards.screened import screened
from analytics.domain import Level
from analytics.models import Computation, Score
from analytics.scorecard.cards import card
from analytics.scorecard.scorecard import scorecard
from analytics.scoring.interim import watched
from analytics.wording import charts, findings
from analytics.wording.agency import figure_text
from analytics.wording.alternatives import beside_sentences
from analytics.wording.behind import FEW, behind_sentences
from analytics.wording.verdict import flag_words, needed_sentence, sentence, verdict_word
from responses.ledger import checkpoints
from responses.receipts import receipt as receipts
from surveys import clock
from surveys.kinds import SCORED
from surveys.models import Agency, Channel, FrameCell, Service, Wave

# What the first page has room for.
COVER_LINES = 10
USUAL_FINDING_LINES = 5
TITLE_CHARACTERS = 40
FINDING_CHARACTERS = 90
CHARACTERS_A_LINE = 40
LISTED = 40


def gather(wave: Wave, agency: Agency | None) -> dict[str, Any]:
    """What the templates say and draw, in the active language."""
    scope = Scope(wave, agency)
    measure = wave.declared_method().measure
    main, other = scope.overall_of_both(measure)
    computation = Computation.objects.get(wave=wave)
    parts = list(scope.sections(measure))
    sections = [part for part in parts if part["scores"] or part["suppressed"]]
    items = scope.items(measure)
    flagged = _flagged(sections)
    scope_name = str(agency) if agency else _("The nation")
    found = scope.findings(sections, items)
    interim = wave.state == Wave.State.OPEN
    return {
        "wave": wave,
        "agency": agency,
        "scope_name": scope_name,
        "method": wave.declared_method(),
        "computation": computation,
        "computed_on": timezone.localtime(computation.computed_at).date(),
        "as_of": charts.as_of(wave),
        "interim": interim,
        "running": " · ".join(_running(wave, interim)),
        "main": main,
        "other": other,
        "sentence": sentence(main),
        "needed": needed_sentence(main),
        "scope_is_long": len(scope_name) > TITLE_CHARACTERS,
        "findings": found,
        "cover_plot": _cover_scores(sections, _room(scope_name, found)),
        "sections": sections,
        "items": items,
        "item_names": {score.pk: scope.name(score) for score in items},
        "item_heading": _("Question"),
        "encounters": main.population,
        "missing": scope.missing(),
        "flagged": flagged[:LISTED],
        "flagged_more": max(len(flagged) - LISTED, 0),
        "screened": screened(wave, scope.below),
        "beside": beside_sentences(main),
        "behind": behind_sentences(main),
        "fieldwork": reported_panel(wave, agency),
        "has_withheld": any(part["suppressed"] for part in sections),
        "log_root": checkpoints.sealed_or_latest(wave),
        "receipts_at": receipts.address_of(),
        **_release(wave, agency),
        **(_scorecard() if agency is None else {}),
    }


class Scope:
    """What one report speaks of: the nation, or an agency with everything below it."""

    def __init__(self, wave: Wave, agency: Agency | None) -> None:
        self.wave = wave
        self.agency = agency
        self.below = (
            {each.pk for each in Agency.objects.descendants(agency, include_self=True)}
            if agency
            else None
        )
        self.questions = {
            question.code: question
            for question in wave.questionnaire.questions.filter(kind__in=SCORED)
        }

    @property
    def level(self) -> Level:
        if self.agency is None:
            return Level.NATION
        ministry = self.agency.kind == Agency.Kind.MINISTRY
        return Level.MINISTRY if ministry else Level.AGENCY

    def scores(self, measure: str, *levels: str, overall: bool = True) -> list[Score]:
        found = Score.objects.filter(
            wave=self.wave, measure=measure, level__in=levels, is_overall=overall
        ).select_related("wave", "agency", "service", "channel")
        if self.below is not None:
            found = found.filter(agency__in=self.below)
        return watched(self.wave, found)

    def overall_of_both(self, measure: str) -> tuple[Score, Score]:
        """The scope's own score on the declared measure, and on the other."""
        other = next(each for each in Score.Measure.values if each != measure)
        own = {
            score.measure: score
            for each in (measure, other)
            for score in self.scores(each, self.level)
            if score.agency_id == (self.agency.pk if self.agency else None)
        }
        if measure not in own:
            raise ValueError(f"wave {self.wave.code} has no score for this report yet")
        return own[measure], own[other]

    def items(self, measure: str) -> list[Score]:
        """The scope's score on each single question, lowest first."""
        own = self.scores(measure, self.level, overall=False)
        mine = [score for score in own if score.agency == self.agency]
        return sorted(mine, key=lambda s: (s.withheld, 0.0 if s.withheld else s.estimate))

    def sections(self, measure: str) -> Iterator[dict[str, Any]]:
        """The comparisons of the report, each with its scores on both measures."""
        if self.agency is None:
            yield self._section(
                "ministries", _("By ministry"), _("Ministry"), measure, Level.MINISTRY
            )
            yield self._section("channels", _("By channel"), _("Channel"), measure, Level.CHANNEL)
            yield self._section("agencies", _("By agency"), _("Agency"), measure, Level.AGENCY)
            return
        yield self._section("agencies", _("By agency"), _("Agency"), measure, Level.AGENCY)
        yield self._section("services", _("By service"), _("Service"), measure, Level.SERVICE)
        yield self._section(
            "channels",
            _("By channel"),
            _("Channel"),
            measure,
            Level.AGENCY_CHANNEL,
            Level.MINISTRY_CHANNEL,
        )
        yield self._section(
            "crossings",
            _("By service and channel"),
            _("Channel"),
            measure,
            Level.SERVICE_CHANNEL,
        )

    def _section(
        self, key: str, title: str, heading: str, measure: str, *levels: str
    ) -> dict[str, Any]:
        found = [score for score in self.scores(measure, *levels) if self._belongs(score)]
        scores = [score for score in found if not score.withheld]
        others = {
            score.domain: score
            for score in self.scores(
                next(each for each in Score.Measure.values if each != measure), *levels
            )
        }
        return {
            "key": key,
            "title": title,
            "heading": heading,
            "scores": scores,
            "groups": self._groups(scores),
            "suppressed": [charts.domain_name(score) for score in found if score.withheld],
            "axis": charts.Axis.around(scores, self.wave.declared_method().target),
            "names": {score.pk: self.name(score) for score in scores},
            "others": {score.pk: others.get(score.domain) for score in scores},
        }

    def _groups(self, scores: list[Score]) -> list[dict[str, Any]]:
        """One table for a comparison; for crossings one a service, whose rows are channels."""
        if not scores or scores[0].level != Level.SERVICE_CHANNEL:
            return [{"title": "", "scores": scores, "line": self._line(scores)}]
        groups: dict[str, list[Score]] = {}
        for score in scores:
            groups.setdefault(str(score.service), []).append(score)
        return [
            {"title": title, "scores": group, "line": self._line(group)}
            for title, group in groups.items()
        ]

    def _line(self, scores: list[Score]) -> str:
        """A single figure stands in a line: a table of one row compares nothing."""
        if len(scores) != 1:
            return ""
        score = scores[0]
        words = {"n": f"{score.n:,}", "verdict": verdict_word(score)}
        words |= {"name": self.name(score), "figure": figure_text(score)}
        return _("%(name)s: %(figure)s, %(verdict)s; answers: %(n)s") % words

    def _belongs(self, score: Score) -> bool:
        """Whether a row stands in a comparison: parts of the scope, not the scope itself."""
        own = self.agency is not None and score.agency_id == self.agency.pk
        if score.level in (Level.AGENCY_CHANNEL, Level.MINISTRY_CHANNEL):
            return own
        return not (own and score.level in (Level.AGENCY, Level.MINISTRY))

    def name(self, score: Score) -> str:
        """What a row of this report is called: the part alone, where the whole is the title."""
        if not score.is_overall:
            question = self.questions.get(score.question)
            return question.text if question else score.question
        if score.channel and score.level != Level.CHANNEL:
            return str(score.channel)
        return charts.domain_name(score)

    def findings(self, sections: list[dict[str, Any]], items: list[Score]) -> list[str]:
        """Three sentences, fewer where the wave has less to compare."""
        scores = {section["key"]: section["scores"] for section in sections}
        first = (
            findings.count_of_verdicts(scores.get("agencies", []))
            if self.agency is None
            else findings.best_and_worst(scores.get("services", []), self.name)
        )
        found = (
            first,
            findings.channel_gap(scores.get("channels", []), self.name),
            findings.lowest_item(items, self.name),
        )
        return [each for each in found if each]

    def missing(self) -> dict[str, Any]:
        """Cells of the frame that nobody answered for, and thin ones that were merged."""
        computation = Computation.objects.get(wave=self.wave)
        services = {
            service.code: service
            for service in Service.objects.filter(
                **({} if self.below is None else {"agency__in": self.below})
            )
        }
        channels = {channel.code: channel for channel in Channel.objects.all()}

        def cell(named: dict[str, str]) -> str:
            service, channel = services.get(named["service"]), channels.get(named["channel"])
            return f"{service or named['service']}, {channel or named['channel']}"

        uncovered = [each for each in computation.uncovered if each["service"] in services]
        uncovered.sort(key=lambda each: -each["encounters"])
        merges = [each for each in computation.merges if each["cell"]["service"] in services]
        outside = [each for each in computation.outside_frame if each["service"] in services]
        outside.sort(key=lambda each: -each["answers"])
        keys = {service.pk for service in services.values()}
        return {
            "outside": [
                {"name": cell(each), "answers": each["answers"] if each["answers"] >= FEW else None}
                for each in outside[:LISTED]
            ],
            "outside_more": max(len(outside) - LISTED, 0),
            "cells": FrameCell.objects.filter(
                frame=self.wave.frame, service__code__in=services
            ).count(),
            "uncovered": [
                {"name": cell(each), "encounters": each["encounters"]}
                for each in uncovered[:LISTED]
            ],
            "uncovered_more": max(len(uncovered) - LISTED, 0),
            "uncovered_encounters": sum(each["encounters"] for each in uncovered),
            "waiting": sum(service in keys for service, _channel in computation.waiting),
            "merges": [
                {"name": cell(each["cell"]), "into": cell(each["into"])} for each in merges[:LISTED]
            ],
            "merges_more": max(len(merges) - LISTED, 0),
        }


def _room(scope_name: str, found: list[str]) -> int:
    """Lines of a table for which the first page has room beside what else stands there."""
    title = -(-len(scope_name) // TITLE_CHARACTERS)
    text = sum(-(-len(each) // FINDING_CHARACTERS) for each in found)
    return COVER_LINES - 2 * (title - 1) - max(text - USUAL_FINDING_LINES, 0)


def _cover_scores(sections: list[dict[str, Any]], room: int) -> dict[str, Any] | None:
    """The comparison for the first page: whole where it fits there, else its two ends."""
    preferred = [part for part in sections if part["key"] in ("agencies", "services")]
    for section in preferred or sections[:1]:
        shown = sorted(
            (score for score in section["scores"] if not score.withheld),
            key=lambda score: -score.estimate,
        )
        if len(shown) < 2:
            continue
        ends, scores = len(shown), shown
        while ends > 1 and sum(_lines(section["names"][score.pk]) for score in scores) > room:
            ends = min(ends - 1, COVER_LINES // 2)
            scores = [*shown[:ends], *shown[-ends:]]
        return {
            "heading": section["heading"],
            "scores": scores,
            "names": section["names"],
            "all": len(shown),
            "whole": scores is shown,
            "ends": ends,
        }
    return None


def _lines(name: str) -> int:
    """About how many lines a name takes in the narrow column of a table."""
    return -(-len(name) // CHARACTERS_A_LINE)


def _flagged(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that need care in reading, with the reasons."""
    return [
        {"name": charts.domain_name(score), "words": flag_words(score)}
        for section in sections
        for score in section["scores"]
        if score.flags and not score.withheld
    ]


def _running(wave: Wave, interim: bool) -> Iterator[str]:
    """What every page's head says of the wave."""
    yield wave.title
    if wave.simulated:
        yield _("SIMULATED DATA")
    if interim:
        yield _("interim")


def _scorecard() -> dict[str, Any]:
    """Where the strategy stands today, on the nation's report alone."""
    return {
        "scorecard": [card(line) for line in scorecard()],
        "scorecard_on": clock.today(),
        "scorecard_url": settings.PUBLIC_URL + reverse("analytics:scorecard"),
    }


def _release(wave: Wave, agency: Agency | None) -> dict[str, str]:
    """Where the figures stand on the web, in letters and as a QR code."""
    path = agency_url(wave, agency) if agency else reverse("analytics:wave", args=[wave.code])
    url = settings.PUBLIC_URL + path
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(
        scale=4,
        border=0,
        dark="#16191d",
        omitsize=True,
        title=_("QR code to these figures on the web"),
    )
    return {"release_url": url, "qr": mark_safe(svg)}
