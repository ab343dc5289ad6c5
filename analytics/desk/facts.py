"""What the lines of some waves follow from, in as many queries for ten waves as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from analytics.desk.checklist import checklist, unsettled
from analytics.desk.stages import LINE, Done, Facts
from analytics.models import Computation, Examination, Publication
from surveys import clock
from surveys.kinds import SCORED
from surveys.models import (
    Act,
    Channel,
    CountedFromLog,
    Draw,
    Encounter,
    EntryPoint,
    FrameCell,
    Questionnaire,
    Service,
    Wave,
)

MOST_CHANNELS = 1_000_000
"""More than there are: a service's key times this, and a channel's, is one number for both."""

SHOWN = [kind.act for kind in LINE if kind.act]


def facts_of(waves: Collection[Wave]) -> dict[int, Facts]:
    """By the waves' keys."""
    services = Service.objects.filter(retired_on=None).count()
    channels = Channel.objects.count()
    frames = _frames(waves)
    questionnaires = _questionnaires(waves)
    draws = _draws(waves)
    waits = _count_of(Encounter.objects.filter(draw=None, reachable=True))
    counts = Wave.objects.filter(pk__in=[wave.pk for wave in waves]).values_list(
        "pk", waits, _count_of(CountedFromLog.objects.all())
    )
    kept = {pk: {"waiting": waiting, "counted": counted} for pk, waiting, counted in counts}
    acts = _acts(waves)
    publications = {each.wave_id: each for each in Publication.objects.filter(wave__in=waves)}
    examined = _examined(waves)
    return {
        wave.pk: Facts(
            state=wave.state,
            ends_on=wave.ends_on,
            today=clock.today(),
            services=services,
            channels=channels,
            counted=kept[wave.pk]["counted"],
            waiting=kept[wave.pk]["waiting"] if wave.state == Wave.State.OPEN else 0,
            examined=wave.pk in examined,
            acts=acts[""] | acts[wave.code],
            **frames.get(wave.frame_id, {}),
            **questionnaires.get(wave.questionnaire_id, {}),
            **draws.get(wave.pk, {}),
            **_published(publications.get(wave.pk)),
        )
        for wave in waves
    }


def _count_of(rows: Any) -> Coalesce:
    """So many of them does a wave have."""
    of_wave = rows.filter(wave=OuterRef("pk")).order_by().values("wave")
    return Coalesce(Subquery(of_wave.annotate(n=Count("pk")).values("n")), 0)


def _frames(waves: Collection[Wave]) -> dict[int, dict[str, Any]]:
    """Of each frame its encounters, its services by channel, and how many have a link."""
    linked = EntryPoint.objects.filter(
        active=True, service=OuterRef("service"), channel=OuterRef("channel")
    )
    pair = F("service_id") * MOST_CHANNELS + F("channel_id")
    cells = FrameCell.objects.filter(frame__in=[wave.frame_id for wave in waves]).order_by()
    found = cells.values("frame").annotate(
        pairs=Count(pair, distinct=True),
        linked=Count(pair, distinct=True, filter=Exists(linked)),
        total=Sum("encounters"),
    )
    return {
        each["frame"]: {
            "pairs": each["pairs"],
            "linked": each["linked"],
            "encounters": each["total"],
        }
        for each in found
    }


def _questionnaires(waves: Collection[Wave]) -> dict[int, dict[str, Any]]:
    overall = Count("questions", filter=Q(questions__is_overall=True, questions__kind__in=SCORED))
    used = Questionnaire.objects.filter(pk__in=[wave.questionnaire_id for wave in waves])
    return {
        pk: {"questions": number, "has_overall": bool(rated)}
        for pk, number, rated in used.order_by()
        .annotate(number=Count("questions"), rated=overall)
        .values_list("pk", "number", "rated")
    }


def _draws(waves: Collection[Wave]) -> dict[int, dict[str, Any]]:
    made = Draw.objects.filter(wave__in=waves, drawn_at__isnull=False).order_by()
    found = made.values("wave").annotate(
        draws=Count("pk", distinct=True),
        unsent=Count("pk", filter=Q(mailing=None), distinct=True),
        drawn=Sum("cells__drawn"),
    )
    return {
        each["wave"]: {
            "draws": each["draws"],
            "unsent": each["unsent"],
            "drawn": each["drawn"] or 0,
        }
        for each in found
    }


def _acts(waves: Sequence[Wave] | Collection[Wave]) -> Mapping[str, dict[str, Done]]:
    """By wave's code and act the last of each; what is about no wave is under no code."""
    found: dict[str, dict[str, Done]] = defaultdict(dict)
    rows = Act.objects.filter(
        Q(kind="wave", about__in=[wave.code for wave in waves]) | Q(what=Act.What.REGISTRY),
        what__in=SHOWN,
    ).order_by("at", "pk")
    for what, kind, code, at, who in rows.values_list("what", "kind", "about", "at", "who"):
        found[code if kind == "wave" else ""][what] = Done(at, who)
    return found


def _published(publication: Publication | None) -> dict[str, Any]:
    if publication is None:
        return {}
    return {
        "checked": True,
        "approved": publication.approved_by_id is not None,
        "due_at": publication.due_at,
        "problem": publication.problem,
    }


def _examined(waves: Collection[Wave]) -> set[int]:
    """The closed waves whose check-list holds for the figures as they are."""
    closed = [wave for wave in waves if wave.state == Wave.State.CLOSED]
    if not closed:
        return set()
    computed = dict(Computation.objects.filter(wave__in=closed).values_list("wave", "computed_at"))
    changing = unsettled(closed)
    made = Examination.objects.filter(wave__in=closed).order_by("requested_at")
    last = {each.wave_id: each for each in made}
    found = set()
    for wave in closed:
        job: Examination | None = last.get(wave.pk)
        if job is None or job.state != Examination.State.DONE or wave.pk in changing:
            continue
        at = computed.get(wave.pk)
        current = bool(at and job.result.get("computed_at") == at.isoformat())
        if all(line.holds for line in checklist(wave, job, current=current)):
            found.add(wave.pk)
    return found
