"""What whoever imports a file is told before its figures look surer than they are."""

from responses.importers.mapping_toml import read_mapping
from responses.importers.warnings import warnings_of

PLAIN = {
    "source": "s",
    "service": {"code": {"column": "Service"}},
    "channel": {"code": "counter"},
    "answers": {"OV": {"column": "Rating"}},
}
MELT = {
    "columns": {"Police": "Police", "Fire": "Fire"},
    "name_column": "Service",
    "label_column": "Label",
    "value_column": "Rating",
}


def said(header=("Service", "Rating"), **more):
    return warnings_of(read_mapping(PLAIN | more), header)


def test_an_ordinary_mapping_needs_no_word():
    assert said() == []


def test_several_ratings_of_one_row_without_a_respondent():
    (warning,) = said(melt=MELT)
    assert "names no respondent" in warning
    assert said(melt=MELT, respondent={"column": "ID"}) == []
    assert said(melt=MELT | {"columns": {"Police": "Police"}}) == []


def test_columns_of_a_design_that_the_mapping_ignores():
    header = ("Service", "Rating", "SDMVSTRA", "PSU", "Weight")
    (warning,) = said(header)
    assert "PSU, SDMVSTRA, Weight" in warning
    (warning,) = said(header, weight={"column": "Weight"})
    assert "PSU, SDMVSTRA." in warning
