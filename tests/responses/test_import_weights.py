"""Weights that a file brings, in a column or in a file beside it."""

from decimal import Decimal

import pytest
from django.core.management import CommandError

from responses.models import Response

pytestmark = pytest.mark.usefixtures("wave")
MAPPING = """
source = "test"
weights_by = "who"
service.code = "DLT-1"
channel.code = "counter"
respondent = { column = "who" }
answers.OV.column = "rating"
"""
WEIGHTED = 'weight = { column = "w" }' + MAPPING


def weights() -> dict[str, Decimal]:
    return dict(Response.objects.values_list("respondent", "base_weight"))


@pytest.fixture
def import_weighted(import_rows):
    return lambda *rows: import_rows(*rows, header="who,rating,w", mapping=WEIGHTED)


@pytest.fixture
def join(import_rows, write):
    """Import rows with weights from a file beside them."""

    def run(rows: list[str], weights: list[str], column: str = "w", **options):
        beside = write(*weights, name="weights.csv")
        return import_rows(
            *rows,
            header="who,rating",
            **{"mapping": MAPPING, "weights": beside, "weight_column": column} | options,
        )

    return run


def test_a_column_of_weights(import_weighted):
    import_weighted("a,5,1.5", 'b,4,"1,234.25"', "c,3,๒.๕", "d,,")
    assert weights() == {"a": Decimal("1.5"), "b": Decimal("1234.25"), "c": Decimal("2.5")}


@pytest.mark.parametrize("weight", ["", "0", "-1", "heavy", "NaN", "Infinity", "100000", "1e-11"])
def test_what_is_not_a_weight_is_rejected(import_weighted, weight):
    done = import_weighted(f"a,5,{weight}", "b,5,2")
    [rejected] = done.rejected
    assert rejected["field"] == "w"
    assert "is not a weight" in rejected["why"]
    assert weights() == {"b": Decimal(2)}


def test_weights_join_by_respondent(join):
    done = join(["a,5", "b,4", "c,", "d,3"], ["who,w", "a,1.0827809224", "b,0.5", "d,"])
    assert weights() == {"a": Decimal("1.0827809224"), "b": Decimal("0.5")}
    [rejected] = done.rejected  # c did not answer and needs no weight
    assert (rejected["row"], rejected["field"], rejected["value"]) == ("5", "weight", "d")
    assert "has none for this row" in rejected["why"]


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        (["who,w", "a,1", "a,2"], "row 3, field who: This appears twice"),
        (["who,w", "a,none"], "row 2, field w: “none” is not a weight"),
        (["who,w", "a"], "row 2: too few cells"),
        (["id,w", "a,1"], "“who” is missing"),
        (["who,v", "a,1"], "“w” is missing"),
    ],
)
def test_a_bad_file_of_weights_stops_the_import(join, beside, says):
    with pytest.raises(CommandError, match=says):
        join(["a,5"], beside)
    assert not Response.objects.exists()


def test_what_joining_needs_is_named(join):
    with pytest.raises(CommandError, match="--weight-column"):
        join(["a,5"], ["who,w"], column=None)
    with pytest.raises(CommandError, match="weights_by"):
        join(["a,5"], ["who,w"], mapping=MAPPING.replace('weights_by = "who"', ""))
