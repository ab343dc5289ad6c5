"""A report of an error says where it happened, and nothing of what was sent and by whom."""

import sys

import pytest
from django.test import RequestFactory
from django.views.debug import get_default_exception_reporter_filter, get_exception_reporter_class


def report(*, html: bool) -> str:
    request = RequestFactory().post(
        "/s/abc/",
        {"D7": "secret words"},
        REMOTE_ADDR="203.0.113.77",
        HTTP_X_FORWARDED_FOR="198.51.100.23",
        HTTP_USER_AGENT="TelltaleBrowser/7.7",
    )
    try:
        words_of_a_citizen = request.POST["D7"]
        raise RuntimeError("broken") from ValueError(len(words_of_a_citizen))
    except RuntimeError:
        reporter = get_exception_reporter_class(request)(request, *sys.exc_info(), is_email=True)
    return reporter.get_traceback_html() if html else reporter.get_traceback_text()


@pytest.mark.parametrize("html", [True, False])
@pytest.mark.parametrize("debug", [True, False])
def test_what_was_sent_and_by_whom_stays_out(settings, html, debug):
    settings.DEBUG = debug
    told = report(html=html)
    assert "broken" in told
    assert "test_error_reports.py" in told
    assert "D7" in told
    for secret in ("203.0.113.77", "198.51.100.23", "TelltaleBrowser"):
        assert secret not in told
    if not (debug and html):  # a developer's own page shows variables
        assert "secret words" not in told


def test_it_is_the_one_in_use():
    assert type(get_default_exception_reporter_filter()).__name__ == "WithoutAnswers"
