"""Every role at every address: a new address fails until its row is in the table, and so does a
role that gets more, or less, than its row says."""

import copy
import os
import uuid

import pytest
from django.db import transaction
from django.http import FileResponse
from django.template import Template
from django.test import Client
from django.utils.safestring import SafeString

from surveys.models import User
from surveys.roles import BY_NAME, place
from tests import signed_in
from tests.config import permission_matrix
from tests.config.belongings import RECORDS, belongings, record_in
from tests.config.permission_matrix import METHODS, OPENS, REFUSES, letter, read
from tests.config.routes import Route, routes

NOBODY, REVOKED = "nobody", "whose rights were taken"
ROLES = [NOBODY, REVOKED, *BY_NAME]
OF_OPDC = ("Survey office", "Approver", "Auditor", "Telephone agent", "Researcher")
OF_AGENCIES = ("Agency manager", "Agency analyst", "Agency viewer")
LED_AWAY = ">"  # the tables lead to their front page where there is nothing for somebody
LED_ON = {(f"/en/admin/surveys/{name}/<object_id>/", ">") for name in ("addon", "addonuse")}
"""Old addresses, which lead to the record's page for everybody: that page refuses."""
LEFT_OUT = ("<path:", "<url>", "static/", "logout/", "jsi18n", "autocomplete")
"""Files that anybody gets, and what would end the session."""
ABSENT = uuid.UUID(int=0)


@pytest.fixture
def things(wave, government, send):
    """What the parameters of addresses stand for: the agency's own, and the neighbour's."""
    return {
        "own": belongings(wave, government.licence, send),
        "neighbour": belongings(wave, government.id_card, send),
        "wave": wave.code,
    }


def address_of(route: Route, things, whose: str) -> str:
    def value(name: str, kind: str) -> object:
        if name in ("code", "wave"):
            return things["wave"]
        if name in ("pk", "object_id", "name") and (record := record_in(route)):
            return things[whose][record]
        if name in ("slug", "agency"):
            return things[whose][name]
        return {"int": 1, "uuid": ABSENT}.get(kind, "x")

    return route.at(value)


def asked() -> dict[str, tuple[Route, str]]:
    """The rows: each address, and again as the neighbour's where it names somebody's."""
    rows = {}
    for route in routes():
        if any(part in route.written for part in LEFT_OUT):
            continue
        rows[route.written] = (route, "own")
        if {"agency", "slug"} & route.kinds.keys() or record_in(route):
            rows[f"{route.written} (the neighbour's)"] = (route, "neighbour")
    return rows


def somebody(role: str, government) -> Client:
    client = Client()
    if role == NOBODY:
        return client
    agency = None if role in OF_OPDC else government.dlt
    user = User.objects.create_user(role, agency=agency)
    place(user, "Agency manager" if role == REVOKED else role)
    client.force_login(User.objects.get(pk=user.pk))
    signed_in.again(client)
    if role == REVOKED:
        user.groups.clear()
    return client


@pytest.fixture
def column(things, government, settings, monkeypatch):
    """Pages are asked for and not drawn: whether somebody gets one is known before."""
    monkeypatch.setattr(Template, "_render", lambda self, context: SafeString())

    def of(role: str) -> dict[str, list[str]]:
        client = somebody(role, government)
        client.raise_request_exception = False
        cookies = copy.deepcopy(client.cookies)

        def letter_of(address: str, method: str) -> str:
            """What was sent is undone: the next address is asked of the same platform."""
            client.cookies = copy.deepcopy(cookies)
            if method == "get":
                answer = client.get(address)
                if isinstance(answer, FileResponse):
                    b"".join(answer)
                return letter(answer)
            with transaction.atomic():
                answer = client.post(address)
                transaction.set_rollback(True)
            return letter(answer)

        return {
            row: [letter_of(address_of(route, things, whose), method) for method in METHODS]
            for row, (route, whose) in asked().items()
        }

    return of


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(asked()) == set(read())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_its_column_says(column, role):
    number = ROLES.index(role)
    found = column(role)
    if "MATRIX" in os.environ:
        permission_matrix.keep(number, found, ROLES)
    for block, method in enumerate(METHODS):
        expected = {row: letters[number] for row, letters in read(method).items()}
        got = {row: letters[block] for row, letters in found.items()}
        assert {row: got[row] for row in got if expected.get(row) != got[row]} == {}, method


@pytest.mark.parametrize("method", METHODS)
def test_what_was_taken_is_refused_everywhere(method):
    """Nothing that asks anybody to sign in opens for an account without rights, but for its own
    pages and what is published for all."""
    table = read(method)
    open_to_all = {row for row, letters in table.items() if letters[0] in OPENS}
    own = ("/en/account/", "/identity/")
    revoked = ROLES.index(REVOKED)
    opens = {row for row, letters in table.items() if letters[revoked] in OPENS}
    assert {row for row in opens - open_to_all if not row.startswith(own)} == set()


@pytest.mark.parametrize("method", METHODS)
def test_the_neighbour_is_refused_what_an_agency_alone_may_see(method):
    table = read(method)
    for role in (*OF_AGENCIES, "Add-on author"):
        number = ROLES.index(role)
        for row, letters in table.items():
            theirs = table.get(f"{row} (the neighbour's)")
            if theirs and letters[number] in OPENS and letters[0] not in OPENS:
                refused = REFUSES + LED_AWAY if row.startswith("/en/admin/") else REFUSES
                if (row, letters[number]) not in LED_ON:
                    assert theirs[number] in refused, (role, row)


def test_each_record_that_an_agency_owns_opens_for_somebody_of_it():
    """Or a refusal would say nothing: nothing may be there."""
    roles = [ROLES.index(role) for role in (*OF_AGENCIES, "Add-on author")]
    for part in RECORDS:
        rows = [
            (row, letters[number])
            for method in METHODS
            for row, letters in read(method).items()
            for number in roles
            if part in row and "neighbour" not in row
        ]
        opens = "+" if part.startswith("/admin/") else OPENS
        assert any(got in opens for _row, got in rows), part
