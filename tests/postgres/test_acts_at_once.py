"""Acts of many people at the same moment are one chain: none is lost, none stands twice."""

from django.db import transaction

from surveys import act_chain
from surveys.acts import record
from surveys.models import Act
from tests.postgres.conftest import Elsewhere, at_once

PEOPLE, EACH = 16, 10


def test_sixteen_people_at_once_are_one_chain(db):
    def work(who: int) -> None:
        for number in range(EACH):
            with transaction.atomic():
                record(Act.What.CHANGE, ("wave", f"W{who}"), number=number)

    at_once([lambda who=who: work(who) for who in range(PEOPLE)])
    assert list(act_chain.verify()) == []
    positions = Act.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(PEOPLE * EACH))


def test_who_is_still_at_it_holds_up_nobody_and_is_chained_later(db):
    with transaction.atomic():
        record(Act.What.DRAW, ("wave", "W1"))  # a long draw, not yet committed
        Elsewhere(lambda: record(Act.What.SEE, ("wave", "W2"))).result()
        assert act_chain.head().size == 1
    assert act_chain.head().size == 2
    assert list(act_chain.verify()) == []
    order = Act.objects.order_by("position").values_list("about", flat=True)
    assert list(order) == ["W2", "W1"]
