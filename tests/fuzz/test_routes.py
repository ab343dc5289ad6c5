"""No address answers with a failure of ours, whatever its fields are given.

Fields are those that the page itself shows; each request gives some of them what nobody expects.
FUZZ_REQUESTS: how many a page and method (1), FUZZ_SEED another row of them.
"""

import os
import random
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import FileResponse

from tests.config.test_permission_matrix import (  # noqa: F401 (a fixture)
    address_of,
    asked,
    somebody,
    things,
)

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "1"))
SEED = int(os.environ.get("FUZZ_SEED", "2570"))
ROLES = ("nobody", "Survey office", "Agency manager")
FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"([^>]*)")
QUERY = re.compile(r"href=\"\?([^\"]+)\"")
VALUE = re.compile(r"\bvalue=\"([^\"]*)\"")
ODD = [
    "", " ", "0", "-1", "1", "๕", "1e309", "NaN", "inf", "9" * 25, "9" * 5000, "2147483648",
    "9223372036854775808", "31/02/2569", "2569-13-01", "0000-00-00", "2026-11-29T25:61", "\x00",
    "\ud7ff\ufffe", "ก" * 3000, "'\"><script>", "%s%n", "../../etc/passwd", "{}", "[]", "null",
    '{"a":' * 200, "a\r\nb: c", "=1+1", "true", "W1", "th", "DLT", "5", "00000000-0000-0000-0000",
    "https://example.org/\\", "a@b", "ก" * 300 + "@x.example", "\u202e", "1101700203451",
]  # fmt: skip
FILES = [b"", b"\x00", b"a,b\n1,2\n", b"PK\x03\x04", b"%PDF-1.7", "ก,ข\n".encode("cp874")]


@pytest.fixture
def rng():
    print(f"FUZZ_SEED={SEED}")
    return random.Random(SEED)


def fields_of(page: str) -> dict[str, str]:
    """Names that the page's forms and links send, with the values that stand there."""
    found = {}
    for name, rest in FIELD.findall(page):
        value = VALUE.search(rest)
        found[unescape(name)] = unescape(value[1]) if value else ""
    for query in QUERY.findall(page):
        for part in unescape(query).split("&"):
            name, _equals, value = part.partition("=")
            found[name] = value
    return found


def odd(rng: random.Random, fields: dict[str, str]) -> dict[str, object]:
    given: dict[str, object] = dict(fields)
    for name in rng.sample(sorted(given), min(len(given), rng.randint(1, 3))):
        given[name] = rng.choice(ODD)
        if rng.random() < 0.1:
            given[name] = [rng.choice(ODD), rng.choice(ODD)]
        if rng.random() < 0.1:
            del given[name]
    return given


@pytest.mark.parametrize("role", ROLES)
def test_no_address_fails_whatever_it_is_given(things, government, rng, role):  # noqa: F811
    client = somebody(role, government)
    failures: dict[str, object] = {}
    sent = 0

    def ask(row: str, method: str, address: str, given: object) -> str:
        nonlocal sent
        sent += 1
        try:
            with transaction.atomic():
                content = content_of(getattr(client, method)(address, given))
                transaction.set_rollback(True)
        except Exception as error:
            failures.setdefault(f"{method} {row}: {error!r:.200}", given)
            return ""
        return content

    for row, (route, whose) in asked().items():
        address = address_of(route, things, whose)
        page = ask(row, "get", address, {})
        fields = fields_of(page) or {"q": ""}
        for method in ("get", "post"):
            for _request in range(REQUESTS):
                given = odd(rng, fields)
                if method == "post" and 'type="file"' in page:
                    files = [name for name in fields if "file" in name]
                    given |= {name: SimpleUploadedFile("f", rng.choice(FILES)) for name in files}
                ask(row, method, address, given)
    assert not failures, "\n".join(
        f"{where}\n    {given!r:.300}" for where, given in failures.items()
    )
    assert sent > len(asked())


def content_of(answer) -> str:
    if answer.streaming:
        return b"".join(answer).decode(errors="replace")
    if isinstance(answer, FileResponse):
        return ""
    return answer.content.decode(errors="replace")
