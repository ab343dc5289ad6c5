"""Who is told of an alert, and how: by mail as each person chose, by one signed webhook."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from standardwebhooks.webhooks import Webhook

from analytics.alerts.kinds import KINDS
from analytics.models import Alert, AlertChoice, AlertMail
from surveys import clock
from surveys.access import Visitor, may_see_every_agency, may_see_figures, visible_agencies
from surveys.addresses import whole
from surveys.models import User
from surveys.sampling.gateways import GatewayDown, NotNow, Undeliverable, judge, signed_post

logger = logging.getLogger(__name__)
WEEK = timedelta(days=7)


def alerts_for(user: Visitor) -> QuerySet[Alert]:
    """The alerts that `user` may know of: of their own agencies; for OPDC all."""
    alerts = Alert.objects.select_related("agency", "wave")
    if not may_see_every_agency(user):
        alerts = alerts.filter(agency__in=visible_agencies(user).values("pk"))
    return alerts


def choice_of(user: User) -> AlertChoice:
    """As it was chosen; else whoever sees every agency is told once a week."""
    how = AlertChoice.How.WEEKLY if may_see_every_agency(user) else AlertChoice.How.DAILY
    return AlertChoice.objects.filter(user=user).first() or AlertChoice(user=user, how=how)


def tell() -> None:
    """Everybody who wants to know of what stands, each once."""
    if Alert.objects.filter(ended_on=None).exists():
        for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk"):
            if may_see_figures(user):
                try:
                    _tell(user)
                except OSError:  # of the mail server; the next look tries again
                    logger.warning("alerts: a mail could not be sent")
    post_all()


@transaction.atomic
def _tell(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    choice = choice_of(user)
    alerts = list(_due(user, choice))
    if not alerts:
        return
    now = clock.now()
    AlertMail.objects.bulk_create(AlertMail(alert=a, user=user, sent_at=now) for a in alerts)
    choice.told_on = clock.today()
    choice.save()
    _mail(user, choice, alerts).send()


def _due(user: User, choice: AlertChoice) -> QuerySet[Alert]:
    today = clock.today()
    weekly = choice.how == AlertChoice.How.WEEKLY
    waits = weekly and choice.told_on is not None and today < choice.told_on + WEEK
    snoozes = choice.snoozed_until is not None and today < choice.snoozed_until
    if choice.how == AlertChoice.How.NEVER or waits or snoozes:
        return Alert.objects.none()
    wanted = alerts_for(user).filter(ended_on=None).exclude(kind__in=choice.without)
    return wanted.exclude(mails__user=user).order_by("agency__code", "kind")


def _mail(user: User, choice: AlertChoice, alerts: Sequence[Alert]) -> EmailMessage:
    with translation.override(choice.language):
        subject = ngettext(
            "Citizen satisfaction: %(number)s alert",
            "Citizen satisfaction: %(number)s alerts",
            len(alerts),
        ) % {"number": len(alerts)}
        closing = _("All alerts, and how you are told of them:")
        text = [*map(_paragraph, alerts), f"{closing}\n{whole(reverse('analytics:alerts'))}"]
        return EmailMessage(
            subject,
            "\n\n".join(text),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": choice.language},
        )


def _paragraph(alert: Alert) -> str:
    kind = KINDS[alert.kind]
    page = whole(reverse("analytics:agency_alerts", args=[alert.agency.code]))
    return f"{kind.icon} {alert.agency}: {kind.name}\n{kind.sentence(alert.facts)}\n{page}"


def post_all() -> None:
    """What begins and what ends, each once, to the address that the operator named."""
    if not settings.ALERT_HOOK_URL:
        return
    with requests.Session() as session:
        try:
            webhook = Webhook(settings.ALERT_HOOK_SECRET)
            for alert, event, field in _to_post():
                if _is_taken(session, webhook, alert, event):
                    setattr(alert, field, clock.now())
                    alert.save(update_fields=[field])
        except GatewayDown as error:
            logger.warning("alerts: the webhook is down: %s", error)
        except ValueError:
            logger.warning("alerts: ALERT_HOOK_SECRET cannot be used")


def _to_post() -> Iterator[tuple[Alert, str, str]]:
    began, ended = Q(beginning_posted_at=None), Q(end_posted_at=None, ended_on__isnull=False)
    for alert in Alert.objects.filter(began | ended).select_related("agency", "wave"):
        if alert.beginning_posted_at is None:
            yield alert, "alert.began", "beginning_posted_at"
        if alert.ended_on is not None and alert.end_posted_at is None:
            yield alert, "alert.ended", "end_posted_at"


def _is_taken(session: requests.Session, webhook: Webhook, alert: Alert, event: str) -> bool:
    """One that is refused keeps the others from nobody; the next look tries it again."""
    try:
        _post(session, webhook, alert, event)
    except GatewayDown:
        raise
    except (NotNow, Undeliverable) as error:
        logger.warning("alerts: the webhook did not take %s of %s: %s", event, alert.pk, error)
        return False
    return True


def _post(session: requests.Session, webhook: Webhook, alert: Alert, event: str) -> None:
    day = alert.began_on if event == "alert.began" else alert.ended_on
    assert day is not None
    body = {
        "type": event,
        "timestamp": clock.now().isoformat(),
        "data": {
            "alert": alert.pk,
            "kind": alert.kind,
            "agency": alert.agency.code,
            "wave": alert.wave.code,
            "day": day.isoformat(),
            "facts": alert.facts,
            "page": whole(reverse("analytics:agency_alerts", args=[alert.agency.code])),
        },
    }
    name = f"{event}.{alert.pk}"
    judge(signed_post(session, webhook, settings.ALERT_HOOK_URL, name, body))
