"""Going through what a wave's figures rest on: a job for the worker, as its log may be long."""

from __future__ import annotations

import logging
from collections import defaultdict
from itertools import islice
from typing import Any

import numpy as np
from celery import shared_task
from django.db import transaction

from analytics.domains.audit import audit
from analytics.domains.partitions import Registry
from analytics.domains.sums import sums_of
from analytics.estimation.official import Edition
from analytics.models import Computation, Examination, Score
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores
from responses.ledger.findings import Checked
from responses.ledger.verification import verify
from responses.screening.screen import screen
from surveys import clock
from surveys.models import User, Wave
from surveys.waves import broken_seals, digest

logger = logging.getLogger(__name__)
FAULTS_SHOWN = 100


def request_examination(wave: Wave, user: User | None) -> Examination:
    """Have a worker go through the wave; one that is under way already is enough."""
    under_way = wave.examinations.filter(
        state__in=[Examination.State.QUEUED, Examination.State.RUNNING]
    )
    if job := under_way.first():
        return job
    job = Examination.objects.create(wave=wave, requested_by=user, requested_at=clock.now())
    transaction.on_commit(lambda: examine_wave.delay(str(job.pk)))
    return job


@shared_task
def examine_wave(job_id: str) -> None:
    """Go through one wave, unless another worker does."""
    if not Examination.claim(job_id, step=0):
        return
    job = Examination.objects.select_related("wave").get(pk=job_id)
    mine = Examination.objects.filter(pk=job.pk)
    try:
        result = _examine(job.wave, lambda step: mine.update(step=step, heartbeat=clock.now()))
    except Exception as error:
        logger.exception("examination %s failed", job.pk)
        mine.update(state=Examination.State.FAILED, error=str(error))
        return
    mine.update(
        state=Examination.State.DONE,
        step=Examination.STEPS,
        result=result,
        heartbeat=clock.now(),
    )


@shared_task
def requeue_lost_examinations() -> None:
    """Send word again of examinations whose message or worker was lost."""
    for job in Examination.lost():
        examine_wave.delay(str(job.pk))


def _examine(wave: Wave, on_step: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if wave.state == Wave.State.CLOSED:
        screen(wave)
        on_step(1)
        compute_scores(wave, rebuild=True)
        on_step(2)
    if wave.state in (Wave.State.CLOSED, Wave.State.PUBLISHED):
        result |= _of_figures(wave)
    on_step(3)
    return result | {"log": _of_log(wave)}


def _of_figures(wave: Wave) -> dict[str, Any]:
    computation = Computation.objects.get(wave=wave)
    scores = list(Score.objects.filter(wave=wave))
    return {
        "computed_at": computation.computed_at.isoformat(),
        "seals": broken_seals(wave),
        "answers": computation.responses,
        "scores": len(scores),
        "suppressed": sum(score.withheld for score in scores),
        "merged": len(computation.merges),
        "breaches": breaches_in(wave, scores),
        "results": digest(as_records(scores)),
    }


def breaches_in(wave: Wave, scores: list[Score]) -> int | None:
    """Suppressed numbers of answers that the published ones give away, by an audit of its own of
    what is stored. None where the wave's edition promises no audit."""
    if Edition(wave.declared_method().edition) is Edition.FIRST:
        return None
    parents = Registry().parents()
    by_question: dict[str, dict[Any, Score]] = defaultdict(dict)
    for score in scores:
        by_question[score.question][score.domain] = score
    found = 0
    for figures in by_question.values():
        domains = list(figures)
        counts = np.array([[figures[domain].n] for domain in domains], dtype=np.int64)
        hidden = np.array([figures[domain].withheld for domain in domains], dtype=np.bool_)
        found += len(audit(counts, sums_of(domains, counts, parents), hidden))
    return found


def _of_log(wave: Wave) -> dict[str, Any]:
    checked = Checked()
    findings = verify(wave, checked)
    shown = [
        {"fault": each.fault.value, "position": each.position, "receipt": each.receipt}
        for each in islice(findings, FAULTS_SHOWN)
    ]
    more = sum(1 for _finding in findings)
    return {
        "leaves": checked.leaves,
        "opened": checked.opened,
        "erased": checked.erased,
        "expired": checked.expired,
        "waiting": checked.waiting,
        "root": checked.root,
        "faults": len(shown) + more,
        "shown": shown,
    }
