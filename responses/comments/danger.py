"""Telling the survey office that a comment names a danger.

The mail says which agency and survey, and not a word of what was written, by whom, of which service
or when: the page says what it may. Agencies are not written to, for they would learn to the minute
who has just written; the office calls them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from responses.access import watching_for_danger
from responses.comments.topics import About
from responses.models import Comment
from surveys.addresses import whole
from surveys.models import Agency, Wave

AT_ONCE = 500
LOOKED_THROUGH = "danger:looked-through"
AN_HOUR = 3600
UNDER_WAY = 10_000
"""Keys that others may have drawn before the newest one and not yet committed."""


def tell() -> int:
    """Write to the office once about each of which it has not been told; what could not be sent is
    told the next time. All that ever named a danger is looked through once an hour, and in between
    what has been marked since. Returns of how many it was told."""
    newest = About.objects.aggregate(newest=Max("pk"))["newest"] or 0
    before = cache.get(LOOKED_THROUGH)
    told = _tell_of(About.objects.filter(topic__names_danger=True, pk__gt=before or 0))
    if before is None and told < AT_ONCE:
        cache.set(LOOKED_THROUGH, newest - UNDER_WAY, AN_HOUR)
    return told


@transaction.atomic
def _tell_of(marks: QuerySet[Any]) -> int:
    untold = Comment.objects.filter(told=False, pk__in=marks.values("comment"))
    comments = list(untold.select_related("agency", "wave").order_by("pk")[:AT_ONCE])
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(told=True)
    agencies = sorted({(c.agency.code, c.wave.code): c for c in comments}.items())
    mails = [_mail(comment, to) for _key, comment in agencies for to in watching_for_danger()]
    if mails:
        get_connection().send_messages(mails)
    return len(comments)


def _mail(comment: Comment, to: str) -> EmailMessage:
    with translation.override(settings.LANGUAGE_CODE):
        told = {"agency": comment.agency, "wave": comment.wave.title}
        page = reverse("analytics:comments", args=[comment.wave.code, comment.agency.code])
        text = _(
            "A comment about %(agency)s (%(wave)s) may name a danger. Read it, and call the agency "
            "if somebody may come to harm. It is listed once enough people have answered there:"
        )
        subject = _("A comment may name a danger: %(agency)s") % told
        return EmailMessage(subject, f"{text % told}\n\n{whole(page)}", to=[to])


def waiting(wave: Wave) -> list[tuple[Agency, int]]:
    """How many such comments nobody has read yet, by agency."""
    new = Comment.objects.filter(
        wave=wave, state=Comment.State.NEW, topics__names_danger=True
    ).order_by("agency__code")
    numbers = dict(new.values_list("agency").annotate(Count("pk", distinct=True)))
    agencies = Agency.objects.without_tree_fields().in_bulk(list(numbers))
    return [(agencies[pk], number) for pk, number in numbers.items()]
