"""The first page weighs less than 30 KB on the wire: HTML, stylesheets and font together."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

LIMIT = 30_000


def file_of(name: str) -> Path:
    found = finders.find(name)
    assert found, name
    return Path(found)


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_first_page_weighs_less_than_30_kilobytes(client, wave, licence_counter, query):
    html = client.get(licence_counter.get_absolute_url() + query).content
    assert b"<script" not in html
    assert b"<img" not in html
    sheets = [
        name.decode() for name in re.findall(rb'rel="stylesheet" href="/static/([^"]+)"', html)
    ]
    assert sheets == ["css/tokens.css", "css/form.css"]
    styles = sum(len(gzip.compress(file_of(name).read_bytes())) for name in sheets)
    # One font family is used, in one weight; the others are declared and never fetched.
    font = file_of("fonts/sarabun-form.woff2").stat().st_size
    assert len(html) + styles + font < LIMIT
