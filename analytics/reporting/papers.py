"""All papers of a wave: the nation's, each ministry's and each agency's, Thai and English.

Each is a row, at most one for scope and language. A worker takes the next that waits and sends for
another, so that a set goes on wherever it stopped; what a dead worker held is found again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from celery import shared_task
from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from analytics.models import Computation, Report, Score
from analytics.reporting.poster import Drained
from analytics.reporting.requests import make_report
from surveys import clock
from surveys.acts import record
from surveys.models import Act, Agency, User, Wave

LANGUAGES = ("th", "en")
AT_ONCE = 4
"""So many messages start a set; more than there are workers do no harm."""
Level = Score.Level
State = Report.State


def papers_of(wave: Wave) -> QuerySet[Report]:
    return Report.objects.filter(wave=wave, in_set=True)


def order_papers(wave: Wave, user: User | None = None, *, queue: bool = True) -> int:
    """Have all papers made that are not there: new ones, those that failed, and those whose
    figures have been computed again since. How many wait now. `queue=False` for a caller that
    makes them.

    Raises ValueError for a wave without figures.
    """
    with transaction.atomic():
        scopes = _scopes(wave)
        rows = [
            Report(wave=wave, agency=agency, language=language, in_set=True, requested_by=user,
                   requested_at=clock.now())
            for agency in scopes
            for language in LANGUAGES
        ]  # fmt: skip
        Report.objects.bulk_create(rows, ignore_conflicts=True)
        computed = Computation.objects.get(wave=wave).computed_at
        again = Q(state=State.FAILED) | Q(state=State.DONE, requested_at__lt=computed)
        papers_of(wave).filter(again).update(
            state=State.QUEUED, requested_at=clock.now(), heartbeat=None, error="", step=0
        )
        waiting = papers_of(wave).filter(state=State.QUEUED).count()
        if waiting and queue:
            record(Act.What.ORDER, wave, user, papers=waiting)
            transaction.on_commit(lambda: _send(wave.pk, min(AT_ONCE, waiting)))
    return waiting


def _scopes(wave: Wave) -> list[Agency | None]:
    """The nation, and whoever has figures that are shown."""
    scores = Score.objects.filter(
        wave=wave, is_overall=True, measure=wave.declared_method().measure, withheld=False
    )
    if not scores.filter(level=Level.NATION).exists():
        raise ValueError(f"wave {wave.code} has no score for this report yet")
    shown = scores.filter(level__in=(Level.MINISTRY, Level.AGENCY)).values("agency")
    return [None, *Agency.objects.without_tree_fields().filter(pk__in=shown).order_by("code")]


def _send(wave: int, times: int) -> None:
    for _time in range(times):
        make_next_paper.delay(wave)


def next_paper(wave: int) -> Report | None:
    """The next that waits, or whose worker has gone silent."""
    open_ones = Report.objects.filter(wave=wave, in_set=True)
    waiting = open_ones.filter(state=State.QUEUED) | open_ones.filter(pk__in=_lost())
    return waiting.order_by("requested_at", "pk").first()


def _lost() -> QuerySet[Report, Any]:
    return Report.lost().values("pk")


@shared_task
def make_next_paper(wave: int) -> None:
    """Make one paper of a set, then send for the next."""
    found = next_paper(wave)
    if found is not None:
        make_report(str(found.pk))
        make_next_paper.delay(wave)


@shared_task
def resume_papers() -> None:
    """Once a minute: a set of which something is lost, and nothing is being made, goes on."""
    lost = Report.objects.filter(pk__in=_lost(), in_set=True)
    for wave in set(lost.values_list("wave", flat=True)):
        if not Report.objects.filter(
            wave=wave, in_set=True, state=State.RUNNING, heartbeat__gt=_lately()
        ).exists():
            _send(wave, AT_ONCE)


def _lately() -> datetime:
    return clock.now() - timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    """`left` holds those that wait and those in the making; `minutes`: at the pace so far, None
    before that is known."""

    done: int
    failed: int
    left: int
    minutes: int | None

    @property
    def all(self) -> int:
        return self.done + self.failed + self.left

    @property
    def complete(self) -> bool:
        return bool(self.done) and not (self.failed or self.left)


def progress(wave: Wave) -> Progress:
    states = Counter(papers_of(wave).values_list("state", flat=True))
    left = states[State.QUEUED] + states[State.RUNNING]
    done = papers_of(wave).filter(state=State.DONE)
    span = done.aggregate(first=Min("requested_at"), last=Max("heartbeat"))
    minutes = None
    if left and states[State.DONE] and span["last"]:
        seconds = (span["last"] - span["first"]).total_seconds() * left / states[State.DONE]
        minutes = max(round(seconds / 60), 1)
    return Progress(states[State.DONE], states[State.FAILED], left, minutes)


def failed_papers(wave: Wave) -> QuerySet[Report]:
    return papers_of(wave).filter(state=State.FAILED).select_related("agency").order_by("pk")


def zipped(wave: Wave) -> Iterator[bytes]:
    """One file with every paper that is ready, sent as it is read: memory holds one paper."""
    made = Drained()
    with ZipFile(made, "w", ZIP_STORED) as archive:  # what PDF compresses shrinks no further
        found = papers_of(wave).filter(state=State.DONE).select_related("agency")
        for report in found.order_by("language", "agency__code").iterator():
            about = report.agency.code if report.agency else "nation"
            with report.file.open() as paper:
                archive.writestr(f"{report.language}/{wave.code}-{about}.pdf", paper.read())
            yield made.drain()
    yield made.drain()


@shared_task
def order_at_publication(wave: int) -> None:
    """Sent when a wave has been published (at_publication.py)."""
    order_papers(Wave.objects.get(pk=wave))
