"""A key that stands in an address is in no log."""

import logging

import pytest


@pytest.mark.parametrize("rest", ["formList", "submission", "FormList", ""])
def test_what_is_refused_is_logged_without_the_key(client, wave, kiosk, caplog, rest):
    with caplog.at_level(logging.INFO):
        client.get(f"/openrosa/key/{kiosk.key}x/{rest}")
    assert "/openrosa/key/…/" + rest in caplog.text
    assert kiosk.key not in caplog.text
