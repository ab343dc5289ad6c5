"""A mail a week on what citizens wrote, to whoever answers them: numbers, and not a word of a text.

Only what the list shows is counted. New of the week are told of cells that tell the day; of smaller
ones the list tells the month, and the mail must not say more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.dashboards.comments import FEWEST_FOR_DAY, agencies_below, cells_of, comments_of
from responses.models import Comment, Digest
from surveys import clock
from surveys.access import may_act_for, may_see_every_agency
from surveys.addresses import whole
from surveys.models import Agency, Service, User, Wave

HOUR = 8
"""On Monday, from when the mails go."""
AFTER_THE_END = timedelta(days=90)
"""So long a survey that has ended is still in the mail."""

NEW = Comment.State.NEW
COUNTS = {
    "unread": Count("pk", filter=Q(state=NEW), distinct=True),
    "danger": Count("pk", filter=Q(state=NEW, topics__names_danger=True), distinct=True),
    "awaiting": Count("pk", filter=Q(reply=""), distinct=True),
}


@dataclass(frozen=True)
class Line:
    """One service of one survey. `new` is None where no cell of it tells the day."""

    wave: Wave
    agency: Agency
    service: Service
    new: int | None
    unread: int
    danger: int
    awaiting: int


def due_since(now: datetime) -> date:
    """The Monday whose mail should have gone by now."""
    local = timezone.localtime(now) - timedelta(hours=HOUR)
    return (local - timedelta(days=local.weekday())).date()


def recipients() -> Iterator[User]:
    """People of agencies who may answer citizens, have a mail address and did not say no."""
    monday = due_since(clock.now())
    had = Digest.objects.filter(Q(wanted=False) | Q(sent_for__gte=monday)).values("user")
    people = User.objects.filter(is_active=True, agency__isnull=False).exclude(email="")
    for user in people.exclude(pk__in=had).select_related("agency").order_by("pk"):
        if user.agency and may_act_for(user, user.agency) and not may_see_every_agency(user):
            yield user


def send_due() -> int:
    """Write to each; noted before it goes, so that whoever runs beside this writes to nobody twice,
    and taken back where it could not be sent. Returns how many mails went."""
    return sum(_send(user) for user in list(recipients()))


@transaction.atomic
def _send(user: User) -> bool:
    Digest.objects.get_or_create(user=user)
    mine = Digest.objects.select_for_update().get(user=user)
    monday = due_since(clock.now())
    if not mine.wanted or (mine.sent_for and mine.sent_for >= monday):
        return False
    mine.sent_for = monday
    mine.save(update_fields=["sent_for"])
    assert user.agency is not None
    lines = list(lines_of(user.agency))
    if lines:
        _mail(user, lines).send()
    return bool(lines)


def lines_of(agency: Agency) -> Iterator[Line]:
    """By survey and service, of the agency and all below it."""
    begun = [Wave.State.OPEN, Wave.State.CLOSED, Wave.State.PUBLISHED]
    recent = Wave.objects.filter(state__in=begun, ends_on__gte=clock.today() - AFTER_THE_END)
    agencies = agencies_below(agency)
    for wave in recent.select_related("questionnaire").order_by("code"):
        yield from _of_wave(wave, agency, agencies)


def _of_wave(wave: Wave, agency: Agency, agencies: set[int]) -> Iterator[Line]:
    cells = cells_of(wave, agencies)
    large = {cell: answers for cell, answers in cells.items() if answers >= FEWEST_FOR_DAY}
    week = comments_of(wave, agencies, large).filter(
        answered_on__gte=clock.today() - timedelta(days=7), answered_on__lt=clock.today()
    )
    new = dict(week.order_by().values_list("service").annotate(Count("pk")))
    listed = comments_of(wave, agencies, cells).order_by()
    found = {pk: counts for pk, *counts in listed.values_list("service").annotate(**COUNTS)}
    services = Service.objects.in_bulk(list(found))
    tell_new = {service for service, _channel in large}
    for pk, service in sorted(services.items(), key=lambda item: item[1].code):
        shown = new.get(pk, 0) if pk in tell_new else None
        yield Line(wave, agency, service, shown, *found[pk])


def _mail(user: User, lines: Iterable[Line]) -> EmailMessage:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("What citizens wrote: this week at %(agency)s") % {"agency": user.agency}
        end = _("No mail of this kind any more:")
        off = whole(reverse("analytics:digest"))
        return EmailMessage(subject, f"{_body(lines)}\n{end}\n{off}\n", to=[user.email])


def _body(lines: Iterable[Line]) -> str:
    said, wave = [], None
    for line in lines:
        if line.wave != wave:
            wave = line.wave
            page = reverse("analytics:comments", args=[wave.code, line.agency.code])
            said.append(f"{wave.title}\n{whole(page)}\n")
        said.append(_words(line))
    return "\n".join(said)


def _words(line: Line) -> str:
    week = [] if line.new is None else [_("new this week: %(n)s") % {"n": line.new}]
    numbers = [
        *week,
        _("not read: %(n)s") % {"n": line.unread},
        _("of these may name a danger: %(n)s") % {"n": line.danger},
        _("without a reply: %(n)s") % {"n": line.awaiting},
    ]
    return "\n".join([str(line.service), *(f"- {number}" for number in numbers), ""])
