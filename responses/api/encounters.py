"""Encounters that an agency's system reports: each is stored or refused for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from responses.api.batch import REJECTED
from responses.api.reading import EncounterBatch, EncounterItem, MalformedError, decode
from responses.api.sending import Reason, Refused
from responses.models.collecting_system import Sender
from surveys.models import Encounter, Wave
from surveys.rejections import Rejected
from surveys.sampling.encounters import EncounterLog, LogClosed, Report


def receive_encounters(sender: Sender, batch: EncounterBatch) -> list[dict[str, Any]]:
    """What became of each, in the order sent. Raise Refused where none can be taken."""
    if not sender.reports_encounters:
        message = _("This key may not report encounters. The survey office can allow it.")
        raise Refused(Reason.NOT_ALLOWED, "", message)
    wave = Wave.objects.filter(code=batch.wave).first()
    if wave is None:
        message = _("There is no wave %(wave)s.") % {"wave": batch.wave}
        raise Refused(Reason.INVALID, "wave", message)
    try:
        log = EncounterLog(wave, agencies=sender.agencies, channels=sender.channels)
        return _store(log, batch.encounters)
    except LogClosed as error:
        raise Refused(Reason.NOT_OPEN, "wave", str(error)) from None


def _store(log: EncounterLog, items: Sequence[msgspec.Raw]) -> list[dict[str, Any]]:
    checked: list[Encounter] = []
    results: list[dict[str, Any] | None] = []
    for index, raw in enumerate(items):
        try:
            checked.append(log.check(_report(decode(raw, EncounterItem))))
            results.append(None)
        except MalformedError as error:
            results.append(_result(index, REJECTED, dict(error.errors)))
        except Rejected as rejected:
            results.append(_rejected(index, rejected))
    stored = iter(log.store(checked))
    return [result or _stored(index, next(stored)) for index, result in enumerate(results)]


def _report(item: EncounterItem) -> Report:
    sent = {
        name: value for name, value in msgspec.structs.asdict(item).items() if value is not None
    }
    return Report(**sent)


def _stored(index: int, became: str | Rejected) -> dict[str, Any]:
    return _rejected(index, became) if isinstance(became, Rejected) else _result(index, became, {})


def _rejected(index: int, rejected: Rejected) -> dict[str, Any]:
    return _result(index, REJECTED, {rejected.field: rejected.why})


def _result(index: int, status: str, errors: dict[str, str]) -> dict[str, Any]:
    return {"index": index, "status": status, "errors": errors}
