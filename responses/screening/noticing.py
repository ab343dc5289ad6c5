"""What comes or changes is noted for the next screening of its agency, by the journal that counting
goes by: screening need not look through the responses for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import transaction

from responses.models import AgencyScreening, JournalEntry, Response, Unscreened
from surveys.models import Wave
from surveys.rows import among

AT_ONCE = 4_096
NOTED = ("pk", "service__agency_id", "disposition")
_noted = itemgetter(*NOTED)


def notice(
    wave: Wave, entries: Iterable[JournalEntry], rows: Mapping[int, Mapping[str, Any]]
) -> None:
    """Note those of these responses, given by key with at least `NOTED`, that the journal entries
    name and that have not been noticed. The caller holds the wave's lock, and deletes the
    entries."""
    new = {pk for entry in entries if not entry.noticed for pk in entry.response_ids}
    _note(wave, [_noted(row) for pk, row in rows.items() if pk in new])


def notice_waiting(wave: Wave) -> None:
    """The same of what nobody has counted yet."""
    waiting = JournalEntry.objects.filter(wave=wave, noticed=False)
    if not waiting.exists():
        return
    with transaction.atomic():
        Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        entries = list(waiting)
        keys = sorted(set(chain.from_iterable(entry.response_ids for entry in entries)))
        for start in range(0, len(keys), AT_ONCE):
            found = Response.objects.filter(pk__in=among(keys[start : start + AT_ONCE]))
            _note(wave, list(found.values_list(*NOTED)))
        JournalEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(noticed=True)


def _note(wave: Wave, responses: list[tuple[int, int, str]]) -> None:
    if not responses or wave.declared_method().screening is None:
        return
    # Once an agency is screened for the last time nothing changes what was found.
    done = set(
        AgencyScreening.objects.filter(wave=wave, final=True).values_list("agency", flat=True)
    )
    noted: dict[tuple[int, bool], list[int]] = {}
    for pk, agency, disposition in responses:
        key = agency, disposition == Response.Disposition.ERASED
        if key[0] not in done:
            noted.setdefault(key, []).append(pk)
    Unscreened.objects.bulk_create(
        Unscreened(wave=wave, agency_id=agency, erased=erased, response_ids=keys, number=len(keys))
        for (agency, erased), keys in noted.items()
    )
