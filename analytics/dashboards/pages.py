"""What the pages show of a wave, taken only from the scores that the visitor may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Q, QuerySet

from analytics.domain import Domain
from analytics.domains.access import domains_for
from analytics.models import Computation, Score
from analytics.scoring.interim import watched
from surveys.access import Visitor, may_see_every_agency
from surveys.models import Agency, Channel, EntryPoint, Service, Wave
from surveys.waves import accepting_wave

Level = Score.Level
# An agency as a whole, not one of its services or channels.
WHOLE = (Level.MINISTRY, Level.AGENCY)
T = TypeVar("T")


def declared_scores(user: Visitor, wave: Wave) -> QuerySet[Score]:
    """The scores by the measure that the wave declares, also those that are suppressed."""
    measure = wave.declared_method().measure
    return domains_for(user, wave).filter(measure=measure)


def as_seen_by(user: Visitor, scores: Iterable[Score]) -> list[Score]:
    """Suppressed figures are suppressed for everybody but OPDC, which sees all. While a wave is
    open its figures have bounds that may be looked at daily. Not for saving."""
    scores = list(scores)
    if scores:
        scores = watched(scores[0].wave, scores)
    if may_see_every_agency(user):
        for score in scores:
            score.withheld = False
    return scores


def whole_in(user: Visitor, waves: Sequence[Wave], agency: Agency) -> list[Score]:
    """The agency's own score in each of these waves, all of which `user` may see it in."""
    measures = {wave.pk: wave.declared_method().measure for wave in waves}
    scores = Score.objects.filter(
        wave__in=waves, agency=agency, is_overall=True, level__in=WHOLE
    ).select_related("wave", "agency")
    by_wave: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        if score.measure == measures[score.wave_id]:
            by_wave[score.wave_id].append(score)
    return [score for found in by_wave.values() for score in as_seen_by(user, found)]


def nation_in(earlier: Iterable[Wave], now: Sequence[Score]) -> list[Score]:
    """The nation's score in the published waves before, the oldest first, and now."""
    scores = Score.objects.filter(wave__in=earlier, is_overall=True, level=Level.NATION)
    before = [
        score
        for score in scores.select_related("wave").order_by("wave__ends_on")
        if score.measure == score.wave.declared_method().measure
    ]
    return [*before, *now] if now else []


def headline(user: Visitor, wave: Wave) -> Score | None:
    """The nation's score, or that of one's own agency where the nation's is not open to one."""
    scores = declared_scores(user, wave).filter(is_overall=True)
    own = Q(level__in=WHOLE, agency=getattr(user, "agency_id", None))
    seen = as_seen_by(user, scores.filter(Q(level=Level.NATION) | own))
    found = {score.level: score for score in seen}
    return found.get(Level.NATION) or next(iter(found.values()), None)


def links_of(agency: Agency) -> QuerySet[EntryPoint]:
    return EntryPoint.objects.filter(service__agency=agency, active=True).select_related(
        "service", "channel", "service_point"
    )


def simulated_link() -> EntryPoint | None:
    """A link on which anybody may try the survey: its answers go to a simulated wave."""
    waves = Wave.objects.filter(simulated=True, state=Wave.State.OPEN).select_related("frame")
    for wave in waves[:3]:
        links = EntryPoint.objects.filter(
            active=True, service__in=wave.frame.cells.values("service")
        ).select_related("service", "channel")
        for link in links.order_by("pk")[:5]:
            if accepting_wave(link.service, link.channel) == wave:
                return link
    return None


@dataclass(frozen=True)
class Cell:
    """A service through a channel. Without a score nobody answered, or answers are `waiting` for
    the next statement; or, where it is not `framed`, nobody could have: the frame counts no
    encounters there."""

    score: Score | None
    framed: bool
    waiting: bool = False


@dataclass(frozen=True)
class Crossing:
    """Services down, channels across."""

    channels: list[Channel]
    rows: list[tuple[Service, list[Cell]]]


