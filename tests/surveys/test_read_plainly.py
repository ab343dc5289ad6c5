"""What is read from the database without a constructor is what Django would have made of it."""

import pytest
from django.db import models

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from surveys.models import Agency


@pytest.mark.django_db
def test_every_column_is_there(wave, answered):
    compute_scores(wave)
    columns = Score.objects.order_by("pk").values()
    read = Score.objects.order_by("pk").select_related("agency")
    names = [field.attname for field in Score._meta.concrete_fields]
    assert [{name: getattr(score, name) for name in names} for score in read] == list(columns)
    constructed = [Score(**row) for row in columns]
    assert list(read) == constructed
    assert all(score.agency_id == getattr(score.agency, "pk", None) for score in read)


@pytest.mark.django_db
def test_what_was_left_out_is_read_when_it_is_asked_for(government, django_assert_num_queries):
    agency = Agency.objects.without_tree_fields().only("code").get(code="DLT")
    assert agency.get_deferred_fields() >= {"name_th", "name_en", "parent_id"}
    with django_assert_num_queries(1):
        assert agency.name_en == "Department of Land Transport"


@pytest.mark.django_db
def test_it_is_saved_over_its_own_row_and_read_again(government):
    agency = Agency.objects.get(code="DLT")
    number = Agency.objects.count()
    agency.name_en = "Land Transport"
    agency.save()
    assert Agency.objects.count() == number
    same = Agency.objects.get(code="DLT")
    assert same.name_en == "Land Transport"
    Agency.objects.filter(pk=same.pk).update(name_en="Transport")
    same.refresh_from_db()
    assert same.name_en == "Transport"


def test_nobody_waits_for_the_signals_that_are_not_sent():
    assert not models.signals.pre_init.has_listeners(Score)
    assert not models.signals.post_init.has_listeners(Score)
    assert not models.signals.post_init.has_listeners(Agency)
