"""What is kept and for how long: one list, shown to citizens, told to operators, and carried out
once a day. Each rule works in batches and goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from responses.models import DeviceKey, ImportJob, JournalEntry, KeptPart, Response
from responses.privacy.deleting import delete_responses
from responses.screening.screen import screen
from surveys import act_chain, clock, registry_files
from surveys.acts import record
from surveys.models import Act, Contact, Encounter, User, Wave

BATCH = 2_000
"""Records that go in one transaction."""
UPLOADS_KEPT = timedelta(days=30)
MARKS_KEPT = timedelta(days=1)
SIGN_INS_KEPT = timedelta(days=730)
ACTS_KEPT = timedelta(days=3653)
SESSIONS_IDLE, SESSIONS_KEPT = timedelta(seconds=settings.SESSION_COOKIE_AGE), timedelta(days=14)

Count = dict[str, int]
"""How many records, by the wave they belong to, or by "" where they belong to none."""


@dataclass(frozen=True)
class Rule:
    """What is kept how long; how much of it is due, and the clearing of that."""

    code: str
    what: str | Promise
    how_long: Callable[[], str]
    due: Callable[[], Count]
    clear: Callable[[], Count]
    about_citizens: bool = True


def carry_out(actor: User | None = None) -> dict[str, Count]:
    """Clear all that is due. Returns how much went, by rule; of what is citizens' it is an act."""
    return {rule.code: _clear(rule, actor) for rule in RULES}


def _clear(rule: Rule, actor: User | None) -> Count:
    cleared = rule.clear()
    if cleared and (rule.about_citizens or actor):
        record(Act.What.DELETE, ("retention", rule.code), actor, cleared=cleared)
    return cleared


def due() -> dict[str, Count]:
    """What `carry_out` would clear now."""
    return {rule.code: rule.due() for rule in RULES}


