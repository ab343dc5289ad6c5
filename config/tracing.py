"""Spans for a collector of OpenTelemetry; loaded where one is named, and nowhere else.

A span says which route or task ran, when and how long, and how it ended, with the number by which
the log is searched (request_ids.py). Addresses hold secrets, and requests what citizens say: so
nothing else of a request or a task is in it, nor of a fault more than that there was one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from celery import Task, states
from celery.signals import task_postrun, task_prerun, worker_process_shutdown
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from config import request_ids

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Span, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, Status, StatusCode
except ImportError as error:
    raise ImproperlyConfigured(
        "OTEL_EXPORTER_OTLP_ENDPOINT is set: install requirements-tracing.txt."
    ) from error

NAME = "citizen-satisfaction"
UNMATCHED = "no route"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_running: dict[str, Span] = {}


@cache
def provider() -> TracerProvider:
    """One a process, made at its first span: threads do not come along into a new process."""
    made = TracerProvider(resource=Resource.create({"service.name": NAME}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


def _begin(name: str, kind: SpanKind, number: str) -> Span:
    tracer = provider().get_tracer(NAME)
    span = tracer.start_span(name, kind=kind, attributes={"request.id": number})
    assert isinstance(span, Span)
    return span


def _end(span: Span, *, failed: bool) -> None:
    if failed:
        span.set_status(Status(StatusCode.ERROR))
    span.end()


class Spans:
    """Behind RequestIds, before all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whoever sends chooses the method too.
        method = request.method if request.method in METHODS else "_OTHER"
        span = _begin(str(method), SpanKind.SERVER, request_ids.current())
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
        finally:
            match = request.resolver_match
            route = match.route if match else UNMATCHED
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": str(method),
                    "http.route": route,
                    "http.response.status_code": status,
                }
            )
            _end(span, failed=status >= 500)
        return response


def follow_tasks() -> None:
    """To be called once, where a collector is named."""
    task_prerun.connect(begin_task)
    task_postrun.connect(end_task)
    worker_process_shutdown.connect(send_the_last)


def begin_task(task_id: str, task: Task[Any, Any], **_signal: Any) -> None:
    _running[task_id] = _begin(task.name, SpanKind.CONSUMER, task_id)


def end_task(task_id: str, state: str | None = None, **_signal: Any) -> None:
    if span := _running.pop(task_id, None):
        _end(span, failed=state != states.SUCCESS)


def send_the_last(**_signal: Any) -> None:
    provider().shutdown()
