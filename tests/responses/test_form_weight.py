"""The first page weighs less than 30 KB on the wire: HTML, stylesheets, font and script."""

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
    assert b"<img" not in html
    files = [
        name.decode()
        for name in re.findall(rb'(?:rel="stylesheet" href|script src)="/static/([^"]+)"', html)
    ]
    assert files[:2] == ["css/tokens.css", "css/form.css"]
    assert len(files[2:]) == html.count(b"<script") <= 2
    fetched = sum(len(gzip.compress(file_of(name).read_bytes())) for name in files)
    # One font family is used, in one weight; the others are declared and never fetched.
    font = file_of("fonts/sarabun-form.woff2").stat().st_size
    assert b"<audio" not in html
    assert len(html) + fetched + font < LIMIT
