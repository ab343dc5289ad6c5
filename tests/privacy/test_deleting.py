"""What belongs to a response goes with it, and nothing of another."""

import pytest
from django.apps import apps
from django.db import models

from analytics.counting import tally
from responses.intake.door import amend
from responses.models import Comment, Flag, Response, Revision, Topic
from responses.models.later_rating import LaterRating
from responses.privacy.deleting import delete_responses, dependants
from surveys import clock
from surveys.models import Wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(wave, government, send):
    """Two responses with a record of every kind that belongs to one."""
    topic = Topic.objects.create(code="made-up", name_th="รอ", name_en="Waiting")
    made = []
    for k in range(2):
        response = send(government.licence, government.counter, 2, D7=f"รอนาน {k}")
        made.append(amend(response, {"P1": 1}, reason="corrected"))
    tally.fold(wave)
    for response in made:
        comment = Comment.objects.get(response=response)
        comment.topics.set([topic])
        LaterRating.objects.create(comment=comment, overall=4, rated_on=clock.today())
        Flag.objects.create(response=response, rule="burst", strength=1, raised_at=clock.now())
    return made


def kinds():
    return [*(model for model, _path in dependants(Response)), Response]


def counts():
    return [model._base_manager.count() for model in kinds()]


def test_every_kind_goes_and_only_with_its_own(two):
    assert counts() == [2] * len(kinds())
    assert delete_responses(Response.objects.filter(pk=two[0].pk)) == 1
    assert counts() == [1] * len(kinds())
    for model, path in dependants(Response):
        assert model._base_manager.filter(**{path: two[1].pk}).exists()
    assert delete_responses(Response.objects.filter(wave=two[1].wave)) == 1
    assert counts() == [0] * len(kinds())


def test_no_kind_is_forgotten():
    """Whatever leads to a response, over however many steps."""
    leading = {Response}
    while more := {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in leading and model not in leading
    }:
        leading |= more
    assert leading == set(kinds())
    assert {Comment, Revision, Flag, LaterRating, Comment.topics.through} < leading


def test_each_goes_before_what_it_belongs_to():
    order = kinds()
    for place, model in enumerate(order):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in order:
                assert order.index(field.related_model) > place


def test_nothing_goes_where_something_would_have_to_stay():
    with pytest.raises(models.ProtectedError):
        list(dependants(Wave))


def test_all_of_a_batch_goes_or_nothing(two, monkeypatch):
    def fail(self, using):
        if self.model is Response:
            raise ConnectionError
        return of_django(self, using)

    of_django = models.QuerySet._raw_delete
    monkeypatch.setattr(models.QuerySet, "_raw_delete", fail)
    with pytest.raises(ConnectionError):
        delete_responses(Response.objects.filter(pk=two[0].pk))
    assert counts() == [2] * len(kinds())
