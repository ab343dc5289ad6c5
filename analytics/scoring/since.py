"""How many answers of a running wave have come since its figures were last stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from analytics.counting.bases import Bins
from analytics.counting.stated import answers_since
from analytics.domain import Domain
from analytics.domains.partitions import Place, Registry
from analytics.estimation.cell_counts import NOWHERE
from analytics.models import Computation, Score, Statement
from surveys.models import Wave


def say_what_came_since(
    wave: Wave,
    scores: Sequence[Score],
    computation: Computation,
    stated: Mapping[str, Bins],
    registry: Registry,
) -> None:
    """Note on scores and computation the day of the last statement, and what is not in it."""
    by_domain = note_what_came_since(wave, computation, stated, registry)
    for score in scores:
        score.stated_on = computation.stated_on
        if score.is_overall:
            score.answers_since = by_domain[score.domain]


def note_what_came_since(
    wave: Wave, computation: Computation, stated: Mapping[str, Bins], registry: Registry
) -> Counter[Domain]:
    """The same on the computation alone. Returns how many have come, by domain."""
    agencies = {key: service.agency_id for key, service in registry.services.items()}
    overall = wave.questionnaire.questions.get(is_overall=True).code
    bins = stated[overall].histograms() if overall in stated else {}
    shown = {(agencies[each.service], each.selection) for each in bins}
    since = answers_since(wave, overall, shown, agencies)
    days = Statement.objects.filter(wave=wave).values_list("stated_on", flat=True)
    computation.stated_on = days.first()
    places = {(each.service, each.channel) for each in bins}
    computation.waiting = [list(place) for place in sorted(since.keys() - places)]
    _keep_unanswered(computation, registry)
    return _by_domain(since, registry)


def _keep_unanswered(computation: Computation, registry: Registry) -> None:
    """Cells whose answers wait are not cells that nobody answered for."""
    waiting = [
        {"service": registry.services[service].code, "channel": registry.channels[channel].code}
        for service, channel in computation.waiting
    ]
    computation.uncovered = [
        cell
        for cell in computation.uncovered
        if {"service": cell["service"], "channel": cell["channel"]} not in waiting
    ]


def _by_domain(since: Mapping[Place, int], registry: Registry) -> Counter[Domain]:
    numbers = list(since.values())
    total: Counter[Domain] = Counter()
    for partition in registry.partitions(list(since)):
        for label, number in zip(partition.label.tolist(), numbers, strict=True):
            if label != NOWHERE:
                total[partition.domains[label]] += number
    return total
