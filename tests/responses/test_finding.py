"""A response found by its receipt is what the ORM finds."""

import pytest

from responses.intake.door import amend
from responses.intake.finding import with_receipt
from responses.models import Response

pytestmark = pytest.mark.django_db


def test_it_has_every_value(send, government, licence_counter):
    stored = send(government.licence, government.counter, 4, entry_point=licence_counter, D7="ช้า")
    found, known = with_receipt(stored.receipt), Response.objects.get()
    assert found.__dict__.keys() == known.__dict__.keys()
    for field in Response._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(known, field.attname)
        assert type(getattr(found, field.attname)) is type(getattr(known, field.attname))


def test_it_may_be_changed_and_saved(send, government):
    stored = send(government.licence, government.counter, 4)
    amend(with_receipt(stored.receipt), {"OV": 2}, reason="changed")
    found = with_receipt(stored.receipt)
    assert (found.overall, found.revision) == (2, 2)
    found.save()


def test_what_is_not_there_is_nothing(db):
    assert with_receipt("0000-0000-0000") is None
