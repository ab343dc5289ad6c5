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
from analytics.dashboards.quality import quality_of
from analytics.dashboards.screened import screened
from analytics.domain import Level
from analytics.models import Computation, Score
from analytics.reporting import priorities
from analytics.reporting.history import history
from analytics.reporting.missing import missing
from analytics.reporting.plots import plot
from analytics.reporting.said import said
from analytics.scorecard.cards import card
from analytics.scorecard.scorecard import scorecard
from analytics.scoring.interim import watched
from analytics.wording import charts, findings
from analytics.wording.agency import figure_text
from analytics.wording.alternatives import beside_sentences
from analytics.wording.behind import behind_sentences
from analytics.wording.percent import percent
from analytics.wording.strip import strip
from analytics.wording.verdict import flag_words, needed_sentence, sentence, verdict_word
from responses.ledger import checkpoints
from responses.receipts import receipt as receipts
from surveys import clock
from surveys.kinds import SCORED
from surveys.models import Agency, Wave

TITLE_CHARACTERS = 40
LISTED = 10
RATES = ("RR1", "COOP1", "REF1", "CON1")
CROSSINGS = 6
"""Parts of an agency for which a page has room, the lowest."""
QUESTIONS = 12
"""So are questions; the table of how answers spread has all."""


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
        "findings": scope.findings(sections, items),
        "sections": {part["key"]: part for part in sections},
        "history": history(main),
        **scope.first(items),
        "item_names": {score.pk: scope.name(score) for score in items},
        "item_heading": _("Question"),
        "encounters": main.population,
        "missing": missing(wave, scope.below),
        "flagged": flagged[:LISTED],
        "flagged_more": max(len(flagged) - LISTED, 0),
        "said": said(wave, scope.below),
        "quality": None if agency or interim else quality_of(wave),
        "screened": screened(wave, scope.below),
        "beside": beside_sentences(main),
        "behind": behind_sentences(main),
        "fieldwork": reported_panel(wave, agency),
        "shown_rates": RATES,
        "has_withheld": any(part["suppressed"] for part in sections),
        "log_root": checkpoints.sealed_or_latest(wave),
        "receipts_at": receipts.address_of(),
        "seals": seals(wave),
        **_release(wave, agency),
        **(_of_nation(sections) if agency is None else {}),
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
        names = {score.pk: self.name(score) for score in scores}
        crossing = key == "crossings"
        lowest = sorted(scores, key=lambda score: score.estimate)
        drawn = lowest[:CROSSINGS] if crossing else scores
        return {
            "key": key,
            "title": title,
            "scores": scores,
            "suppressed": [charts.domain_name(score) for score in found if score.withheld],
            "names": names,
            "line": self._line(scores),
            "more": len(scores) - len(drawn),
            "plot": plot(
                drawn,
                heading,
                names,
                ranked=key == "agencies" and self.agency is None,
                lowest_first=crossing,
            ),
        }

    def _line(self, scores: list[Score]) -> str:
        """A single figure stands in a line: a table of one row compares nothing."""
        if len(scores) != 1:
            return ""
        score = scores[0]
        words = {"n": f"{score.n:,}", "verdict": verdict_word(score)}
        words |= {"name": self.name(score), "figure": figure_text(score)}
        return _("%(name)s: %(figure)s, %(verdict)s; answers: %(n)s") % words

    def first(self, items: list[Score]) -> dict[str, Any]:
        """What to fix first, with the drawing that it is read off."""
        texts = {score.question: self.name(score) for score in items}
        everywhere = priorities.items_of_agencies(self.wave)
        mean = priorities.mean_of_agencies(self.wave, everywhere)
        found: dict[str, Any] = {"items": items, "item_mean": mean}
        if self.agency is None:
            whole = priorities.nationwide(self.wave, items, everywhere, texts, mean)
            first = priorities.sentences_of_nation(whole, items, everywhere, texts)
            found |= {"nationwide": whole, "first": first}
            dots = whole.dots if whole else []
            notes = {d.score.pk: f"{d.first} / {whole.agencies}" for d in dots if whole}
            numbers = {d.score.pk: d.number for d in dots}
            heading = _("Low and important at")
        else:
            own = priorities.of_agency(self.wave, self.agency.pk, items, texts, mean)
            first = priorities.sentences_of_agency(own, items, texts, mean)
            found |= {"quadrant": own, "first": first}
            points = own.points if own else []
            notes = {p.score.pk: percent(p.share) for p in points}
            numbers = {p.score.pk: p.number for p in points}
            heading = _("Share of what goes with it, %")
        names = {
            score.pk: f"{numbers[score.pk]}. {self.name(score)}"
            if score.pk in numbers
            else self.name(score)
            for score in items
        }
        shown = [score for score in items if not score.withheld]
        found["item_plot"] = plot(
            shown[:QUESTIONS],
            _("Question"),
            names,
            line=mean and round(mean, 3),
            verdicts=False,
            lowest_first=True,
            notes=notes,
            note_heading=heading if notes else "",
        )
        return found

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
        own = (Level.AGENCY_CHANNEL, Level.MINISTRY_CHANNEL)
        if score.channel and score.level in own:
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


def _of_nation(sections: list[dict[str, Any]]) -> dict[str, Any]:
    """All agencies on the cover, and where the strategy stands today."""
    agencies = next((part for part in sections if part["key"] == "agencies"), None)
    drawn = None
    if agencies and agencies["scores"]:
        target = agencies["scores"][0].wave.declared_method().target
        drawn = strip(agencies["scores"], agencies["names"], target)
    return {
        "strip": drawn,
        "scorecard": [card(line) for line in scorecard()],
        "scorecard_on": clock.today(),
        "scorecard_url": settings.PUBLIC_URL + reverse("analytics:scorecard"),
    }


def seals(wave: Wave) -> list[tuple[str, str]]:
    """What was sealed, in words, with its digest."""
    names = {
        "questionnaire": _("Questionnaire"),
        "method": _("Method"),
        "frame": _("Frame"),
        "add-ons": _("Additional questions"),
        "results": _("Results"),
        "tokens": _("Key of the tokens"),
        "months": _("Figures by month"),
    }
    sealed = wave.seal or {}
    return [(names.get(part, part), digest) for part, digest in sealed.items() if part != "log"]


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
    method_url = settings.PUBLIC_URL + reverse("analytics:wave", args=[wave.code])
    return {"release_url": url, "wave_url": method_url, "qr": mark_safe(svg)}
