"""What the API answers is what its description says, whatever is sent (schemathesis)."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PATHS = r"^/api/v1/(responses|encounters|questionnaire|services|service-points)/"


@pytest.fixture
def collecting(wave, kiosk, monkeypatch) -> SimpleNamespace:
    monkeypatch.setattr("django.conf.settings.API_REQUESTS_PER_MINUTE", 10**9)
    monkeypatch.setattr("django.conf.settings.ALLOWED_HOSTS", ["*"])
    kiosk.system.reports_encounters = True
    kiosk.system.save()
    return kiosk


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server gives its connection back after each request; a test's transaction needs it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def operations(db, one_connection) -> list[Any]:
    api = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    return [found.ok() for found in api.include(path_regex=PATHS).get_all_operations()]


def send(operation: Any, headers: dict[str, str], examples: int) -> set[int]:
    """Send many made-up requests; gives the statuses that came back."""
    statuses = set()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        case.headers = {**dict(case.headers or {}), **headers}
        statuses.add(case.call_and_validate(checks=CHECKS).status_code)

    check()
    return statuses


def test_the_description_is_made_without_a_warning(tmp_path):
    made = tmp_path / "schema.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))
    assert "SentEnum:" in made.read_text(encoding="utf-8")


def test_every_operation_keeps_to_its_description(operations, collecting):
    assert len(operations) == 7
    for operation in operations:
        assert send(operation, {"Authorization": collecting.headers["authorization"]}, 60)


def test_every_kind_of_question_keeps_to_the_description(rich, operations, collecting):
    (asked,) = (found for found in operations if found.path == "/api/v1/questionnaire/")
    case = asked.Case(query={"service": "DLT-1", "channel": "counter"}, headers=collecting.headers)
    answer = case.call_and_validate(checks=CHECKS)
    assert len(answer.json()["questions"]) > 20


def test_without_a_key_every_operation_is_closed(operations, collecting):
    for operation in operations:
        assert send(operation, {"Authorization": "Bearer nothing"}, 3) == {401}
