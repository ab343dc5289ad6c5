"""A key that stands in an address is in no log."""

import logging

import pytest

from config.log_secrets import LOGGERS


@pytest.mark.parametrize("rest", ["formList", "submission", "FormList", ""])
def test_what_is_refused_is_logged_without_the_key(client, wave, kiosk, caplog, rest):
    with caplog.at_level(logging.INFO):
        client.get(f"/openrosa/key/{kiosk.key}x/{rest}")
    assert "/openrosa/key/…/" + rest in caplog.text
    assert kiosk.key not in caplog.text


@pytest.mark.parametrize(
    ("form", "args"),
    [
        ('"%s" %s', ("GET /openrosa/key/cs1_a/formList HTTP/1.1", "200")),
        ("%(path)s %(status)d", ({"path": "/openrosa/key/cs1_a/formList", "status": 200},)),
    ],
)
def test_the_servers_log_without_it_too(form, args):
    for name in LOGGERS:
        logger = logging.getLogger(name)
        record = logger.makeRecord(name, logging.INFO, "", 1, form, args, None)
        assert logger.filter(record)
        assert "/openrosa/key/…/formList" in record.getMessage()
        assert "cs1_a" not in record.getMessage()
