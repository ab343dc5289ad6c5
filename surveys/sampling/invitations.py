"""Sending invitations and reminders, so that a crash sends at most one message twice.

An invitation is claimed, sent, and then recorded as sent: whoever is left in a claim is tried again
under the same message id. A reminder is recorded before it is sent and never tried again. So, from
the first sending on, what is stored about an invitation is the same whether its citizen has
answered or not: nobody can tell from it.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from surveys import clock
from surveys.acts import record
from surveys.models import Act, Ballot, Contact, Draw, Invitation, Mailing, User, Wave
from surveys.sampling.ballots import ballot_of, is_usable, stop_code_of
from surveys.sampling.gateways import GatewayDown, Gateways, NotNow, Undeliverable
from surveys.sampling.messages import compose
from surveys.sampling.opt_out import is_opted_out, refuse
from surveys.sampling.sealing import UnsealError, unseal

logger = logging.getLogger(__name__)

State = Invitation.State
LOST_AFTER = timedelta(minutes=5)
"""An invitation whose worker has been silent this long is tried again."""
ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
AT_ONCE = 50
REMINDED_AT_ONCE = 20
"""How many reminders a crash may lose."""
WAKING_HOURS = range(9, 20)
"""When a telephone may ring, in Thailand."""


def start_mailing(draw: Draw, user: User | None) -> Mailing:
    """Let the invitations of a draw go out; once started it stays as it was."""
    mailing, created = Mailing.objects.get_or_create(
        draw=draw, defaults={"started_by": user, "started_at": clock.now()}
    )
    if created:
        record(Act.What.SEND, draw.wave, user, draw=draw.number)
    return mailing


def pause_mailing(mailing: Mailing, *, paused: bool) -> None:
    Mailing.objects.filter(pk=mailing.pk).update(paused=paused)
    wave, number = mailing.draw.wave, mailing.draw.number
    record(Act.What.CHANGE, wave, draw=number, sending="paused" if paused else "resumed")


def send_due(seconds: float = 50) -> Counter[str]:
    """Send what is due, for about so long. Returns how many went which way."""
    until, done = time.monotonic() + seconds, Counter[str]()
    with Gateways() as gateways:
        for contact in _until(until, _waiting):
            if _claim(contact):
                done[_invite(contact, gateways)] += 1
        for contact in _until(until, _take_for_reminding):
            _remind(contact, gateways)
            done["due for a reminder"] += 1
    if done:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
        logger.info("invitations: %s", counts)
    return done


def _until(moment: float, next_ones: Callable[[], list[Contact]]) -> Iterator[Contact]:
    """One after another, as long as there are any and there is time."""
    while time.monotonic() < moment and (contacts := next_ones()):
        yield from contacts


def _of_running_mailings() -> QuerySet[Contact]:
    return Contact.objects.select_related("invitation").filter(
        invitation__cell__draw__mailing__paused=False,
        invitation__cell__draw__wave__state=Wave.State.OPEN,
    )


def _waiting() -> list[Contact]:
    """Those to be invited now, in an order that says nothing: keys are random."""
    now = clock.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LOST_AFTER)
    due = Q(due_at=None) | Q(due_at__lte=now)
    waiting = _of_running_mailings().filter(free, due, invitation__state=State.WAITING)
    return list(waiting.order_by("pk")[:AT_ONCE])


def _claim(contact: Contact) -> bool:
    """False where another worker has it, has had it meanwhile, or it is gone: whatever becomes of a
    contact changes when it is due next."""
    unchanged = Contact.objects.filter(
        pk=contact.pk, claimed_at=contact.claimed_at, due_at=contact.due_at
    )
    claimed = unchanged.update(claimed_at=clock.now(), attempts=F("attempts") + 1)
    contact.attempts += 1
    return bool(claimed)


def _invite(contact: Contact, gateways: Gateways) -> str:
    """Send one invitation that has been claimed, and record what became of it."""
    try:
        sent_to = unseal(contact.sealed)
    except UnsealError:
        logger.error("an invitation cannot be opened: CONTACT_KEYS lacks its key")
        return _put_off(contact, LONGEST_WAIT, counts=False)
    ballot = ballot_of(sent_to["token"])
    if ballot is None or not is_usable(ballot):
        return _too_late(contact, ballot)
    if is_opted_out(sent_to["kind"], sent_to["address"]):
        with transaction.atomic():
            refuse(contact)
        return "opted out"
    if wait := _until_morning(sent_to["kind"]):
        return _put_off(contact, wait, counts=False)
    Contact.objects.filter(pk=contact.pk).update(stop_code=stop_code_of(sent_to["token"]))
    try:
        gateways.send(compose(contact, sent_to, ballot))
    except Undeliverable:
        return _failed(contact)
    except GatewayDown as error:
        return _put_off(contact, error.after or FIRST_WAIT, counts=False)
    except NotNow as error:
        if contact.attempts >= ATTEMPTS:
            return _failed(contact)
        wait = min(FIRST_WAIT * 2 ** (contact.attempts - 1), LONGEST_WAIT)
        return _put_off(contact, max(wait, error.after or wait), counts=True)
    return _sent(contact)


def _sent(contact: Contact) -> str:
    with transaction.atomic():
        # The contact before the invitation, as whoever opts out: then nobody waits in a ring.
        this = Contact.objects.filter(pk=contact.pk)
        if settings.INVITATION_REMINDER_DAYS:
            this.update(claimed_at=None, attempts=0, due_at=_reminder_due(0))
        else:
            this.delete()
        # Whoever opted out meanwhile stays so.
        Invitation.objects.filter(pk=contact.pk, state=State.WAITING).update(
            state=State.SENT, sent_on=clock.today()
        )
    return "sent"


def _failed(contact: Contact) -> str:
    with transaction.atomic():
        Contact.objects.filter(pk=contact.pk).delete()
        Invitation.objects.filter(pk=contact.pk, state=State.WAITING).update(state=State.FAILED)
    return "undeliverable"


def _put_off(contact: Contact, wait: timedelta, *, counts: bool) -> str:
    """Try again after `wait`; `counts`: as one of the attempts that are made."""
    Contact.objects.filter(pk=contact.pk).update(
        claimed_at=None,
        due_at=clock.now() + wait,
        attempts=contact.attempts if counts else contact.attempts - 1,
    )
    return "put off"


def _too_late(contact: Contact, ballot: Ballot | None) -> str:
    """Before the wave's first day there is time; after the ballot's last day there is nothing left
    to invite to, and the invitation stays unsent."""
    if ballot and clock.today() < ballot.cell.draw.wave.starts_on:
        return _put_off(contact, LONGEST_WAIT, counts=False)
    contact.delete()
    return "too late"


def _until_morning(kind: str) -> timedelta | None:
    """How long a telephone is left alone; mail waits by itself."""
    now = timezone.localtime(clock.now())
    if kind == "email" or now.hour in WAKING_HOURS:
        return None
    morning = now.replace(hour=WAKING_HOURS.start, minute=0, second=0, microsecond=0)
    return (morning if now < morning else morning + timedelta(days=1)) - now


def _reminder_due(number: int) -> datetime:
    """When the reminder of this number, from 0, is due: in the morning, counted from today."""
    days = settings.INVITATION_REMINDER_DAYS
    gap = days[number] - (days[number - 1] if number else 0)
    morning = timezone.localtime(clock.now()).replace(
        hour=WAKING_HOURS.start, minute=0, second=0, microsecond=0
    )
    return morning + timedelta(days=gap)


@transaction.atomic
def _take_for_reminding() -> list[Contact]:
    """The next few whose reminder is due, recorded as reminded: those for whom it is the last are
    forgotten with it, but for what is returned."""
    if timezone.localtime(clock.now()).hour not in WAKING_HOURS:
        return []
    due = _of_running_mailings().filter(due_at__lte=clock.now(), invitation__state=State.SENT)
    taken = list(due.select_for_update(of=("self",)).order_by("reminders", "pk")[:REMINDED_AT_ONCE])
    planned = len(settings.INVITATION_REMINDER_DAYS)
    keys: dict[int, list[Any]] = {}
    for contact in taken:
        keys.setdefault(contact.reminders + 1, []).append(contact.pk)
    for number, those in keys.items():
        contacts = Contact.objects.filter(pk__in=those)
        if number >= planned:
            contacts.delete()
        else:
            contacts.update(reminders=number, due_at=_reminder_due(number))
    return [contact for contact in taken if contact.reminders < planned]


def _remind(contact: Contact, gateways: Gateways) -> None:
    """Send one reminder to whoever has not answered. Nothing of it is recorded or logged."""
    try:
        sent_to = unseal(contact.sealed)
    except UnsealError:
        logger.error("a reminder cannot be opened: CONTACT_KEYS lacks its key")
        return
    if is_opted_out(sent_to["kind"], sent_to["address"]):
        with transaction.atomic():
            refuse(contact)
        return
    ballot = ballot_of(sent_to["token"])
    if ballot is None or not is_usable(ballot):
        return
    with suppress(Undeliverable, NotNow):
        gateways.send(compose(contact, sent_to, ballot))
