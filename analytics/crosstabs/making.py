"""Cross-tabs: asked for, made by a worker, withdrawn once answers in them have changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F

from analytics.crosstabs.columns import Column, columns_of, stored_as
from analytics.crosstabs.counting import count
from analytics.crosstabs.differences import Figure, figures, giving_away
from analytics.crosstabs.months import clear, over, refresh
from analytics.crosstabs.order import Order
from analytics.crosstabs.table import TooLargeError, places_of, stored_columns, tabulated
from analytics.models import CrossTab, StoredMonth
from surveys import clock
from surveys.acts import record
from surveys.leases import lease
from surveys.models import Act, Questionnaire, User, Wave

KEPT = timedelta(days=90)
AGAIN_IN = 2
"""Seconds, where another table is being counted."""
ATTEMPTS = 3
State = CrossTab.State
Why = CrossTab.Why

logger = logging.getLogger(__name__)


@transaction.atomic
def ask(waves: Sequence[Wave], order: Order, user: User) -> CrossTab:
    """The waves are over and have one questionnaire."""
    tab = CrossTab.objects.create(
        order=order.as_data(), requested_by=user, requested_at=clock.now()
    )
    tab.waves.set(waves)
    codes = [wave.code for wave in waves]
    record(Act.What.ORDER, tab, user, waves=codes, **order.as_data())
    transaction.on_commit(lambda: make_crosstab.delay(str(tab.pk)))
    return tab


@shared_task
def make_crosstab(pk: str) -> None:
    """Make one, unless another worker has it. Two are never counted at once: each is held against
    those before it."""
    if not CrossTab.claim(pk, written=0):
        return
    tab = CrossTab.objects.get(pk=pk)
    try:
        _refresh(tab)
        with lease("cross-tabs") as ours:
            if ours:
                _make(tab)
                return
    except TooLargeError:
        _failed(tab, Why.TOO_LARGE)
        return
    except Exception:
        logger.exception("cross-tab %s failed", pk)
        _failed(tab, Why.FAILED)
        return
    CrossTab.objects.filter(pk=pk).update(state=State.QUEUED)
    make_crosstab.apply_async((pk,), countdown=AGAIN_IN)


@shared_task
def requeue_lost_crosstabs() -> None:
    """Send word again of those whose message or worker was lost; forget old ones."""
    CrossTab.objects.filter(requested_at__lt=clock.now() - KEPT).delete()
    for tab in CrossTab.lost():
        make_crosstab.delay(str(tab.pk))


@shared_task
def refresh_months() -> None:
    """Once an hour: the months of waves that are over are those of their answers now."""
    for wave in over():
        with lease(f"months of wave {wave.pk}") as ours:
            if ours:
                refresh(wave)
    clear()


def _failed(tab: CrossTab, why: CrossTab.Why) -> None:
    CrossTab.objects.filter(pk=tab.pk).update(state=State.FAILED, error=why)


def _refresh(tab: CrossTab) -> None:
    def on_rows(rows: int) -> None:
        mine = CrossTab.objects.filter(pk=tab.pk)
        mine.update(written=F("written") + rows, heartbeat=clock.now())

    for wave in over().filter(cross_tabs=tab):
        refresh(wave, on_rows)


def _make(tab: CrossTab) -> None:
    for _attempt in range(ATTEMPTS):
        if _made(tab):
            return
        _refresh(tab)
    _failed(tab, Why.CHANGED)


def _made(tab: CrossTab) -> bool:
    """False where answers have changed while they were counted."""
    waves = list(over().filter(cross_tabs=tab).select_related("questionnaire"))
    if len(waves) != tab.waves.count():
        _failed(tab, Why.DELETED)
        return True
    order, moment, stored = Order.from_data(tab.order), clock.now(), _months(waves)
    months = [each for each in stored if order.holds(f"{each.month:%Y-%m}")]
    if not any(month.rows for month in months):
        _failed(tab, Why.NOBODY)
        return True
    order = replace(order, first=f"{months[0].month:%Y-%m}", last=f"{months[-1].month:%Y-%m}")
    questionnaire = waves[0].questionnaire
    columns = columns_of(questionnaire, waves)
    overall = stored_as(questionnaire.questions.get(is_overall=True))
    counted = count(
        [month.file.path for month in months if month.rows],
        stored_columns(order, columns, overall),
        order.filters(columns),
    )
    table = tabulated(counted, order, columns)
    if not table.counts:
        _failed(tab, Why.NOBODY)
        return True
    keys = [wave.pk for wave in waves]
    new = list(figures(table.counts.items(), order, keys, columns, overall))
    close = giving_away(new, _earlier(tab, questionnaire, columns, overall))
    result = table.as_data(table.hidden(close))
    with transaction.atomic():
        now = StoredMonth.objects.select_for_update().filter(wave__in=waves)
        if {(each.pk, each.mark) for each in now} != {(each.pk, each.mark) for each in stored}:
            return False
        tab.order, tab.result, tab.counted_at = order.as_data(), result, moment
        tab.state, tab.heartbeat = State.DONE, clock.now()
        tab.save(update_fields=["order", "result", "counted_at", "state", "heartbeat"])
    return True


def _months(waves: Sequence[Wave]) -> list[StoredMonth]:
    return list(StoredMonth.objects.filter(wave__in=waves).order_by("month", "wave"))


def _earlier(
    tab: CrossTab, questionnaire: Questionnaire, columns: Mapping[str, Column], overall: str
) -> list[Figure]:
    """The figures of every table of this questionnaire that somebody may still look at."""
    found = CrossTab.objects.filter(state=State.DONE, waves__questionnaire=questionnaire)
    tables = found.exclude(pk=tab.pk).distinct().prefetch_related("waves")
    return [
        figure
        for each in tables
        for figure in figures(
            places_of(each.result),
            Order.from_data(each.order),
            [wave.pk for wave in each.waves.all()],
            columns,
            overall,
        )
    ]
