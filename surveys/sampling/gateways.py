"""How a message leaves: e-mail by Django's mail, SMS and LINE by one signed HTTP request to a
gateway (Standard Webhooks). Either says one of three things where it fails."""

from __future__ import annotations

import json
import smtplib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from surveys import clock
from surveys.outside import AS_IT_IS, body_of
from surveys.sampling.messages import Message

TIMEOUT = (5, 20)
"""Seconds to connect to the gateway, and to wait for its answer."""
NO_GATEWAY = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)


class Undeliverable(Exception):
    """This address cannot be reached; trying again would not help."""


class NotNow(Exception):
    """This message could not be taken. It may be tried again, not before `after` has passed where
    the gateway said so."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class GatewayDown(NotNow):
    """Nothing can go this way at present, whoever it is for."""


class Gateways:
    """The ways out. One that is down is left alone for the rest of the run."""

    def __init__(self) -> None:
        self._down: dict[str, GatewayDown] = {}

    def __enter__(self) -> Gateways:
        return self

    def __exit__(self, *_exception: object) -> None:
        if "_mail" in vars(self):
            self._mail.close()
        if "_session" in vars(self):
            self._session.close()

    def send(self, message: Message) -> None:
        """Raise Undeliverable, NotNow or GatewayDown. Nothing in them names the citizen."""
        way = "email" if message.kind == "email" else "hook"
        if way in self._down:
            raise self._down[way]
        try:
            if way == "email":
                self._send_mail(message)
            else:
                self._send_to_hook(message)
        except GatewayDown as error:
            self._down[way] = error
            raise

    @cached_property
    def _mail(self) -> BaseEmailBackend:
        connection: BaseEmailBackend = get_connection()
        return connection

    @cached_property
    def _webhook(self) -> Webhook:
        """Raise GatewayDown where no gateway is named, or its secret is none."""
        if not settings.INVITATION_HOOK_URL:
            raise GatewayDown("no INVITATION_HOOK_URL", NO_GATEWAY)
        try:
            return Webhook(settings.INVITATION_HOOK_SECRET)
        except (EmptyWebhookSecretError, ValueError):
            raise GatewayDown("no usable INVITATION_HOOK_SECRET", NO_GATEWAY) from None

    @cached_property
    def _session(self) -> requests.Session:
        return requests.Session()

    def _send_mail(self, message: Message) -> None:
        try:
            self._mail.open()
            mail_of(message, self._mail).send()
        except smtplib.SMTPRecipientsRefused as error:
            _raise_for(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPDataError as error:
            _raise_for(error.smtp_code)
        except (UnicodeError, ValueError) as error:
            raise Undeliverable(type(error).__name__) from None
        except OSError as error:  # the rest of smtplib's errors too
            self._mail.close()
            raise GatewayDown(type(error).__name__) from None

    def _send_to_hook(self, message: Message) -> None:
        webhook = self._webhook
        body = {
            "id": message.id,
            "kind": message.kind,
            "address": message.address,
            "language": message.language,
            "text": message.text,
            "link": message.link,
        }
        judge(signed_post(self._session, webhook, settings.INVITATION_HOOK_URL, message.id, body))


def signed_post(
    session: requests.Session, webhook: Webhook, url: str, name: str, body: dict[str, Any]
) -> requests.Response:
    """Post `body` as JSON, signed, under a name by which a repeat is known."""
    text = json.dumps(body, ensure_ascii=False)
    at = datetime.now(UTC)  # the gateway compares it with its own clock
    try:
        answer = session.post(
            url,
            data=text.encode(),
            headers={
                **AS_IT_IS,
                "Content-Type": "application/json",
                "webhook-id": name,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": webhook.sign(name, at, text),
            },
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
        body_of(answer)  # of no use, but read the connection serves again
        return answer
    except requests.RequestException as error:
        raise GatewayDown(type(error).__name__) from None


def mail_of(message: Message, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail, which can be unsubscribed from with one click [RFC 8058]."""
    domain = urlsplit(settings.PUBLIC_URL).hostname
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.address],
        connection=connection,
        headers={
            "Message-ID": f"<{message.id}@{domain}>",
            "List-Unsubscribe": f"<{message.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    mail.attach_alternative(message.html, "text/html")
    return mail


def _raise_for(smtp_code: int) -> None:
    if smtp_code >= 500:
        raise Undeliverable(str(smtp_code)) from None
    raise NotNow(str(smtp_code)) from None


def judge(answer: requests.Response) -> None:
    """2xx: taken. 410, 422: this address cannot be reached. 401, 403, 429, 503 and redirects, which
    are not followed: nothing can go now. Anything else: not this message now."""
    status = answer.status_code
    if 200 <= status < 300:
        return
    if status in (410, 422):
        raise Undeliverable(str(status))
    after = retry_after(answer.headers.get("Retry-After", ""))
    if status in (401, 403, 429, 503) or 300 <= status < 400:
        raise GatewayDown(str(status), after)
    raise NotNow(str(status), after)


def retry_after(text: str) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date, at most a day. None for nonsense."""
    try:
        if text.strip().isdecimal():
            wait = timedelta(seconds=min(int(text), LONGEST_WAIT.total_seconds()))
        else:
            wait = parsedate_to_datetime(text) - clock.now()
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)
