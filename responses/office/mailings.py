"""The page on which the survey office lets the invitations of a draw go out, and sees how many have
gone. It shows counts, never whom."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from responses.access import may_invite
from surveys.access import only_for
from surveys.models import Contact, Draw, Invitation, Mailing, User, Wave
from surveys.sampling.invitations import pause_mailing, start_mailing
from surveys.sampling.messages import parts_by_language
from surveys.speaking import known
from surveys.tasks import send_invitations

DRAWS_A_PAGE = 20
State = Invitation.State


@only_for(may_invite)
@never_cache
@require_GET
def mailings(request: HttpRequest) -> HttpResponse:
    draws = (
        Draw.objects.exclude(drawn_at=None)
        .select_related("wave", "mailing__started_by")
        .annotate(
            drawn=Count("cells__invitations"),
            **{
                state.value: Count("cells__invitations", filter=Q(cells__invitations__state=state))
                for state in State
            },
        )
        .order_by("-drawn_at", "-pk")
    )
    page = Paginator(draws, DRAWS_A_PAGE).get_page(request.GET.get("page"))
    kept = Contact.objects.filter(invitation__cell__draw__in=[draw.pk for draw in page])
    addresses = dict(kept.order_by().values_list("invitation__cell__draw").annotate(Count("pk")))
    for draw in page:
        draw.addresses = addresses.get(draw.pk, 0)  # type: ignore[attr-defined]
    parts = parts_by_language()
    context = {
        "page": page,
        "parts": parts,
        "further_parts": [(known()[code], n) for code, n in parts.items() if code in known()],
        "reminders": settings.INVITATION_REMINDER_DAYS,
        "has_gateway": bool(settings.INVITATION_HOOK_URL),
        "open": Wave.State.OPEN,
    }
    return render(request, "responses/office/mailings.html", context)


@only_for(may_invite)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    draw = get_object_or_404(
        Draw.objects.exclude(drawn_at=None), pk=pk, wave__state=Wave.State.OPEN
    )
    start_mailing(draw, cast(User, request.user))
    transaction.on_commit(lambda: send_invitations.delay())
    messages.success(request, _("The invitations are on their way."))
    return redirect("mailings:mailings")


@only_for(may_invite)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    pause_mailing(get_object_or_404(Mailing, pk=pk), paused=True)
    messages.success(request, _("Paused: nothing more goes out until you go on."))
    return redirect("mailings:mailings")


@only_for(may_invite)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    pause_mailing(get_object_or_404(Mailing, pk=pk), paused=False)
    transaction.on_commit(lambda: send_invitations.delay())
    messages.success(request, _("The invitations are on their way."))
    return redirect("mailings:mailings")
