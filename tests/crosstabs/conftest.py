"""One wave that is over, with answers of three months; some cells are small."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from analytics.crosstabs.making import ask, make_crosstab
from analytics.crosstabs.order import Order
from responses.models import Response
from surveys import clock
from tests.closing import close_wave


@pytest.fixture
def over(wave, government, send):
    places = [
        (government.licence, government.counter, 90),
        (government.licence, government.online, 40),
        (government.tax, government.online, 33),
        (government.id_card, government.counter, 25),
        (government.id_card, government.online, 4),
    ]
    for service, channel, size in places:
        for k in range(size):
            said = {"D2": "fm"[k % 2]} if k % 5 else {}
            said |= {"S1": 3 + k % 3} if channel.code == "counter" else {}
            with clock.at(datetime(2026, 1 + k % 3, 1 + k % 27, 5, tzinfo=UTC)):
                send(service, channel, 1 + (k * k) % 5, P1=k % 6, D7="secret words", **said)
    return close_wave(wave)


@pytest.fixture
def tabulate(over, alice):
    """A table as the worker makes it."""

    def make(rows: str, columns: str = "", *, waves=None, **fields):
        tab = ask(waves or [over], Order(rows, columns, **fields), alice)
        make_crosstab(str(tab.pk))
        tab.refresh_from_db()
        return tab

    return make


@pytest.fixture
def plain():
    """The same counted from the responses, one by one: of every pair how many."""

    def count(row, column, keep=lambda _response: True) -> Counter:
        found = Response.objects.filter(disposition="counted").exclude(selection="own")
        return Counter((row(each), column(each)) for each in found if keep(each))

    return count
