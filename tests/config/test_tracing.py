"""Spans reach a collector where one is named, and tell nothing of citizens."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from celery import shared_task
from celery.signals import task_postrun, task_prerun, worker_process_shutdown
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from config import tracing

SECRET = "sEcReT-tOkEn-0123456789"


class Collector(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        zipped = self.headers.get("Content-Encoding") == "gzip"
        self.server.came.append((self.path, gzip.decompress(body) if zipped else body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def collector(monkeypatch, settings) -> Iterator[SimpleNamespace]:
    server = HTTPServer(("127.0.0.1", 0), Collector)
    server.came = []
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, "config.tracing.Spans", *others]
    tracing.provider.cache_clear()
    tracing.follow_tasks()

    def received() -> tuple[bytes, list]:
        tracing.provider().force_flush()
        spans = []
        for path, body in server.came:
            assert path == "/v1/traces"
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for of_scope in of_resource.scope_spans:
                    spans.extend(of_scope.spans)
        return b"".join(body for _path, body in server.came), spans

    yield SimpleNamespace(received=received)
    task_prerun.disconnect(tracing.begin_task)
    task_postrun.disconnect(tracing.end_task)
    worker_process_shutdown.disconnect(tracing.send_the_last)
    tracing.provider().shutdown()
    tracing.provider.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


def told(span) -> dict[str, object]:
    values = {}
    for each in span.attributes:
        kind = each.value.WhichOneof("value")
        values[each.key] = getattr(each.value, kind)
    return values


def test_a_span_a_request_by_its_route(client, db, collector):
    answer = client.get("/healthz")
    page = client.get("/en/")
    everything, spans = collector.received()
    assert [span.name for span in spans] == ["GET no route", "GET en/"]
    assert told(spans[1]) == {
        "request.id": page["X-Request-Id"],
        "http.request.method": "GET",
        "http.route": "en/",
        "http.response.status_code": 200,
    }
    assert told(spans[0])["request.id"] == answer["X-Request-Id"]
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in spans)
    assert b"citizen-satisfaction" in everything


def test_nothing_that_is_secret_leaves(client, db, wave, kiosk, collector, monkeypatch):
    headers = {"authorization": f"Bearer {kiosk.key}", "traceparent": SECRET, "x-any": SECRET}
    body = {"comment": SECRET}
    for address in (
        f"/i/{SECRET}/",
        f"/s/{SECRET}/",
        f"/{SECRET}/",
        f"/en/?token={SECRET}",
        "/api/v1/responses/",
    ):
        client.get(address, headers=headers)
        client.post(address, body, content_type="application/json", headers=headers)
    client.generic(SECRET, "/en/", headers=headers)

    def fail(*arguments, **options):
        raise ValueError(SECRET)

    monkeypatch.setattr("django.db.models.query.QuerySet.__iter__", fail)
    failed = Client(raise_request_exception=False).get(f"/en/?token={SECRET}")
    assert failed.status_code == 500
    everything, spans = collector.received()
    assert len(spans) == 12
    assert spans[-1].status.code == 2  # a fault, and no word of it
    assert not spans[-1].events
    assert not spans[-1].status.message
    assert {"GET i/<str:token>/"} & {span.name for span in spans}, {span.name for span in spans}
    for secret in (SECRET, kiosk.key, "127.0.0.1", "Bearer"):
        assert secret.encode() not in everything


@shared_task
def works(secret: str) -> str:
    return secret


@shared_task
def fails(secret: str) -> None:
    raise ValueError(secret)


def test_a_span_a_task_by_its_name(collector):
    done = works.apply(args=[SECRET])
    fails.apply(kwargs={"secret": SECRET})
    everything, spans = collector.received()
    names = [span.name.rpartition(".")[2] for span in spans]
    assert names == ["works", "fails"]
    assert [span.status.code for span in spans] == [0, 2]
    assert told(spans[0]) == {"request.id": done.id}
    assert SECRET.encode() not in everything


LOADED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.conf import settings
from config.celery import app
app.loader.import_default_modules()
from config.wsgi import application
# Redis's library loads other parts where they are installed.
send = ("opentelemetry.exporter", "opentelemetry.sdk.trace.export", "config.tracing")
print(*[name for name in sys.modules if name.startswith(send)])
print("config.tracing.Spans" in settings.MIDDLEWARE)
"""


@pytest.mark.parametrize(("address", "on"), [("", False), ("http://127.0.0.1:9", True)])
def test_nothing_that_sends_is_loaded_unless_a_collector_is_named(tmp_path, address, on):
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": address} if address else {}
    found = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"PATH": "", "DATA_DIR": str(tmp_path), **named},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, placed = found.stdout.splitlines()
    assert (bool(loaded), placed) == (on, str(on))
