"""What stands beside a wave's stages: how answers come in, and what wants somebody's eye."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.models import Correction, DayCount, MicrodataRequest, Publication, Report, Score
from analytics.wording.doubted_lists import finding_sentences
from responses.comments import danger
from responses.models import AgencyScreening, Comment, ImportJob, Overruling
from surveys import clock
from surveys.models import Agency, FrameCell, RegisterList, Wave

DAYS_SHOWN = 14
QUIET_DAYS = 7
SHOWN = 5
COUNTED_AGAIN_AFTER = 300
"""Seconds: counting reads the lists of all draws."""


@dataclass(frozen=True)
class Day:
    day: date
    answers: int
    percent: int
    """Of the day with the most."""


@dataclass(frozen=True)
class Fieldwork:
    """How answers come in. `needed`: so many a day would decide the nation's verdict by the last
    day, at the present estimate; None where that is not known."""

    days: list[Day]
    needed: int | None
    quiet: list[Agency]
    quiet_in_all: int


def fieldwork(wave: Wave) -> Fieldwork | None:
    """None for a wave that takes no answers."""
    if wave.state != Wave.State.OPEN:
        return None
    by_agency = _by_agency(wave)
    today = clock.today()
    first = max(today - timedelta(days=DAYS_SHOWN - 1), wave.starts_on)
    days: dict[date, int] = defaultdict(int)
    for found in by_agency.values():
        for day, number in found.items():
            days[day] += number
    most = max(days.values(), default=0)
    shown = [
        Day(day, days[day], round(100 * days[day] / most) if most else 0)
        for k in range(max((today - first).days + 1, 0))
        for day in [first + timedelta(days=k)]
    ]
    quiet = _quiet(wave, by_agency, today)
    return Fieldwork(shown, _needed_a_day(wave, today), list(quiet[:SHOWN]), quiet.count())


ByAgency = dict[int, dict[date, int]]


def _by_agency(wave: Wave) -> ByAgency:
    """Answers of the last days, by agency and day."""
    since = clock.today() - timedelta(days=DAYS_SHOWN)
    rows = DayCount.objects.filter(wave=wave, day__gte=since)
    found: ByAgency = defaultdict(dict)
    for agency, day, number in rows.values_list("agency", "day", "answers"):
        found[agency][day] = number
    return found


def _quiet(wave: Wave, by_agency: ByAgency, today: date) -> QuerySet[Agency]:
    """Agencies of the frame without an answer for a week, once the wave has run for one."""
    agencies = Agency.objects.without_tree_fields().order_by("code")
    if today - wave.starts_on < timedelta(days=QUIET_DAYS):
        return agencies.none()
    heard = [
        agency
        for agency, days in by_agency.items()
        if max(days) > today - timedelta(days=QUIET_DAYS)
    ]
    asked = FrameCell.objects.filter(frame=wave.frame_id, encounters__gt=0)
    return agencies.filter(pk__in=asked.values("service__agency")).exclude(pk__in=heard)


def _needed_a_day(wave: Wave, today: date) -> int | None:
    left = (wave.ends_on - today).days + 1
    score = Score.objects.filter(
        wave=wave,
        level=Score.Level.NATION,
        is_overall=True,
        measure=wave.declared_method().measure,
    ).first()
    if score is None or not score.needed or left < 1:
        return None
    return ceil(score.needed / left)


def watched(wave: Wave) -> dict[str, Any]:
    """What of this wave wants somebody's eye."""
    alarms = AgencyScreening.objects.filter(wave=wave, alarm=True).select_related("agency")
    brought = ImportJob.objects.filter(wave=wave, summary__rejected__gt=0)
    return {
        "lists": _lists_in_doubt(wave),
        "alarms": alarms.order_by("-set_aside")[:SHOWN],
        "rejected": brought.order_by("-requested_at")[:SHOWN],
        "reports": reports_under_way(wave),
        "dangers": danger.waiting(wave),
        "appeals": Comment.objects.filter(wave=wave, second_reply="")
        .exclude(appealed_on=None)
        .select_related("agency")
        .order_by("agency__code", "pk")[:SHOWN],
    }


