"""Who asks for single answers, and whether they get them: for OPDC to decide."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.domains.access import may_approve_microdata, may_see_desk
from analytics.models import MicrodataRequest
from analytics.releases.microdata import approve, refuse
from surveys.access import only_for
from surveys.models import User

SHOWN = 100


@only_for(may_see_desk)
@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    found = MicrodataRequest.objects.select_related("wave", "entered_by", "decided_by")
    pending = MicrodataRequest.State.PENDING
    context = {
        "waiting": found.filter(state=pending).order_by("pk"),
        "decided": found.exclude(state=pending)[:SHOWN],
        "may_approve": may_approve_microdata(request.user),
    }
    return render(request, "microdata/deciding.html", context)


@only_for(may_see_desk)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse: as the button says."""
    asked, actor = get_object_or_404(MicrodataRequest, pk=pk), cast(User, request.user)
    step = request.POST.get("step", "")
    if step not in ("approve", "refuse"):
        raise Http404
    if not may_approve_microdata(actor):
        raise PermissionDenied
    try:
        if step == "approve":
            approve(asked.pk, actor)
            done = _("Approved. A worker makes the file.")
        else:
            refuse(asked.pk, actor, request.POST.get("why", ""))
            done = _("Refused. The researcher sees your reason.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("desk:microdata")
