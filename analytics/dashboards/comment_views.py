"""What citizens wrote: read, passed on, answered by those who may see the agency's figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.dashboards.agency_page import AgencyPage
from analytics.dashboards.comments import (
    FEWEST,
    FEWEST_FOR_DAY,
    BlackOutForm,
    CommentFilter,
    HandleForm,
    Pages,
    SecondReplyForm,
    agencies_below,
    cells_of,
    comments_of,
)
from analytics.dashboards.rated_again import rated_again
from analytics.dashboards.topics import topics_of
from analytics.domains.access import waves_for
from responses.comments.collecting import without
from responses.comments.complaining import complaint_of, weights
from responses.comments.searching import letters_of
from responses.comments.topics import dictionary, mark
from responses.models import Comment
from responses.models.naming import key_of
from surveys import clock
from surveys.access import (
    Visitor,
    may_act_for,
    may_see_every_agency,
    only_for,
    visible_agencies,
)
from surveys.access import may_see_figures as may_read
from surveys.acts import record
from surveys.csv_files import csv_line
from surveys.models import Act, User

A_PAGE = 25
COLUMNS = ("service", "channel", "service_point", "answered", "rating", "state", "text", "note")


class Listing:
    """The comments of one agency in one wave that `user` may read."""

    def __init__(self, user: Visitor, code: str, agency: str) -> None:
        self.wave = get_object_or_404(waves_for(user).select_related("questionnaire"), code=code)
        self.agency = get_object_or_404(visible_agencies(user), code=agency)
        self.agencies = agencies_below(self.agency)
        self.cells = cells_of(self.wave, self.agencies)
        self.at_once = may_see_every_agency(user)
        self.comments = comments_of(self.wave, self.agencies, self.cells, at_once=self.at_once)

    def tells_day(self, comment: Comment) -> bool:
        return self.cells[comment.service_id, comment.channel_id] >= FEWEST_FOR_DAY

    def rows(self, comments: Any) -> list[tuple[Comment, bool]]:
        return [(comment, self.tells_day(comment)) for comment in comments]


@only_for(may_read)
@never_cache
@require_safe
def comments(request: HttpRequest, code: str, agency: str) -> HttpResponseBase:
    listing = Listing(request.user, code, agency)
    form = CommentFilter(request.GET, listing.agencies)
    found = form.among(listing.comments)
    if request.GET.get("format") == "csv":
        return _csv(request, listing, found)
    page = Pages(form.in_order(found), A_PAGE).get_page(request.GET.get("page"))
    record(Act.What.SEE, listing.agency, wave=listing.wave.code, of="comments", page=page.number)
    context = {
        "tabs": AgencyPage(request.user, agency, code, "comments"),
        "wave": listing.wave,
        "agency": listing.agency,
        "form": form,
        "page": page,
        "uncounted": form.uncounted,
        "rows": listing.rows(page),
        "fewest": FEWEST,
        "may_export": may_act_for(request.user, listing.agency),
    }
    if page.number == 1:  # whoever leafs on has read what is said of all
        context |= {
            "again": rated_again(listing.wave, listing.agencies),
            "topics": topics_of(
                listing.wave, listing.agencies, listing.cells, at_once=listing.at_once
            ),
        }
    return render(request, "analytics/comments.html", context)


def _csv(request: HttpRequest, listing: Listing, found: Any) -> StreamingHttpResponse:
    if not may_act_for(request.user, listing.agency):
        raise PermissionDenied
    record(Act.What.EXPORT, listing.agency, wave=listing.wave.code, of="comments")
    name = f"comments-{listing.wave.code}-{listing.agency.code}.csv"
    return StreamingHttpResponse(
        _lines(listing, found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(listing: Listing, found: Any) -> Iterator[str]:
    yield "\ufeff" + csv_line(COLUMNS)
    for comment in found.iterator(chunk_size=2000):
        day = comment.answered_on.isoformat()
        yield csv_line(
            [
                comment.service.code,
                comment.channel.code,
                comment.service_point.code if comment.service_point else "",
                day if listing.tells_day(comment) else day[:7],
                comment.overall or "",
                comment.state,
                comment.text,
                comment.note,
            ]
        )


@only_for(may_read)
@never_cache
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, code: str, agency: str, name: str) -> HttpResponse:
    listing = Listing(request.user, code, agency)
    found = get_object_or_404(listing.comments, pk=key_of(name))
    may_handle = may_act_for(request.user, listing.agency)
    of_opdc = may_handle and may_see_every_agency(request.user)
    blacking = request.method == "POST" and "words" in request.POST
    if request.method == "POST" and not (of_opdc if blacking else may_handle):
        raise PermissionDenied
    handle = HandleForm(
        request.POST if request.method == "POST" and not blacking else None, instance=found
    )
    black = BlackOutForm(found, request.POST if blacking else None)
    form = black if blacking else handle
    if form.is_valid():
        if blacking:
            _black_out(found, black.cleaned_data["words"])
        else:
            _handle(found, handle, cast(User, request.user))
        messages.success(request, _("Noted."))
        return redirect(request.path)
    record(Act.What.SEE, listing.agency, wave=listing.wave.code, of="comment")
    context = {
        "wave": listing.wave,
        "agency": listing.agency,
        "comment": found,
        "tells_day": listing.tells_day(found),
        "form": handle if may_handle else None,
        "black": black if of_opdc else None,
        "second": SecondReplyForm(instance=found) if of_opdc and found.appealed_on else None,
    }
    return render(request, "analytics/comment.html", context)


@only_for(may_see_every_agency)
@require_POST
def second_reply(request: HttpRequest, code: str, agency: str, name: str) -> HttpResponse:
    """OPDC answers a citizen whom the agency's reply did not help."""
    listing = Listing(request.user, code, agency)
    if not may_act_for(request.user, listing.agency):
        raise PermissionDenied
    found = get_object_or_404(listing.comments.exclude(appealed_on=None), pk=key_of(name))
    form = SecondReplyForm(request.POST, instance=found)
    if form.is_valid():
        form.save()
        record(Act.What.CHANGE, listing.agency, of="comment", changed=["second reply"])
        messages.success(request, _("Noted."))
    else:
        messages.error(request, _("Write the reply first."))
    return redirect("analytics:comment", code, agency, name)


def _handle(comment: Comment, form: HandleForm, user: User) -> None:
    comment.changed_by = user
    if comment.reply and "reply" in form.changed_data:
        comment.replied_on = clock.today()
    form.save()
    record(Act.What.CHANGE, comment.agency, of="comment", changed=sorted(form.changed_data))


def _black_out(comment: Comment, words: str) -> None:
    """The list shows it no longer. The answer itself stays as it was logged."""
    comment.blacked_out = [*comment.blacked_out, words]
    comment.text = without(comment.text, [words])
    comment.letters = letters_of(comment.text)
    comment.complains = complaint_of(comment.letters, weights())
    comment.save(update_fields=["blacked_out", "text", "letters", "complains"])
    mark([comment], dictionary())
    record(Act.What.CHANGE, comment.agency, of="comment", changed=["blacked out"])