def _batches(records: models.QuerySet) -> Iterator[list[Any]]:
    """Keys of the records, in their order, a batch at a time; those of a batch may be deleted."""
    last = None
    while True:
        page = (
            records.order_by("pk") if last is None else records.filter(pk__gt=last).order_by("pk")
        )
        keys = list(page.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        yield keys
        last = keys[-1]


# Single answers


def _waves_past() -> models.QuerySet[Wave]:
    """Waves whose answers go: closed long enough ago, and all counted. What nobody has counted
    would be lost, so a wave with answers not yet counted keeps them."""
    return Wave.objects.filter(closed_at__lt=clock.now() - settings.ANSWERS_KEPT).exclude(
        models.Exists(JournalEntry.objects.filter(wave=models.OuterRef("pk"))),
        answers_deleted_at=None,
    )


def _answers_due() -> Count:
    waves = ((wave.code, Response.objects.filter(wave=wave).count()) for wave in _waves_past())
    return {code: count for code, count in waves if count}


def delete_expired_answers() -> Count:
    """Delete the responses of waves that closed longer ago than `ANSWERS_KEPT`."""
    deleted = {}
    for wave in _waves_past():
        if not _begin_to_delete(wave):
            continue
        count = 0
        answers = Response.objects.filter(wave=wave)
        for keys in _batches(answers):
            count += delete_responses(answers.filter(pk__gte=keys[0], pk__lte=keys[-1]))
        if count:
            deleted[wave.code] = count
    return deleted


@transaction.atomic
def _begin_to_delete(wave: Wave) -> bool:
    """Noted before the first batch: from here on the wave cannot be counted from its answers."""
    locked = Wave.objects.select_for_update().get(pk=wave.pk)
    if locked.answers_deleted_at:
        return True
    if JournalEntry.objects.filter(wave=wave).exists():
        return False
    Wave.objects.filter(pk=wave.pk).update(answers_deleted_at=clock.now())
    return True


# Marks of devices


def _marked() -> Iterator[tuple[DeviceKey, models.QuerySet[Response]]]:
    """Waves closed long enough ago that still have a row for their key, and the responses that bear
    marks."""
    closed = DeviceKey.objects.filter(wave__closed_at__lt=clock.now() - MARKS_KEPT)
    for key in closed.select_related("wave"):
        yield key, Response.objects.filter(wave=key.wave).exclude(device="")


def _marks_due() -> Count:
    return {key.wave.code: count for key, marked in _marked() if (count := marked.count())}


def clear_marks() -> Count:
    """Destroy keys that outlived their wave, clear the marks, then forget that there was a key."""
    cleared = {}
    for key, marked in _marked():
        DeviceKey.objects.filter(pk=key.pk).exclude(secret="").update(secret="")
        screen(key.wave)  # for the last time, where no worker has
        KeptPart.objects.filter(wave=key.wave).delete()
        count = sum(
            Response.objects.filter(pk__in=keys).update(device="") for keys in _batches(marked)
        )
        DeviceKey.objects.filter(pk=key.pk).delete()
        if count:
            cleared[key.wave.code] = count
    return cleared


# Contacts of those drawn


def _contacts() -> models.QuerySet[Contact]:
    ended = [Wave.State.CLOSED, Wave.State.PUBLISHED]
    return Contact.objects.filter(invitation__cell__draw__wave__state__in=ended)


def _reported_contacts() -> models.QuerySet[Encounter]:
    ended = [Wave.State.CLOSED, Wave.State.PUBLISHED]
    return Encounter.objects.filter(wave__state__in=ended).exclude(contact=None)


def _contacts_due() -> Count:
    count = _contacts().count() + _reported_contacts().count()
    return {"": count} if count else {}


def delete_contacts() -> Count:
    """The last resort: contacts go with the draw or the last reminder, long before."""
    count = 0
    for keys in _batches(_contacts()):
        count += Contact.objects.filter(pk__in=keys).delete()[0]
    for keys in _batches(_reported_contacts()):
        count += Encounter.objects.filter(pk__in=keys).update(contact=None)
    return {"": count} if count else {}


# Files brought by the survey office


def _uploads() -> models.QuerySet[ImportJob]:
    at_work = [ImportJob.State.QUEUED, ImportJob.State.RUNNING]
    old = ImportJob.objects.filter(requested_at__lt=clock.now() - UPLOADS_KEPT)
    prepared = models.Q(state=ImportJob.State.PREPARED)
    return old.exclude(state__in=at_work).filter(
        ~models.Q(file="") | models.Q(report_size__gt=0) | prepared
    )


def _uploads_due() -> Count:
    count = _uploads().count() + registry_files.old(clock.now() - UPLOADS_KEPT).count()
    return {"": count} if count else {}


def forget_old_uploads() -> Count:
    """Delete what was brought long ago: files, and the reports of their rejected rows."""
    count = registry_files.forget_old(clock.now() - UPLOADS_KEPT)
    for job in _uploads():
        job.report_path.unlink(missing_ok=True)
        job.file.delete(save=False)
        if job.state == ImportJob.State.PREPARED:
            job.delete()
        else:
            ImportJob.objects.filter(pk=job.pk).update(file="", report_size=0)
        count += 1
    return {"": count} if count else {}


# Sign-ins of staff


def _sessions() -> models.QuerySet[Session]:
    begun = UserSession.objects.filter(created_at__lt=clock.now() - SESSIONS_KEPT)
    return Session.objects.filter(
        models.Q(expire_date__lt=clock.now()) | models.Q(pk__in=begun.values("session_key"))
    )


def _sessions_due() -> Count:
    count = _sessions().count()
    return {"": count} if count else {}


def delete_sessions() -> Count:
    count, _by_model = _sessions().delete()
    ended = ~models.Exists(Session.objects.filter(pk=models.OuterRef("session_key")))
    UserSession.objects.filter(ended).delete()
    return {"": count} if count else {}


# The record of acts

SIGN_INS = [Act.What.SIGN_IN, Act.What.SIGN_OUT, Act.What.FAILED]
OTHER_ACTS = [what for what in Act.What if what not in SIGN_INS]


def _acts(what: list[Act.What], kept: timedelta) -> models.QuerySet[Act]:
    return act_chain.old(clock.now() - kept, what)


def _acts_due(what: list[Act.What], kept: timedelta) -> Count:
    count = _acts(what, kept).count()
    return {"": count} if count else {}


def forget_acts(what: list[Act.What], kept: timedelta) -> Count:
    count = sum(
        act_chain.empty(Act.objects.filter(pk__in=keys)) for keys in _batches(_acts(what, kept))
    )
    return {"": count} if count else {}


def _days(span: timedelta) -> str:
    """In years or months where it is a number of them, otherwise in days."""
    months = round(span.days / 30.4375)
    if months >= 60 and months % 12 == 0:
        return ngettext("%(n)d year", "%(n)d years", months // 12) % {"n": months // 12}
    if months >= 2 and abs(span.days - months * 30.4375) < 2:
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    return ngettext("%(n)d day", "%(n)d days", span.days) % {"n": span.days}


def _after_closing() -> str:
    return str(_("until %(span)s after the survey has closed")) % {
        "span": _days(settings.ANSWERS_KEPT)
    }


RULES = [
    Rule(
        "answers",
        _("Single answers, with what was changed in them"),
        _after_closing,
        _answers_due,
        delete_expired_answers,
    ),
    Rule(
        "device marks",
        _("The mark of the device: a keyed hash of network address and browser"),
        lambda: str(
            _("until the survey closes: then the key goes at once, and the mark within two days")
        ),
        _marks_due,
        clear_marks,
    ),
    Rule(
        "contacts",
        _("Addresses of those who were drawn to be asked, encrypted"),
        lambda: str(_("until the last reminder; at the latest a day after the survey has closed")),
        _contacts_due,
        delete_contacts,
    ),
    Rule(
        "uploads",
        _("Files of answers that an office brings, and the reports of their rejected rows"),
        lambda: str(
            _("files until their rows are stored, at the latest %(span)s; reports %(span)s")
            % {"span": _days(UPLOADS_KEPT)}
        ),
        _uploads_due,
        forget_old_uploads,
    ),
    Rule(
        "sessions",
        _("Open sessions of staff"),
        lambda: str(
            _("%(hours)d hours from their last use, at the latest %(span)s")
            % {"hours": SESSIONS_IDLE.total_seconds() // 3600, "span": _days(SESSIONS_KEPT)}
        ),
        _sessions_due,
        delete_sessions,
        about_citizens=False,
    ),
    Rule(
        "sign-ins",
        _("Who signed in and out, when, in which session"),
        lambda: _days(SIGN_INS_KEPT),
        partial(_acts_due, SIGN_INS, SIGN_INS_KEPT),
        partial(forget_acts, SIGN_INS, SIGN_INS_KEPT),
        about_citizens=False,
    ),
    Rule(
        "acts",
        _("What staff did, when, in which session"),
        lambda: _days(ACTS_KEPT),
        partial(_acts_due, OTHER_ACTS, ACTS_KEPT),
        partial(forget_acts, OTHER_ACTS, ACTS_KEPT),
        about_citizens=False,
    ),
]
