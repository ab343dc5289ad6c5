"""Screening a wave: agency by agency, again whenever answers have come, the same each time.

What is flagged follows from an agency's answers and the declared rules alone, so that screening
now and then while a wave runs ends where screening once at the end would. Each agency is one
transaction: whoever dies goes on with the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Max, Sum

from responses.intake import door as intake
from responses.models import AgencyScreening, Flag, Response
from responses.screening.columns import SCREENABLE, Columns, read
from responses.screening.judging import Judged
from responses.screening.overruling import in_force, judge_but
from surveys import clock
from surveys.models import Service, Wave
from surveys.screening import Screening

REASON = "screening"
FLAGS_PER_WRITE = 2_000
GROWN = 1.05
NOT_AGAIN_WITHIN = timedelta(hours=1)
"""While a wave is open an agency is screened again once it has grown by so much, or so long after
the last time: all screenings together read each answer a few times, however many runs there are."""


def declared_rules(wave: Wave) -> Screening | None:
    """None for a wave that opened before there were rules: nothing may be added afterwards."""
    return wave.declared_method().screening


@dataclass(frozen=True)
class State:
    """What an agency's answers are, as far as screening must know whether they changed."""

    services: tuple[int, ...]
    answers: int
    newest: int
    revisions: int

    def seen_by(self, last: AgencyScreening) -> bool:
        seen = (last.answers, last.newest, last.revisions)
        return seen == (self.answers, self.newest, self.revisions)


def screen(wave: Wave, *, now: bool = False) -> int:
    """Screen the agencies of the wave that have new or changed answers; `now`: those too that were
    screened a short while ago. Returns how many agencies were screened.

    Once the wave has closed each agency is screened for the last time: what it then finds stays,
    though citizens may still erase their answers, and traces of devices are deleted.
    """
    declared = declared_rules(wave)
    if declared is None or wave.state not in (Wave.State.OPEN, Wave.State.CLOSED):
        return 0
    return sum(
        _screen_agency(wave, declared, agency, services)
        for agency, services in _due(wave, now=now or wave.state == Wave.State.CLOSED)
    )


def _due(wave: Wave, *, now: bool) -> Iterator[tuple[int, tuple[int, ...]]]:
    last_time = {each.agency_id: each for each in AgencyScreening.objects.filter(wave=wave)}
    for agency, state in _states(wave).items():
        last = last_time.get(agency)
        if wave.state == Wave.State.CLOSED:
            due = last is None or not last.final
        else:
            due = last is None or (not state.seen_by(last) and (now or _late(last, state)))
        if due:
            yield agency, state.services


def _late(last: AgencyScreening, state: State) -> bool:
    before: datetime | None = last.screened_at
    grown = state.answers >= GROWN * last.answers
    return before is None or grown or before <= clock.now() - NOT_AGAIN_WITHIN


def _states(wave: Wave) -> dict[int, State]:
    agency_of = dict(Service.objects.values_list("pk", "agency_id"))
    counted = (
        Response.objects.filter(wave=wave, disposition__in=SCREENABLE)
        .order_by()
        .values_list("service_id")
        .annotate(Count("pk"), Max("pk"), Sum("revision"))
    )
    states: dict[int, State] = {}
    for service, answers, newest, revisions in counted:
        seen = states.get(agency_of[service], State((), 0, 0, 0))
        states[agency_of[service]] = State(
            (*seen.services, service),
            seen.answers + answers,
            max(seen.newest, newest),
            seen.revisions + revisions,
        )
    return states


def _screen_agency(wave: Wave, declared: Screening, agency: int, services: tuple[int, ...]) -> bool:
    last, _made = AgencyScreening.objects.get_or_create(wave=wave, agency_id=agency)
    answers = read(wave, services)
    overruling = in_force(wave, agency)
    judged = judge_but(overruling, answers, declared)
    with transaction.atomic():
        # Before any other row, as publication does.
        Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        if not AgencyScreening.objects.filter(pk=last.pk, run=last.run).update(run=F("run") + 1):
            return False  # another worker has just done it
        if in_force(wave, agency) != overruling:
            return False  # decided meanwhile: the next screening follows it
        _store_flags(wave, services, answers, judged)
        changed = _move(wave, answers, judged)
        AgencyScreening.objects.filter(pk=last.pk).update(
            answers=len(answers),
            newest=int(answers.pk.max(initial=0)),
            revisions=int(answers.revision.sum()) + changed,
            final=wave.state == Wave.State.CLOSED,
            set_aside=int(judged.set_aside.sum()),
            disputed=_histogram(answers.pk[judged.disputed & ~answers.own].tolist()),
            by_rule=judged.counts(),
            alarm=judged.alarm,
            screened_at=clock.now(),
        )
    return True


def _histogram(responses: list[int]) -> list[list[Any]]:
    """How many of these gave each rating, by all that their weight rests on."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for start in range(0, len(responses), FLAGS_PER_WRITE):
        some = Response.objects.filter(pk__in=responses[start : start + FLAGS_PER_WRITE])
        counts.update(some.filter(overall__isnull=False).values_list(*_WEIGHED_BY))
    return [
        [service, channel, selection, str(weight), rating, number]
        for (service, channel, selection, weight, rating), number in sorted(counts.items())
    ]


_WEIGHED_BY = ("service_id", "channel_id", "selection", "base_weight", "overall")


def _move(wave: Wave, answers: Columns, judged: Judged) -> int:
    aside = answers.pk[judged.set_aside & ~answers.screened].tolist()
    back = answers.pk[~judged.set_aside & answers.screened].tolist()
    return intake.set_aside(wave, aside, reason=REASON) + intake.count_again(
        wave, back, reason=REASON
    )


def _store_flags(wave: Wave, services: tuple[int, ...], answers: Columns, judged: Judged) -> None:
    """Raise what is new, change what has become stronger or weaker, withdraw what has gone."""
    stored = {
        (response, rule): (pk, strength if withdrawn is None else None)
        for pk, response, rule, strength, withdrawn in Flag.objects.filter(
            response__wave=wave, response__service__in=services
        )
        .order_by()
        .values_list("pk", "response_id", "rule", "strength", "withdrawn_at")
        .iterator(chunk_size=FLAGS_PER_WRITE)
    }
    now = clock.noon_of(clock.now())  # the day: a time would tell when a drawn citizen answered
    new: list[Flag] = []
    changed: list[Flag] = []
    for rule, found in judged.found.items():
        for response, strength, case in zip(
            answers.pk[found.rows].tolist(),
            found.strength.tolist(),
            found.case.tolist(),
            strict=True,
        ):
            known = stored.pop((response, rule), None)
            if known is None or known[1] != strength:
                flag = Flag(
                    pk=known[0] if known else None,
                    response_id=response,
                    rule=rule,
                    strength=strength,
                    evidence=found.cases[case],
                    raised_at=now,
                )
                (changed if known else new).append(flag)
    Flag.objects.bulk_create(new, batch_size=FLAGS_PER_WRITE)
    Flag.objects.bulk_update(
        changed, ["strength", "evidence", "withdrawn_at"], batch_size=FLAGS_PER_WRITE // 10
    )
    gone = [pk for pk, strength in stored.values() if strength is not None]
    for some in np.array_split(gone, len(gone) // FLAGS_PER_WRITE + 1):
        Flag.objects.filter(pk__in=some.tolist()).update(withdrawn_at=now)
    # Of answers that were erased since they were read.
    of_agency = Flag.objects.filter(response__wave=wave, response__service__in=services)
    of_agency.filter(response__disposition=Response.Disposition.ERASED).delete()
