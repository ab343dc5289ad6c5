"""Domains of a running wave whose first answers are in no figure yet: suppressed, not silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from analytics.domain import Domain
from analytics.domains.partitions import Registry
from analytics.models import Computation, Score
from surveys.access import Visitor, may_see_every_agency, visible_agencies
from surveys.models import Wave


def waiting_for(user: Visitor, wave: Wave) -> list[Score]:
    """A score without a figure for each of them that the visitor may know of. Not for saving."""
    if wave.state != Wave.State.OPEN:
        return []
    computation = Computation.objects.filter(wave=wave).first()
    if computation is None or not computation.waiting:
        return []
    registry = Registry()
    places = [(service, channel) for service, channel in computation.waiting]
    domains = {each for part in registry.partitions(places) for each in part.domains}
    overall = wave.questionnaire.questions.get(is_overall=True).code
    scores = Score.objects.filter(wave=wave, question=overall).select_related(None)
    missing = domains - {score.domain for score in scores}
    if not may_see_every_agency(user):
        own = set(visible_agencies(user).values_list("pk", flat=True))
        missing = {each for each in missing if each.agency in own}
    return [
        _without_figure(wave, overall, measure, domain, registry)
        for domain in sorted(missing, key=_in_order)
        for measure in Score.Measure
    ]


def _in_order(domain: Domain) -> tuple[str, int, int, int]:
    return domain.level, domain.agency or 0, domain.service or 0, domain.channel or 0


def _without_figure(
    wave: Wave, question: str, measure: str, domain: Domain, registry: Registry
) -> Score:
    return Score(
        wave=wave,
        level=domain.level,
        agency=registry.agencies[domain.agency] if domain.agency else None,
        service=registry.services[domain.service] if domain.service else None,
        channel=registry.channels[domain.channel] if domain.channel else None,
        question=question,
        is_overall=True,
        measure=measure,
        edition=wave.declared_method().edition,
        withheld=True,
    )


@dataclass(frozen=True)
class Followed:
    """Records, and values that follow them: read page by page as one list."""

    first: QuerySet[Score]
    then: list[Score]

    def __len__(self) -> int:
        return self.first.count() + len(self.then)

    def __getitem__(self, part: Any) -> list[Score]:
        stored = self.first.count()
        start, stop = part.start or 0, part.stop
        after = self.then[max(start - stored, 0) : max(stop - stored, 0)]
        return [*self.first[start:stop], *after]
