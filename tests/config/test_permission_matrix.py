"""Every role at every address: a new address fails until its row is in the table, and so does a
role that gets more, or less, than its row says."""

import copy
import os

import pytest
from django.db import transaction
from django.template import Template
from django.test import Client
from django.utils.safestring import SafeString

from analytics.models import Report
from surveys import clock
from surveys.models import EntryPoint, User
from surveys.roles import BY_NAME, place
from tests import signed_in
from tests.config import permission_matrix
from tests.config.permission_matrix import METHODS, OPENS, REFUSES, letter, read
from tests.config.routes import Route, routes

NOBODY, REVOKED = "nobody", "whose rights were taken"
ROLES = [NOBODY, REVOKED, *BY_NAME]
OF_OPDC = ("Survey office", "Approver", "Auditor", "Telephone agent")
LEFT_OUT = ("<path:", "<url>", "static/", "logout/", "jsi18n", "autocomplete")
"""Files that anybody gets, and what would end the session."""


@pytest.fixture
def things(wave, government):
    """What the parameters of addresses stand for: the agency's own, and the neighbour's."""

    def of(service, agency):
        link = EntryPoint.objects.create(service=service, channel=government.counter)
        report = Report.objects.create(
            wave=wave, agency=agency, language="th", requested_at=clock.now()
        )
        return {"slug": link.slug, "agency": agency.code, "report": report.pk}

    return {
        "own": of(government.licence, government.dlt),
        "neighbour": of(government.id_card, government.dopa),
        "wave": wave.code,
    }


def address_of(route: Route, things, whose: str) -> str:
    def value(name: str, kind: str) -> object:
        if name in ("code", "wave"):
            return things["wave"]
        if name == "pk" and kind == "uuid":
            return things[whose]["report"]
        if name in things[whose]:
            return things[whose][name]
        return {"int": 1, "uuid": things[whose]["report"]}.get(kind, "x")

    return route.at(value)


def asked() -> dict[str, tuple[Route, str]]:
    """The rows: each address, and again as the neighbour's where it names somebody's."""
    rows = {}
    for route in routes():
        if any(part in route.written for part in LEFT_OUT):
            continue
        rows[route.written] = (route, "own")
        if {"agency", "slug"} & route.kinds.keys() or "/reports/" in route.written:
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
                return letter(client.get(address))
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
    for role in ("Agency manager", "Agency analyst", "Agency viewer"):
        number = ROLES.index(role)
        for row, letters in table.items():
            theirs = table.get(f"{row} (the neighbour's)")
            if theirs and letters[number] in OPENS and letters[0] not in OPENS:
                assert theirs[number] in REFUSES, (role, row)
