"""Screening a wave: agency by agency, again whenever answers have come, the same each time.

What is flagged follows from an agency's answers and the declared rules alone, so that screening
now and then while a wave runs ends where screening once at the end would. Where nothing has come
no response is read, and else those that came or changed (kept.py). Each agency is one transaction:
whoever dies goes on with the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Sum, prefetch_related_objects

from responses.intake import door as intake
from responses.models import AgencyScreening, Flag, Response, Unscreened
from responses.screening.columns import Columns, Flags, Ints
from responses.screening.judging import Judged
from responses.screening.kept import forget_erased, read
from responses.screening.noticing import notice_waiting
from responses.screening.overruling import in_force, judge_but
from surveys import clock
from surveys.models import Wave
from surveys.screening import Screening

REASON = "screening"
SCREENED = (Wave.State.OPEN, Wave.State.CLOSED)
FLAGS_PER_WRITE = 2_000
GROWN = 0.05
NOT_AGAIN_WITHIN = timedelta(hours=1)
"""While a wave is open an agency is screened again once so much of it has come or changed, or so
long after the last time: all screenings together judge each answer a few times, however many runs
there are."""


def declared_rules(wave: Wave) -> Screening | None:
    """None for a wave that opened before there were rules: nothing may be added afterwards."""
    return wave.declared_method().screening


def screen(wave: Wave, *, now: bool = False, anew: bool = False) -> int:
    """Screen the agencies of the wave that have new or changed answers; `now`: those too that were
    screened a short while ago; `anew`: all of a running one, from the responses themselves.
    Returns how many agencies were screened.

    Once the wave has closed each agency is screened for the last time: what it then finds stays,
    though citizens may still erase their answers, and traces of devices are deleted.
    """
    declared = declared_rules(wave)
    if declared is None or wave.state not in SCREENED:
        return 0
    prefetch_related_objects([wave], "questionnaire__questions")
    notice_waiting(wave)
    screened = sum(
        _screen_agency(wave, declared, agency, anew=anew)
        for agency in _due(wave, now=now, anew=anew)
    )
    erased = Unscreened.objects.filter(wave=wave, erased=True).values("agency")
    for each in AgencyScreening.objects.filter(wave=wave, agency__in=erased):
        forget_erased(each)
    return screened


def _due(wave: Wave, *, now: bool, anew: bool) -> Iterator[int]:
    last_time = {each.agency_id: each for each in AgencyScreening.objects.filter(wave=wave)}
    unscreened = Unscreened.objects.filter(wave=wave).values_list("agency")
    came: dict[int, int] = dict(unscreened.annotate(Sum("number")))
    for agency in sorted({*last_time, *came}):
        last = last_time.get(agency)
        if last is None:
            due = True
        elif wave.state == Wave.State.CLOSED:
            due = not last.final
        elif anew or last.screened_at is None:
            due = True
        else:
            due = agency in came and (now or _late(last, came[agency]))
        if due:
            yield agency


def _late(last: AgencyScreening, came: int) -> bool:
    long_ago = clock.now() - NOT_AGAIN_WITHIN
    before = last.screened_at
    return before is None or before <= long_ago or came >= GROWN * last.answers


def _screen_agency(wave: Wave, declared: Screening, agency: int, *, anew: bool) -> bool:
    last, _made = AgencyScreening.objects.get_or_create(wave=wave, agency_id=agency)
    reading = read(wave, last, anew=anew or wave.state == Wave.State.CLOSED)
    answers = reading.answers
    overruling = in_force(wave, agency)
    judged = judge_but(overruling, answers, declared)
    with transaction.atomic():
        # Before any other row, as publication does.
        held = Wave.objects.select_for_update(no_key=True).only("state").get(pk=wave.pk)
        if held.state not in SCREENED:
            return False  # published meanwhile: what was found stays as it was
        if not AgencyScreening.objects.filter(pk=last.pk, run=last.run).update(run=F("run") + 1):
            return False  # another worker has just done it
        if in_force(wave, agency) != overruling:
            return False  # decided meanwhile: the next screening follows it
        flagged = _store_flags(answers, judged)
        _move(wave, answers, judged)
        AgencyScreening.objects.filter(pk=last.pk).update(
            answers=len(answers),
            basis=reading.basis,
            final=wave.state == Wave.State.CLOSED,
            set_aside=int(judged.set_aside.sum()),
            disputed=_histogram(answers.pk[judged.disputed & ~answers.own].tolist()),
            by_rule=judged.counts(),
            alarm=judged.alarm,
            screened_at=clock.now(),
        )
        if held.state == Wave.State.OPEN:
            reading.keep(judged.set_aside, flagged)
        elif wave.state == Wave.State.CLOSED:
            reading.give_up()
    return True


def _histogram(responses: list[int]) -> list[list[Any]]:
    """How many of these gave each rating, by all that their weight rests on."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for start in range(0, len(responses), FLAGS_PER_WRITE):
        some = responses[start : start + FLAGS_PER_WRITE]
        rated = Response.objects.filter(pk__in=some, overall__isnull=False)
        counts.update(rated.values_list(*_WEIGHED_BY))
    return [
        [service, channel, selection, str(weight), rating, number]
        for (service, channel, selection, weight, rating), number in sorted(counts.items())
    ]


_WEIGHED_BY = ("service_id", "channel_id", "selection", "base_weight", "overall")


def _move(wave: Wave, answers: Columns, judged: Judged) -> None:
    aside = answers.pk[judged.set_aside & ~answers.screened].tolist()
    back = answers.pk[~judged.set_aside & answers.screened].tolist()
    if aside:
        intake.set_aside(wave, aside, reason=REASON)
    if back:
        intake.count_again(wave, back, reason=REASON)


def _store_flags(answers: Columns, judged: Judged) -> Flags:
    """Raise what is new, change what has become stronger or weaker, withdraw what has gone; a few
    at a time, for where weak signs are common there are many. Returns which answers have a flag
    stored from now on."""
    flagged = answers.flagged.copy()
    for found in judged.found.values():
        flagged[found.rows] = True
    rows = np.flatnonzero(flagged)
    for start in range(0, len(rows), FLAGS_PER_WRITE):
        _store_some(answers, judged, rows[start : start + FLAGS_PER_WRITE])
    return flagged


def _store_some(answers: Columns, judged: Judged, rows: Ints) -> None:
    """All flags of these rows, which are in order and leave out none between them that has one."""
    flags = Flag.objects.filter(response__in=answers.pk[rows[answers.flagged[rows]]].tolist())
    stored = {
        (response, rule): (pk, strength if withdrawn is None else None)
        for pk, response, rule, strength, withdrawn in flags.order_by().values_list(
            "pk", "response_id", "rule", "strength", "withdrawn_at"
        )
    }
    now = clock.noon_of(clock.now())  # the day: a time would tell when a drawn citizen answered
    new: list[Flag] = []
    changed: list[Flag] = []
    for rule, found in judged.found.items():
        here = slice(*np.searchsorted(found.rows, [rows[0], rows[-1] + 1]))
        for response, strength, case in zip(
            answers.pk[found.rows[here]].tolist(),
            found.strength[here].tolist(),
            found.case[here].tolist(),
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
    Flag.objects.filter(pk__in=gone).update(withdrawn_at=now)
    if new:  # of answers that were erased since they were read
        erased = Flag.objects.filter(response__disposition=Response.Disposition.ERASED)
        erased.filter(response__in={flag.response_id for flag in new}).delete()
