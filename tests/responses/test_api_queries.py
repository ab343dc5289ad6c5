"""What a response costs in the database: one row and one journal entry, however many have been
sent before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def queries(post):
    post("first")

    def of(action) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            action()
        return [query["sql"] for query in captured.captured_queries]

    return of


def inserted(statements) -> list[str]:
    return [s for s in statements if "INSERT" in s.upper()]


def test_a_single_response_is_one_row_and_one_journal_entry(post, queries):
    done = queries(lambda: post("second"))
    if connection.vendor == "postgresql":
        assert done == []  # but the one statement of responses/intake/at_once.py, which does both
    else:
        assert len(inserted(done)) == 2
        # Whether the wave is open, whether the key is stored, and the number it was stored under.
        assert len([s for s in done if s.startswith("SELECT")]) == 3
        assert not [s for s in done if s.startswith("UPDATE")]


def test_a_batch_costs_no_more_statements_than_a_few(post_batch, queries):
    some = queries(lambda: post_batch(*[{"key": f"x{k}"} for k in range(5)]))
    many = queries(lambda: post_batch(*[{"key": f"y{k}"} for k in range(40)]))
    assert len(some) == len(many)