class AgencyScores:
    """Everything about one agency in one wave."""

    def __init__(self, user: Visitor, wave: Wave, agency: Agency) -> None:
        self.user = user
        self.wave = wave
        self.agency = agency
        self._scores = declared_scores(user, wave)

    @cached_property
    def _read(self) -> tuple[list[Score], list[Score]]:
        """All of the agency's own scores, and those that are suppressed for nobody."""
        found = list(self._scores.filter(agency=self.agency))
        for_all = [score for score in found if not score.withheld]
        return as_seen_by(self.user, found), for_all

    @property
    def _own(self) -> list[Score]:
        return self._read[0]

    def shown_to_all(self) -> dict[Domain, Score] | None:
        """The overall shares that a change may be made of; None where the declared measure is not
        the share, so that they have not been read."""
        if self.wave.declared_method().measure != "top_two_box":
            return None
        return {score.domain: score for score in self._read[1] if score.is_overall}

    def _at(self, *levels: str) -> list[Score]:
        return [score for score in self._own if score.is_overall and score.level in levels]

    def headline(self) -> Score | None:
        return next(iter(self._at(*WHOLE)), None)

    def services(self) -> list[Score]:
        return self._at(Level.SERVICE)

    def channels(self) -> list[Score]:
        return self._at(Level.MINISTRY_CHANNEL, Level.AGENCY_CHANNEL)

    def points(self) -> list[Score]:
        return self._at(Level.SERVICE_POINT)

    def parts(self) -> list[Score]:
        """The smallest parts: services through channels, in their place the service points that
        are shown; of a ministry its services' agencies."""
        points = [point for point in self.points() if not point.withheld]
        split = {(point.service_id, point.channel_id) for point in points}
        cells = self._at(Level.SERVICE_CHANNEL)
        whole = [cell for cell in cells if (cell.service_id, cell.channel_id) not in split]
        return [*whole, *points] or self.below()

    def channel_names(self) -> dict[int, str]:
        return {score.pk: str(score.channel) for score in self.channels()}

    def below(self) -> list[Score]:
        """The agencies under this one."""
        below = self._scores.filter(agency__parent=self.agency, is_overall=True, level__in=WHOLE)
        return as_seen_by(self.user, below)

    def crossing(self) -> Crossing:
        """Every cell of the agency's part of the frame, and what was answered besides."""
        scores = {(s.service, s.channel): s for s in self._at(Level.SERVICE_CHANNEL)}
        frame = self.wave.frame.cells.filter(service__agency=self.agency, encounters__gt=0)
        framed = {
            (cell.service, cell.channel): True
            for cell in frame.select_related("service", "channel")
        }
        places = list(framed | dict.fromkeys(scores, True))
        services = sorted(_distinct(s for s, _channel in places), key=lambda s: s.code)
        channels = sorted(
            _distinct(channel for _service, channel in places), key=lambda c: (c.position, c.code)
        )

        waiting = self._waiting()

        def cell(service: Service, channel: Channel) -> Cell:
            place = (service, channel)
            return Cell(
                scores.get(place),
                not framed or place in framed,
                [service.pk, channel.pk] in waiting,
            )

        return Crossing(channels, [(s, [cell(s, c) for c in channels]) for s in services])

    def _waiting(self) -> list[list[int]]:
        """Service and channel of answers that are in no figure yet."""
        if self.wave.state != Wave.State.OPEN:
            return []
        computation = Computation.objects.filter(wave=self.wave).first()
        return computation.waiting if computation else []

    def items(self) -> list[Score]:
        """The scores of single questions, lowest first: where mending helps most."""
        found = [s for s in self._own if not s.is_overall and s.level in WHOLE]
        return sorted(found, key=_lowest_first)

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {q.code: q.text for q in self.wave.questionnaire.questions.all()}

    def item_texts(self) -> dict[int, str]:
        return {score.pk: self._texts.get(score.question, score.question) for score in self.items()}


def _lowest_first(score: Score) -> tuple[bool, float, str]:
    """Suppressed ones last, in an order that tells nothing of them."""
    return score.withheld, 0.0 if score.withheld else score.estimate, score.question


def _distinct(values: Iterable[T | None]) -> Iterator[T]:
    return (value for value in dict.fromkeys(values) if value is not None)
