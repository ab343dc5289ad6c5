"""No number in an address is too large for the product: 2⁶⁷ fits no column and no OFFSET."""

from base64 import b64encode
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.contrib import admin

from tests.config.routes import routes

HUGE = ("147573952589676412928", "9" * 5000, "-147573952589676412928")
NAMES = (
    *("limit", "offset", "page", "agencies", "p", "cursor", "first", "second", "since"),
    *("half_width", "levels", "power", "design_effect", "response_rate"),
)
NUMBERS = {"int": 2**67, "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}


@pytest.fixture
def addresses(wave, government, licence_counter):
    known = {
        "wave": wave.code,
        "slug": licence_counter.slug,
        "code": wave.code,
        "agency": government.dlt.code,
        "service": government.licence.code,
        "channel": government.counter.code,
    }
    return sorted(
        {
            route.at(lambda name, kind: NUMBERS.get(kind) or known.get(name) or 2**67)
            for route in routes()
        }
    )


def test_every_address_takes_huge_numbers(client, alice, kiosk, addresses):
    alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    assert len(addresses) > 150
    for address in addresses:
        if "logout" in address:
            continue
        headers = kiosk.headers if address.startswith("/api/") else {}
        for number in HUGE[:1] if "/admin/" in address else HUGE:
            query = urlencode(dict.fromkeys(NAMES, number))
            answer = client.get(f"{address}?{query}", headers=headers)
            assert answer.status_code < 500, (address, number[:30])


@pytest.mark.parametrize("number", HUGE)
def test_every_list_of_the_api_takes_huge_numbers(client, alice, wave, number):
    client.force_login(alice)
    for address in ("draws", "waves", *(f"waves/{wave.code}/{name}" for name in ("scores",))):
        for name in ("limit", "offset"):
            answer = client.get(f"/api/v1/{address}/?{name}={number}")
            assert answer.status_code == 200, (address, name)
            assert answer.json()["count"] >= 0


def test_an_answer_holds_a_thousand_at_most(client, wave):
    view = client.get("/api/v1/waves/?limit=5000").renderer_context["view"]
    assert view.paginator.limit == 1000


@pytest.mark.parametrize("name", ["services", "service-points"])
@pytest.mark.parametrize(
    "said", ["o=147573952589676412928", "p=%00", "p=a%00b&r=1", "p=" + "9" * 40]
)
def test_cursors_made_up_are_no_error_of_ours(client, kiosk, name, said):
    cursor = b64encode(said.encode()).decode()
    answer = client.get(f"/api/v1/{name}/", {"cursor": cursor}, headers=kiosk.headers)
    assert answer.status_code in (200, 404)


def test_filters_of_the_admin_take_huge_numbers(client, alice, wave):
    alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    for model, page in admin.site._registry.items():
        meta = model._meta
        place = f"/en/admin/{meta.app_label}/{meta.model_name}/"
        fields = [f for f in page.list_filter if isinstance(f, str)]
        for name, number in product([*fields, "id"], HUGE):
            for query in (f"{name}__id__exact={number}", f"{name}__exact={number}", f"p={number}"):
                assert client.get(f"{place}?{query}").status_code < 500, (place, query[:60])


def test_what_is_asked_to_be_a_number_is_one():
    """Of “²” `isdigit` says that it is a digit, and `int` that it is no number."""
    root = Path(__file__).resolve().parents[2]
    packages = ("config", "analytics", "responses", "surveys")
    files = [file for package in packages for file in (root / package).rglob("*.py")]
    assert len(files) > 300
    assert [file for file in files if ".isdigit(" in file.read_text("utf-8")] == []
