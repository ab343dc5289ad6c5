"""What cannot be stored just now is said to be so, in the form that each sender reads."""

import errno
import json
import re

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse

from config.failures import is_passing
from responses.models import Response
from tests.form_pages import form_token
from tests.responses.collect import basic

pytestmark = pytest.mark.django_db


class Away:
    """A database that answers nothing, for every statement that writes."""

    def __init__(self, words="INSERT"):
        self.words = words

    def __call__(self, execute, sql, params, many, context):
        if self.words in sql:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    return client


def form(browser, link):
    page = browser.get(link.get_absolute_url())
    token = form_token(page)
    return reverse("responses:answer", args=[link.slug]), {"form_token": token, "overall": "4"}


def test_an_answer_that_is_not_stored_is_said_to_be_so_and_sent_again_once(
    browser, wave, licence_counter
):
    address, sent = form(browser, licence_counter)
    with connection.execute_wrapper(Away()):
        failed = browser.post(address, sent)
    assert failed.status_code == 503
    assert 10 <= int(failed["Retry-After"]) <= 20
    assert failed["Cache-Control"] == "no-store"
    page = failed.content.decode()
    assert "Your answer is not stored yet" in page
    assert "not lost" not in page
    assert not Response.objects.exists()
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert again == sent
    for _tap in range(2):
        assert browser.post(address, again).status_code == 303
    assert Response.objects.count() == 1


def test_what_was_sent_comes_back_escaped(browser, wave, licence_counter):
    address, sent = form(browser, licence_counter)
    with connection.execute_wrapper(Away()):
        page = browser.post(address, sent | {"x": '"><script>'}).content.decode()
    assert '"><script>' not in page


def test_a_program_gets_a_problem_and_when_to_try_again(browser, wave):
    with connection.execute_wrapper(Away("SELECT")):
        failed = browser.get("/api/v1/waves/", headers={"Accept-Language": "en"})
    assert failed.status_code == 503
    assert failed["Content-Type"] == "application/problem+json"
    assert "Retry-After" in failed
    assert json.loads(failed.content)["status"] == 503


def test_a_device_gets_a_message_that_it_shows(browser, wave):
    device = {"X-OpenRosa-Version": "1.0", "Authorization": basic("cs00000000_wrong")}
    with connection.execute_wrapper(Away("SELECT")):
        failed = browser.get("/openrosa/formList", headers=device)
    assert failed.status_code == 503
    assert b"OpenRosaResponse" in failed.content


def test_passwords_are_not_repeated(browser):
    with connection.execute_wrapper(Away("SELECT")):
        failed = browser.post("/en/account/login/", {"login": "x", "password": "S3CRET"})
    assert failed.status_code == 503
    assert b"S3CRET" not in failed.content


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (OperationalError(), True),
        (InterfaceError(), True),
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.EACCES, "denied"), False),
        (ValueError(), False),
    ],
)
def test_what_passes_by_itself(error, passing):
    assert is_passing(error) is passing


def test_a_fault_of_our_own_promises_nothing(browser, wave, licence_counter):
    def broken(execute, sql, params, many, context):
        raise ZeroDivisionError

    address, sent = form(browser, licence_counter)
    with connection.execute_wrapper(broken):
        failed = browser.post(address, sent)
    assert failed.status_code == 500
    assert "it may not be stored" in failed.content.decode()


@pytest.mark.parametrize("host", ["10.0.0.7", "localhost"])
def test_a_load_balancer_asks_by_whatever_name(client, settings, host):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
    assert client.get("/readyz", headers={"Host": host}).status_code == 200
    with connection.execute_wrapper(Away("SELECT 1")):
        assert client.get("/readyz", headers={"Host": host}).status_code == 503
        assert client.get("/healthz", headers={"Host": host}).status_code == 200
