"""What the figures of a running wave rest on: counts that move at most daily, ten answers at once.

Whoever looks at a figure before and after one answer would read that answer's rating from the
difference. So each service and channel has a stated count beside the present one, and everything
that shows ratings is computed from the stated one. It is brought up to date at most once a day,
and only where ten answers or more are new (and none, or ten, are gone). What two figures of two
days differ by is then made of such steps, however they are added up or subtracted. Counts of
answers alone move at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum

from analytics.counting import tally
from analytics.models import Statement, TallyCell
from responses.models import Response
from surveys import clock
from surveys.kinds.rating import RATINGS
from surveys.models import Wave

STEP = 10

Place = tuple[int, int]
"""A service and a channel, by primary key."""


def moves_in_steps(wave: Wave) -> bool:
    """Whether answers come in one by one, and the method declares steps. Once the last day is over
    figures are of all answers; the first edition knew no steps."""
    open_still = wave.state == Wave.State.OPEN and clock.today() <= wave.ends_on
    return open_still and wave.declared_method().edition > 1


def shown_count(wave: Wave) -> str:
    """The column of the tally that figures are made of."""
    return "stated" if moves_in_steps(wave) else "count"


@transaction.atomic
def restate(wave: Wave) -> date | None:
    """Bring the stated counts up to date where a step is due. Returns the day of the last one."""
    tally.lock(wave)
    today = clock.today()
    last = Statement.objects.filter(wave=wave).values_list("stated_on", flat=True).first()
    if (last and last >= today) or not _advance(wave):
        return last
    Statement.objects.update_or_create(wave=wave, defaults={"stated_on": today})
    return today


_UNIT = "question, service_id, channel_id, selection, screened"
"""Every figure is a sum of these, or of parts with weights of their own."""
_TABLE = TallyCell._meta.db_table
_CHANGES = (
    f"SELECT {_UNIT}, SUM(count - stated) AS change FROM {_TABLE}"  # noqa: S608
    f" WHERE wave_id = %s AND value BETWEEN %s AND %s GROUP BY {_UNIT}, value"
)
_ADVANCE = (
    f"UPDATE {_TABLE} SET stated = count"  # noqa: S608
    " WHERE wave_id = %s AND value BETWEEN %s AND %s AND stated <> count"
    f" AND ({_UNIT}) IN (SELECT {_UNIT} FROM ({_CHANGES}) AS changes GROUP BY {_UNIT}"
    " HAVING SUM(ABS(change)) > 0"
    f" AND SUM(CASE WHEN change > 0 THEN change ELSE 0 END) NOT BETWEEN 1 AND {STEP - 1}"
    f" AND SUM(CASE WHEN change < 0 THEN -change ELSE 0 END) NOT BETWEEN 1 AND {STEP - 1})"
)


def _advance(wave: Wave) -> int:
    """Added and taken away are counted apart: one that is gone among many that came would stand
    out by its sign."""
    of_wave = [wave.pk, RATINGS[0], RATINGS[-1]]
    with connection.cursor() as cursor, _without_loops(cursor):
        cursor.execute(_ADVANCE, of_wave * 2)
        return int(cursor.rowcount)


@contextmanager
def _without_loops(cursor: Any) -> Iterator[None]:
    """Of a table that PostgreSQL has not analysed yet it expects a few rows, and would look through
    all of them for each."""
    if connection.vendor != "postgresql":
        yield
        return
    cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def answers_since(
    wave: Wave, question: str, in_figures: Collection[tuple[int, str]], agencies: dict[int, int]
) -> dict[Place, int]:
    """How many answers to a question have come since the last statement, by place.

    in_figures  agency and selection (open, drawn) of the answers that the figures rest on; of an
                agency without any, both are counted.
    """
    method = wave.declared_method()
    with_figures = {agency for agency, _selection in in_figures}
    rows = (
        TallyCell.objects.filter(wave=wave, question=question, value__in=RATINGS)
        .filter(**({} if method.screened == "count" else {"screened": False}))
        .exclude(selection=Response.Selection.OWN)
        .order_by()
        .values_list("service_id", "channel_id", "selection")
        .annotate(since=Sum(F("count") - F("stated")))
        .filter(since__gt=0)
    )
    since: dict[Place, int] = {}
    for service, channel, selection, number in rows:
        agency = agencies[service]
        if agency not in with_figures or (agency, selection) in in_figures:
            since[service, channel] = since.get((service, channel), 0) + number
    return since
