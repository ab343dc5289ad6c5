"""What may be read from a replica, and what never is."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, resolve

from config.replica import LISTS, PAGES, ReadFromReplica, Router, _reading


def names(namespace: str) -> set[str]:
    ((_prefix, (_path, resolver)),) = [
        (name, found)
        for pattern in [get_resolver()]
        for name, found in _namespaces(pattern).items()
        if name == namespace
    ]
    return {name for name in resolver.reverse_dict if isinstance(name, str)}


def _namespaces(resolver) -> dict:
    found = dict(resolver.namespace_dict)
    for _prefix, below in resolver.namespace_dict.values():
        found |= _namespaces(below)
    return found


def asked_of(path: str, *, method: str = "get", **headers: str) -> list[str]:
    """From which database a view of this address would read."""
    request = getattr(RequestFactory(), method)(path, **headers)
    request.resolver_match = resolve(path)
    read: list[str] = []

    def view(_request) -> HttpResponse:
        read.append(Router().db_for_read(None))
        return HttpResponse()

    if ReadFromReplica(view).process_view(request, view, (), {}) is None:
        view(request)
    return read


@pytest.mark.parametrize("path", ["/en/", "/en/waves/W/", "/en/agency/A/", "/api/v1/scorecard/"])
def test_figures_are_read_from_the_replica_by_whoever_has_no_session(path):
    assert asked_of(path) == ["replica"]
    assert asked_of(path, HTTP_COOKIE="sessionid=x") == ["default"]
    assert asked_of(path, HTTP_AUTHORIZATION="Bearer x") == ["default"]
    assert asked_of(path, method="post") == ["default"]
    assert not _reading.get()


@pytest.mark.parametrize(
    "path",
    [
        "/en/releases/check/00000000-0000-0000-0000-000000000000/",
        "/en/reports/00000000-0000-0000-0000-000000000000/",
        "/en/account/login/",
        "/en/office/",
        "/s/abc/",
        "/receipt/",
        "/api/v1/questionnaire/",
    ],
)
def test_what_follows_from_an_act_of_the_visitor_is_read_from_the_primary(path):
    assert asked_of(path) == ["default"]


def test_every_name_is_one_of_ours():
    assert names("analytics") >= PAGES
    assert names("api") >= LISTS


def test_nothing_is_written_to_the_replica():
    token = _reading.set(True)
    try:
        assert Router().db_for_write(None) == "default"
        assert not Router().allow_migrate("replica", "surveys")
    finally:
        _reading.reset(token)


def test_a_replica_that_does_not_answer_is_not_waited_for_again():
    request = RequestFactory().get("/en/")
    request.resolver_match = resolve("/en/")
    tried = []

    def view(_request):
        tried.append(Router().db_for_read(None))
        raise OperationalError

    middleware = ReadFromReplica(view)
    for _request in range(3):
        assert middleware.process_view(request, view, (), {}) is None
    assert tried == ["replica"]
