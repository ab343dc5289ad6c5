"""Addresses that are written by a pattern are those that Django writes."""

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix

from responses.web.addresses import address_of

ADDRESSES = [
    ("ask", "abc"),
    ("details", "abc", "t:o-k_en"),
    ("details", "abc", "t:o-k_en", 3),
    ("details", "t:o-k_en"),
    ("details", "t:o-k_en", 3),
    ("thanks", "abc", "t:o-k_en"),
    ("keep", "t:o-k_en"),
    ("receipt", "7B9C-D2E3-F4G5"),
    ("receipt", "ก %s&ü?#"),
    ("receipts",),
]


@pytest.fixture(params=["/", "/below/"])
def prefix(request):
    before = get_script_prefix()
    set_script_prefix(request.param)
    yield
    set_script_prefix(before)


@pytest.mark.parametrize("named", ADDRESSES, ids=str)
def test_an_address_is_what_django_writes(prefix, named):
    name, *args = named
    for _time in range(2):
        assert address_of(f"responses:{name}", *args) == reverse(f"responses:{name}", args=args)
