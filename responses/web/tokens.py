"""Signed tokens of the citizen's form: what a browser may do, without a cookie or an account."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core import signing

from responses.intake.door import Received
from responses.intake.doors import link_at, with_its_place
from responses.intake.finding import with_receipt
from responses.models import TRACELESS, Response
from surveys import clock
from surveys.models import EntryPoint

# A poster's page may stay open on a shared screen for a working day.
FORM_AGE = timedelta(hours=12)
# After this the phone may be in other hands.
DETAILS_AGE = timedelta(hours=1)
THANKS_AGE = timedelta(hours=24)
# What is stored about an answer stays open so long after its private code was typed.
OWNER_AGE = timedelta(minutes=30)

_FORM = "responses.form"
_ANSWERED = "responses.answered"
_OWNER = "responses.owner"
_INVITED = "responses.answered.invited"


class ExpiredError(Exception):
    """The token is not ours, belongs to another link, or is too old."""


def new_form(entry: EntryPoint) -> str:
    """A token for one form shown behind one link: it names the submission."""
    issued = int(clock.now().timestamp())
    return signing.dumps([entry.pk, issued, secrets.token_urlsafe(18)], salt=_FORM)


class SentForm(NamedTuple):
    """`key`: under which what this form sends is stored. `issued_at`: when it was shown."""

    key: str
    issued_at: datetime


def read_form(token: str, entry: EntryPoint) -> SentForm:
    """Raise ExpiredError."""
    try:
        entry_id, issued, key = signing.loads(token, salt=_FORM)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ExpiredError from error
    form = SentForm(f"web:{key}", datetime.fromtimestamp(issued, UTC))
    if entry_id != entry.pk or clock.now() - form.issued_at > FORM_AGE:
        raise ExpiredError
    return form


def for_response(response: Response | Received, since: datetime | None = None) -> str:
    """A token for whoever sent `response`; the receipt alone opens nothing. `since`: when it was
    sent, where the response itself does not tell (those of invited citizens know the day)."""
    if since is None:
        return signing.dumps(response.receipt, salt=_ANSWERED)
    return signing.dumps([response.receipt, int(since.timestamp())], salt=_INVITED)


def answered(token: str, slug: str, *, max_age: timedelta) -> Response:
    """The response that the token was made for, behind this link; without a link one of an invited
    citizen. Raise ExpiredError."""
    if not slug:
        return _answered_by_invited(token, max_age)
    try:
        receipt = signing.loads(token, salt=_ANSWERED)
    except signing.BadSignature as error:
        raise ExpiredError from error
    response, link = _found(receipt), link_at(slug)
    if response is None or link is None or response.entry_point_id != link.pk:
        raise ExpiredError
    if is_older(response, max_age):
        raise ExpiredError
    return response


def for_owner(receipt: str) -> str:
    """A token for whoever knows the private code of a receipt."""
    return signing.dumps([receipt, int(clock.now().timestamp())], salt=_OWNER)


def owns(token: str, receipt: str) -> bool:
    """Whether the token was made for this receipt, not long ago."""
    try:
        made_for, issued = signing.loads(token, salt=_OWNER)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    age = clock.now().timestamp() - issued
    return bool(made_for == receipt and age <= OWNER_AGE.total_seconds())


def _answered_by_invited(token: str, max_age: timedelta) -> Response:
    try:
        receipt, since = signing.loads(token, salt=_INVITED)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ExpiredError from error
    response = _found(receipt)
    if response is None or response.selection not in TRACELESS:
        raise ExpiredError
    if clock.now().timestamp() - since > max_age.total_seconds():
        raise ExpiredError
    return response


def _found(receipt: str) -> Response | None:
    response = with_receipt(receipt)
    if response is None or response.disposition == Response.Disposition.ERASED:
        return None
    return with_its_place(response)


def is_older(response: Response, age: timedelta) -> bool:
    return clock.now() - response.received_at > age
