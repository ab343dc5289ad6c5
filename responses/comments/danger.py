"""Telling the survey office that a comment names a danger.

The mail says which agency and survey, and not a word of what was written, by whom, of which service
or when: the page says what it may. Agencies are not written to, for they would learn to the minute
who has just written; the office calls them.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from responses.access import watching_for_danger
from responses.models import Comment
from surveys.addresses import whole
from surveys.models import Agency, Wave

AT_ONCE = 500


def naming_danger() -> Sequence[Comment]:
    """Comments of which the office has not been told."""
    found = Comment.objects.filter(told=False, topics__names_danger=True)
    return list(found.select_related("agency", "wave").order_by("pk").distinct()[:AT_ONCE])


@transaction.atomic
def tell() -> int:
    """Write to the office once about each; what could not be sent is told the next time."""
    comments = naming_danger()
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
