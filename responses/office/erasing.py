"""Erasing for people who have a receipt and no private code: they write to the office."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from responses.intake.door import erase
from responses.models import Response
from responses.receipts.receipt import read_code
from surveys.acts import record
from surveys.models import Act, User


class NotErased(Exception):
    """The message says why."""


@transaction.atomic
def erase_on_request(typed: str, actor: User | None = None, **detail: str) -> Response:
    """Erase the response with this receipt for good; the act says so. Raise NotErased."""
    code = read_code(typed)
    response = Response.objects.filter(receipt=code or "").select_related("wave").first()
    if response is None:
        raise NotErased(_("No response has the receipt %(code)s.") % {"code": typed})
    if response.disposition == Response.Disposition.ERASED:
        raise NotErased(_("%(code)s is erased already.") % {"code": code})
    erase(response, reason="erased by the office")
    record(Act.What.ERASE, ("response", response.receipt), actor, wave=response.wave.code, **detail)
    return response
