"""What was logged of a request or a task is found by its number."""

import json
import logging
import re
import sys

import pytest
from django.test import Client

from config import request_ids
from config.celery import app
from config.log_secrets import Formatter, JsonFormatter

NUMBER = re.compile("[0-9a-f]{12}")
LINE = "%(request_id)s %(name)s: %(message)s"


@pytest.fixture
def written(monkeypatch):
    """What is written to the log, in either form."""
    lines: list[tuple[str, dict]] = []

    class Keeping(logging.Handler):
        def emit(self, record):
            said = json.loads(JsonFormatter().format(record))
            lines.append((Formatter(LINE).format(record), said))

    handler = Keeping()
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_each_answer_has_a_number_of_its_own(client, db):
    numbers = {client.get(address)["X-Request-Id"] for address in ("/healthz", "/en/", "/nothing")}
    assert len(numbers) == 3
    assert all(NUMBER.fullmatch(number) for number in numbers)
    assert request_ids.current() == "-"


def test_a_number_is_not_taken_from_outside(client):
    answer = client.get("/healthz", headers={"X-Request-Id": "chosen"})
    assert NUMBER.fullmatch(answer["X-Request-Id"])


@pytest.mark.parametrize("address", ["/en/", "/api/v1/waves/"])
def test_whoever_sees_a_fault_can_tell_its_number_and_the_log_has_it(
    db, monkeypatch, written, address
):
    def fail(*arguments, **options):
        raise ValueError("/i/SECRET/ cannot be")

    monkeypatch.setattr("django.db.models.query.QuerySet.__iter__", fail)
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == 500
    number = answer["X-Request-Id"]
    assert number in answer.content.decode()
    said = [(line, each) for line, each in written if "Traceback" in each["message"]]
    assert said
    for line, each in said:
        assert line.startswith(number)
        assert each["request_id"] == number
        assert "SECRET" not in line + each["message"]


def test_a_task_has_its_own_number(written):
    @app.task(name="tests.log_something")
    def log_something():
        logging.getLogger("a.b").error("done")

    done = log_something.apply()
    assert [each["request_id"] for _line, each in written if each["message"] == "done"] == [done.id]


def test_a_line_of_json_is_one_line_with_the_time_in_utc():
    try:
        raise ValueError("a\nb “ก”")
    except ValueError:
        record = logging.LogRecord("a.b", 30, "f.py", 1, "%s\n%d", ("x", 2), sys.exc_info())
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "ก" in line
    said = json.loads(line)
    assert said["message"].startswith("x\n2\nTraceback")
    assert (said["level"], said["logger"]) == ("WARNING", "a.b")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", said["time"])
