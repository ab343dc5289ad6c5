"""What watches the statements of all tests finds one that names neither a wave nor keys."""

import pytest

from responses.comments.improvements import RUN, copies_a_comment
from responses.models import Comment, Response, Revision
from tests import statements


@pytest.mark.parametrize(
    "asked",
    [
        lambda: Response.objects.filter(wave=1, overall=5),
        lambda: Response.objects.filter(pk__in=[1, 2]),
        lambda: Response.objects.filter(receipt="A"),
        lambda: Comment.objects.filter(response__in=[1]),
        lambda: Revision.objects.filter(response__wave=1),
    ],
)
def test_a_wave_and_keys_are_names(asked):
    assert statements.names_its_rows(str(asked().query))


@pytest.mark.parametrize(
    "asked",
    [
        lambda: Response.objects.all(),
        lambda: Response.objects.filter(overall=5, service=1),
        lambda: Response.objects.filter(service__agency__pk=1).order_by("wave"),
        lambda: Comment.objects.filter(agency=1),
        lambda: Revision.objects.filter(response__overall=5),
    ],
)
def test_all_else_is_not(asked):
    assert not statements.names_its_rows(str(asked().query))


def test_it_is_found_in_the_module_that_asks(db, each_statement_names_its_rows, monkeypatch):
    found = each_statement_names_its_rows
    list(Response.objects.filter(overall=5))
    copies_a_comment("a" * RUN, [1])
    assert found == []
    monkeypatch.setattr(statements, "AT_LARGE", {})
    copies_a_comment("a" * RUN, [1])
    (asked,) = found
    assert asked.startswith("responses/comments/improvements.py: SELECT")
    found.clear()
