"""How many answers of an agency came on which day, kept as they are folded while a wave is open:
whoever watches it looks through none of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate

from analytics.models import DayCount
from responses.ledger.appending import Batch
from responses.models import JournalEntry, Response
from surveys import clock
from surveys.models import Wave
from surveys.rows import add_up

KEY = ("wave_id", "agency_id", "day")


def note(wave: Wave, batch: Batch) -> None:
    """Add those that came for the first time; to be called while the wave is held, and before the
    journal lets them go."""
    if wave.state != Wave.State.OPEN:
        return
    if not DayCount.objects.filter(wave=wave).exists():
        _add(wave, _folded_before(wave))
    came: Counter[Any] = Counter()
    for pk, revision in batch.named:
        if revision == 1 and (row := batch.rows.get(pk)):
            came[row["service__agency_id"], clock.day_of(row["received_at"])] += 1
    _add(wave, came)


def forget(wave: Wave) -> None:
    """Of a wave that is over nobody asks."""
    DayCount.objects.filter(wave=wave).delete()


def _add(wave: Wave, came: Counter[Any]) -> None:
    adapted = connection.ops.adapt_datefield_value
    rows = [(wave.pk, agency, adapted(day), number) for (agency, day), number in came.items()]
    if rows:
        add_up(DayCount._meta.db_table, KEY, "answers", rows)


def _folded_before(wave: Wave) -> Counter[Any]:
    """Of a wave that was folded before days were kept: all that no longer wait in the journal, in
    one statement, for others come in meanwhile."""
    rows = (
        Response.objects.filter(wave=wave)
        .exclude(pk__in=RawSQL(_WAITING[connection.vendor], [wave.pk]))  # noqa: S611
        .order_by()
        .annotate(day=TruncDate("received_at"))
        .values_list("service__agency", "day")
        .annotate(Count("pk"))
    )
    return Counter({(agency, day): number for agency, day, number in rows})


_JOURNAL = JournalEntry._meta.db_table
_WAITING = {
    "postgresql": "SELECT jsonb_array_elements_text(response_ids)::bigint"  # noqa: S608
    f" FROM {_JOURNAL} WHERE wave_id = %s AND revision = 1",
    "sqlite": f"SELECT value FROM {_JOURNAL}, json_each(response_ids)"  # noqa: S608
    " WHERE wave_id = %s AND revision = 1",
}
