"""What must hold before a wave's figures become public, each line in words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.models import Computation, Examination
from responses.models import AgencyScreening, JournalEntry
from surveys.models import Wave

Result = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One thing that must hold, whether it does, and what was found."""

    what: str
    holds: bool
    found: str


def last_examination(wave: Wave) -> Examination | None:
    return wave.examinations.order_by("-requested_at").first()


def is_current(wave: Wave, job: Examination | None) -> bool:
    """Whether it went through the figures as they are now."""
    if job is None or job.state != Examination.State.DONE:
        return False
    computation = Computation.objects.filter(wave=wave).first()
    return (
        computation is not None
        and job.result.get("computed_at") == computation.computed_at.isoformat()
        and not unsettled([wave])
    )


def unsettled(waves: Collection[Wave]) -> set[int]:
    """The closed waves, by key, with answers that are still to be counted or screened."""
    journal = JournalEntry.objects.filter(wave__in=waves).order_by().values_list("wave", flat=True)
    due = AgencyScreening.objects.filter(wave__in=waves, final=False).order_by()
    return {*journal.distinct(), *due.values_list("wave", flat=True).distinct()}


def checklist(wave: Wave, job: Examination | None, *, current: bool) -> list[Line]:
    """Nothing is said to hold that has not been gone through since it last changed."""
    closed = wave.state in (Wave.State.CLOSED, Wave.State.PUBLISHED)
    lines = [Line(_("The wave has closed"), closed, "")]
    result = job.result if job and current else None
    for what, holds, found in GONE_THROUGH:
        if result is None:
            lines.append(Line(str(what), False, _("not gone through since the last change")))
        else:
            lines.append(Line(str(what), holds(result), found(result)))
    return lines


def _unchanged(result: Result) -> str:
    return ", ".join(result["seals"]) or _("as sealed")


def _suppressed(result: Result) -> str:
    return _("%(suppressed)s of %(scores)s figures are suppressed") % {
        "suppressed": intcomma(result["suppressed"]),
        "scores": intcomma(result["scores"]),
    }


def _audited(result: Result) -> str:
    if result["breaches"] is None:
        return _("not promised by the method of this wave")
    return ngettext(
        "%(breaches)s suppressed number could be narrowed down",
        "%(breaches)s suppressed numbers could be narrowed down",
        result["breaches"],
    ) % {"breaches": intcomma(result["breaches"])}


def _fresh(result: Result) -> str:
    return _("from %(answers)s answers; %(merged)s thin cells merged") % {
        "answers": intcomma(result["answers"]),
        "merged": intcomma(result["merged"]),
    }


def _logged(result: Result) -> str:
    log = result["log"]
    return _("%(leaves)s responses held against the log; %(faults)s faults") % {
        "leaves": intcomma(log["leaves"]),
        "faults": intcomma(log["faults"]),
    }


def _yes(_result: Result) -> bool:
    return True


GONE_THROUGH: list[tuple[Any, Callable[[Result], bool], Callable[[Result], str]]] = [
    (
        gettext_lazy("Nothing that was sealed has changed"),
        lambda result: not result["seals"],
        _unchanged,
    ),
    (gettext_lazy("The answers are screened, the figures of all of them"), _yes, _fresh),
    (gettext_lazy("Small figures are suppressed"), _yes, _suppressed),
    (
        gettext_lazy("The disclosure audit has passed"),
        lambda result: not result["breaches"],
        _audited,
    ),
    (
        gettext_lazy("The log is verified"),
        lambda result: not (result["log"]["faults"] or result["log"]["waiting"]),
        _logged,
    ),
]
