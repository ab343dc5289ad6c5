"""The owner of an answer on a phone, with JavaScript and without: types the code, sees, erases."""

import pytest

from responses.models import Response
from responses.receipts.private_code import private_code
from tests.browser.conftest import PHONE, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["th", "en"])
def test_look_up_see_erase(open_browser, government, send, script, query):
    """The real browser sends its origin with the form, and tells no other page the address."""
    stored = send(government.licence, government.counter, 4, D7="ดี")
    page = open_browser(**PHONE, java_script_enabled=script)
    told = []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    page.goto(f"/receipt/{stored.receipt}/own/{query}")
    page.fill("#private_code", private_code(stored.receipt))
    page.click("button.send")
    page.wait_for_url("**/own/*/**")
    token = page.url.partition("/own/")[2].strip("/").partition("/")[0]
    if script:
        assert violations(page) == []
    page.check("#sure")
    page.click("button.danger")
    page.wait_for_url(f"**/receipt/{stored.receipt}/{query}")
    stored.refresh_from_db()
    assert (stored.disposition, stored.answers) == (Response.Disposition.ERASED, {})
    assert not any(token in referer for referer in told)
