"""Secrets that stand in addresses stay out of the logs: the link of an invited citizen, the way to
refuse further messages, receipts and what is signed for their owners, keys of collecting devices,
links to choose a password or to confirm a mail address. A log that held two of a citizen's, with
their times, would join a person to an answer; one with a fresh link would let its reader in."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from config import request_ids

LOGGERS = ("granian.access", "django.request", "django.server", "django.security.csrf")
_SECRET = re.compile(
    r"(/(?:i|stop|more|thanks|receipt|password/reset/key|confirm-email|api/v1/responses)/)"
    r"(?!batch/)[^\s?\"'<>]+"
    r"|(/openrosa/key/)[^/\s]+"
    r"|([?&](?:code|key|stored|token)=)[^\s&\"'<>]+",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The text with `…` for the secrets in its addresses. Where a route with one is added, add it
    here: tests/config/test_log_secrets.py walks all routes."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2] or found[3]}…", text)


class Formatter(logging.Formatter):
    """Lines without secrets, whatever the message, its arguments or the traceback hold."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_ids.current()
        return without_secrets(super().format(record))


class JsonFormatter(Formatter):
    """The same as an object of JSON a line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        return record.message

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "message": super().format(record),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_ids.current(),
        }
        return json.dumps(line, ensure_ascii=False)


class WithoutSecrets(logging.Filter):
    """For loggers whose lines others format."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _cleaned(record.msg)
        if isinstance(record.args, dict):
            record.args = {name: _cleaned(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_cleaned, record.args))
        return True


def _cleaned(value: object) -> object:
    return without_secrets(value) if isinstance(value, str) else value


def hide_secrets() -> None:
    for name in LOGGERS:
        logging.getLogger(name).addFilter(WithoutSecrets())
