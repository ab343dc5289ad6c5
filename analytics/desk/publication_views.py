"""Checking, approving and publishing a wave, and seeing beforehand what everybody will see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.dashboards import views as public
from analytics.desk import publishing
from analytics.desk.checklist import checklist, is_current, last_examination
from analytics.desk.examining import request_examination
from analytics.desk.forms import OrderForm, ReturnForm
from analytics.domains.access import may_approve, may_check, may_publish, may_see_desk
from analytics.models import Publication, ReleaseStamp
from analytics.scoring.changes import earlier_waves
from responses.ledger import checkpoints
from surveys import clock
from surveys.access import only_for
from surveys.models import Act, User, Wave

RECORD = [
    Act.What.CHECK,
    Act.What.APPROVE,
    Act.What.RETURN,
    Act.What.SCHEDULE,
    Act.What.PUBLISH,
]


@only_for(may_see_desk)
@never_cache
@require_safe
def publication(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, get_object_or_404(Wave, code=code))


def _page(request: HttpRequest, wave: Wave, **more: Any) -> HttpResponse:
    job = last_examination(wave)
    current = is_current(wave, job)
    found = Publication.objects.select_related("checked_by", "approved_by", "ordered_by")
    lines = checklist(wave, job, current=current)
    publication = found.filter(wave=wave).first()
    due_at = publication.due_at if publication else None
    context: dict[str, Any] = {
        "wave": wave,
        "closed": wave.state == Wave.State.CLOSED,
        "published": wave.state == Wave.State.PUBLISHED,
        "job": job,
        "lines": lines,
        "holds": all(line.holds for line in lines),
        "publication": publication,
        "due": due_at is not None and due_at <= clock.now(),
        "unstamped": ReleaseStamp.objects.filter(release__wave=wave, stamped_at=None),
        "earlier": earlier_waves(wave).first() if wave.state != Wave.State.DRAFT else None,
        "acts": Act.objects.filter(kind="wave", about=wave.code, what__in=RECORD)[:20],
        "may_check": may_check(request.user),
        "may_approve": may_approve(request.user),
        "may_publish": may_publish(request.user),
        "order_form": OrderForm(wave),
        "return_form": ReturnForm(),
    }
    return render(request, "desk/publication.html", context | more)


@only_for(may_check)
@require_POST
def examine(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.exclude(state=Wave.State.DRAFT), code=code)
    request_examination(wave, cast(User, request.user))
    back = "desk:log" if "log" in request.POST else "desk:publication"
    return redirect(back, wave.code)


@only_for(may_see_desk)
@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """Check, approve or send back: whichever the button said."""
    wave = get_object_or_404(Wave, code=code)
    name = request.POST.get("step", "")
    if name not in STEPS:
        raise Http404
    may, carry_out, done = STEPS[name]
    if not may(request.user):
        raise PermissionDenied
    more: dict[str, Any] = {}
    if name == "return":
        form = more["return_form"] = ReturnForm(request.POST)
        if not form.is_valid():
            return _page(request, wave, **more)
    try:
        carry_out(wave, cast(User, request.user), request)
    except ValidationError as error:
        return _page(request, wave, problems=error.messages)
    messages.success(request, str(done()))
    return redirect("desk:publication", wave.code)


def _may_return(user: Any) -> bool:
    return may_check(user) or may_approve(user) or may_publish(user)


Step = tuple[Callable[[Any], bool], Callable[[Wave, User, HttpRequest], object], Callable[[], str]]
STEPS: dict[str, Step] = {
    "check": (
        may_check,
        lambda wave, user, request: publishing.mark_checked(wave, user),
        lambda: _("Marked as checked. It now waits for somebody else’s approval."),
    ),
    "approve": (
        may_approve,
        lambda wave, user, request: publishing.approve(wave, user),
        lambda: _("Approved. It can be published."),
    ),
    "return": (
        _may_return,
        lambda wave, user, request: publishing.send_back(wave, user, request.POST["why"]),
        lambda: _("Sent back: check, approval and order are taken back."),
    ),
}


@only_for(may_publish)
@require_POST
def order(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    form = OrderForm(wave, request.POST)
    if form.is_valid():
        try:
            ordered = publishing.order(wave, cast(User, request.user), form.due_at())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            later = ordered.due_at and ordered.due_at > clock.now()
            messages.success(
                request,
                _("Ordered. It becomes public at that moment.")
                if later
                else _("Ordered. The worker is publishing it."),
            )
            return redirect("desk:publication", wave.code)
    return _page(request, wave, order_form=form)


@only_for(may_see_desk)
@never_cache
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The public page itself, rendered as if the wave were published; then all is as it was."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.CLOSED)
    request.user = AnonymousUser()
    request.previewed = True  # type: ignore[attr-defined]
    request.path = reverse("analytics:wave", args=[code])
    with transaction.atomic():
        Wave.objects.filter(pk=wave.pk).update(
            state=Wave.State.PUBLISHED,
            published_at=clock.now(),
            seal=wave.seal | {"log": checkpoints.as_seal(checkpoints.keep(wave))},
        )
        answer = public.wave(request, code)
        transaction.set_rollback(True)
    return answer