def _lists_in_doubt(wave: Wave) -> list[str]:
    name = f"desk:lists:{wave.pk}:{wave.state}:{get_language()}"
    found: list[str] | None = cache.get(name)
    if found is None:
        found = finding_sentences(wave, SHOWN)
        cache.set(name, found, COUNTED_AGAIN_AFTER)
    return found


def reports_under_way(wave: Wave | None = None) -> dict[str, int]:
    """How many reports wait or are being made, and how many failed in the last week."""
    reports = Report.objects.filter(wave=wave) if wave else Report.objects.all()
    lately = clock.now() - timedelta(days=QUIET_DAYS)
    states = Report.State
    return reports.aggregate(
        waiting=Count("pk", filter=Q(state__in=[states.QUEUED, states.RUNNING])),
        failed=Count("pk", filter=Q(state=states.FAILED, requested_at__gte=lately)),
    )


@dataclass(frozen=True)
class Waiting:
    """What one person has done and another has yet to decide on."""

    what: Any
    about: str
    address: str
    by: str
    since: datetime


def waiting_for_a_second_person() -> list[Waiting]:
    """Waves to be approved, releases to be corrected, screening to be overruled, researchers who
    ask for microdata, lists of the strategy: oldest first."""
    checked = Publication.objects.filter(approved_by=None, wave__state=Wave.State.CLOSED)
    proposed = Overruling.objects.filter(agreed_by=None)
    lists = RegisterList.objects.filter(state=RegisterList.State.PENDING)
    corrections = Correction.objects.filter(state=Correction.State.PENDING)
    microdata = MicrodataRequest.objects.filter(state=MicrodataRequest.State.PENDING)
    found = [
        *(_checked(each) for each in checked.select_related("wave", "checked_by")[:SHOWN]),
        *(
            _proposed(each)
            for each in proposed.select_related("wave", "agency", "proposed_by")[:SHOWN]
        ),
        *(
            _corrected(each)
            for each in corrections.select_related("wave", "entered_by").order_by("pk")[:SHOWN]
        ),
        *(
            _asked(each)
            for each in microdata.select_related("wave", "entered_by").order_by("pk")[:SHOWN]
        ),
        *(_handed_in(each) for each in lists.select_related("entered_by").order_by("pk")[:SHOWN]),
    ]
    return sorted(found, key=lambda each: each.since)


def _checked(publication: Publication) -> Waiting:
    return Waiting(
        _("Publication"),
        publication.wave.title,
        reverse("desk:publication", args=[publication.wave.code]),
        publication.checked_by.username,
        publication.checked_at,
    )


def _proposed(overruling: Overruling) -> Waiting:
    return Waiting(
        _("Overrule screening"),
        f"{overruling.wave.title}, {overruling.agency}",
        reverse("desk:overrulings", args=[overruling.wave.code]),
        overruling.proposed_by.username,
        overruling.proposed_at,
    )


def _asked(request: MicrodataRequest) -> Waiting:
    return Waiting(
        _("Microdata for researchers"),
        f"{request.wave.title}, {request.institution}",
        reverse("desk:microdata"),
        request.entered_by.username,
        request.entered_at,
    )


def _corrected(correction: Correction) -> Waiting:
    return Waiting(
        _("Correct the release"),
        correction.wave.title,
        reverse("desk:corrections", args=[correction.wave.code]),
        correction.entered_by.username,
        correction.entered_at,
    )


def _handed_in(handed_in: RegisterList) -> Waiting:
    return Waiting(
        _("Register"),
        handed_in.name,
        reverse("analytics:scorecard_list", args=[handed_in.pk]),
        handed_in.entered_by.username,
        handed_in.entered_at,
    )
