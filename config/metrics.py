"""What a monitoring server may know of the product: numbers, as Prometheus reads them.

All of them are kept counts, so that asking often costs little; none tells of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Min, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.models import (
    Computation,
    CrossTab,
    Examination,
    ReleaseCheck,
    Report,
    TallyCell,
)
from responses.models import Checkpoint, ImportJob, JournalEntry
from surveys import clock
from surveys.models import Question, Wave
from surveys.models.job import Job
from surveys.models.registry_file import RegistryFile

JOBS: tuple[type[Job], ...] = (Report, Examination, ReleaseCheck, ImportJob, RegistryFile, CrossTab)


class Gauge(NamedTuple):
    name: str
    help: str
    values: list[tuple[dict[str, str], float]]

    def __str__(self) -> str:
        lines = [f"# HELP survey_{self.name} {self.help}", f"# TYPE survey_{self.name} gauge"]
        for labels, value in self.values:
            named = ",".join(f'{key}="{text}"' for key, text in labels.items())
            lines.append(f"survey_{self.name}{{{named}}} {value:g}")
        return "\n".join(lines)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever knows METRICS_TOKEN; nobody else learns that there is such a page."""
    given = request.headers.get("Authorization", "").encode()
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not settings.METRICS_TOKEN or not constant_time_compare(given, expected):
        raise Http404
    text = "".join(f"{gauge}\n" for gauge in gauges())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def gauges() -> Iterator[Gauge]:
    """Of waves that run or wait to be published, and of the work of the workers."""
    waves = {
        wave.pk: wave.code
        for wave in Wave.objects.filter(state__in=[Wave.State.OPEN, Wave.State.CLOSED])
    }
    yield Gauge("answers", "Answers counted in the tally.", _answers(waves))
    yield Gauge("journal_entries", "Entries not yet folded into the tally.", _waiting(waves))
    yield Gauge("figures_age_seconds", "Since scores were computed.", _figures(waves))
    yield Gauge("log_age_seconds", "Since a root of the log was published.", _roots(waves))
    queued = {job: _queued(job) for job in JOBS}
    waiting = [(_kind(job), float(number)) for job, (number, _waited) in queued.items()]
    oldest = [(_kind(job), waited) for job, (_number, waited) in queued.items()]
    yield Gauge("jobs_waiting", "Jobs that no worker has taken.", waiting)
    yield Gauge("jobs_oldest_seconds", "How long the first of them has waited.", oldest)
    yield Gauge("jobs_silent", "Jobs whose worker or message was lost.", _jobs_lost())


Values = list[tuple[dict[str, str], float]]
_OVERALL = Subquery(
    Question.objects.filter(questionnaire__wave=OuterRef("wave"), is_overall=True).values("code")[
        :1
    ]
)


def _answers(waves: dict[int, str]) -> Values:
    counted = (
        TallyCell.objects.filter(wave__in=waves, question=_OVERALL)
        .order_by()
        .values_list("wave", "screened")
        .annotate(Sum("count"))
    )
    return [
        ({"wave": waves[wave], "screened": str(screened).lower()}, number)
        for wave, screened, number in counted
    ]


def _waiting(waves: dict[int, str]) -> Values:
    entries = JournalEntry.objects.filter(wave__in=waves).values_list("wave")
    found = dict(entries.annotate(Count("pk")))
    return [({"wave": code}, found.get(pk, 0)) for pk, code in waves.items()]


def _figures(waves: dict[int, str]) -> Values:
    made = Computation.objects.filter(wave__in=waves).values_list("wave", "computed_at")
    return [({"wave": waves[wave]}, (clock.now() - at).total_seconds()) for wave, at in made]


def _roots(waves: dict[int, str]) -> Values:
    published = Checkpoint.objects.filter(wave__in=waves).values_list("wave").annotate(Max("at"))
    return [({"wave": waves[wave]}, (clock.now() - at).total_seconds()) for wave, at in published]


def _queued(job: type[Job]) -> tuple[int, float]:
    """How many wait, and the seconds that the first of them has waited."""
    queued = job._default_manager.filter(state=Job.State.QUEUED)
    told = queued.aggregate(number=Count("pk"), first=Min(job.WAITING_SINCE))
    waited = (clock.now() - told["first"]).total_seconds() if told["first"] else 0
    return told["number"], waited


def _jobs_lost() -> Values:
    return [(_kind(job), job.lost().count()) for job in JOBS]


def _kind(job: type[Job]) -> dict[str, str]:
    return {"kind": job._meta.model_name or ""}
