"""Holding a wave's stored responses against its log, from the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.desk.checklist import last_examination
from analytics.domains.access import may_check, may_see_desk
from responses.ledger import checkpoints
from responses.ledger.findings import MEANING, Fault
from surveys.access import only_for
from surveys.models import Wave


@only_for(may_see_desk)
@never_cache
@require_safe
def log(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.exclude(state=Wave.State.DRAFT), code=code)
    job = last_examination(wave)
    found = job.result.get("log") if job else None
    context = {
        "wave": wave,
        "job": job,
        "log": found,
        "faults": [each | {"meaning": MEANING[Fault(each["fault"])]} for each in found["shown"]]
        if found
        else [],
        "published_root": checkpoints.sealed_or_latest(wave),
        "may_check": may_check(request.user),
    }
    return render(request, "desk/log.html", context)
