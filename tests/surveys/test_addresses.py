"""surveys/ knows pages above it through one door, and each of its addresses leads somewhere."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from surveys import addresses

SURVEYS = Path(addresses.__file__).parent
ABOVE = re.compile(r"""["'](responses|analytics):""")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (addresses.form_path, "responses:ask"),
        (addresses.qr_path, "responses:qr"),
        (addresses.poster_path, "analytics:poster"),
    ],
)
def test_paths(path, name):
    assert resolve(path("abcd")).view_name == name


@pytest.mark.parametrize(
    ("address", "arguments", "name", "query"),
    [
        (addresses.embed_script, [], "responses:embed-script", ""),
        (addresses.privacy_notice, [], "responses:privacy", ""),
        (addresses.invitation, ["tok", "th"], "responses:invited", ""),
        (addresses.invitation, ["tok", "en"], "responses:invited", "lang=en"),
        (addresses.stop, ["code", "sig:ned"], "responses:stop", ""),
    ],
)
def test_whole_addresses(settings, address, arguments, name, query):
    address = address(*arguments)
    assert address.startswith(f"{settings.PUBLIC_URL}/")
    assert resolve(urlsplit(address).path).view_name == name
    assert urlsplit(address).query == query


def test_no_other_module_names_a_page_above():
    naming = {
        path.relative_to(SURVEYS).as_posix()
        for path in SURVEYS.rglob("*.py")
        if ABOVE.search(path.read_text(encoding="utf-8"))
    }
    assert naming == {"addresses.py"}
