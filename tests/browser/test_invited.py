"""An invited citizen's way on a phone, with JavaScript and without; the office's page."""

import pytest

from surveys.models import Ballot
from surveys.sampling.invitations import start_mailing
from tests.browser.conftest import PHONE, violations
from tests.invitations.drawn import invite, new_draw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draw(wave):
    return new_draw(wave)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["th", "en"])
def test_open_tap_complete_thanks(open_browser, government, draw, script, query):
    """The real browser sends its origin with the form: a stricter referrer policy would not."""
    citizen = invite(draw, government.licence, government.counter, 1)[0]
    page = open_browser(**PHONE, java_script_enabled=script)
    told = []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    page.goto(citizen.url + query)
    if script:
        assert violations(page) == []
    page.reload()
    assert Ballot.objects.exists()
    page.click("#answer-4")
    page.wait_for_url("**/i/more/**")
    assert not Ballot.objects.exists()
    page.click("button.send >> nth=0")
    page.wait_for_url("**/i/thanks/**")
    assert page.locator(".receipt").text_content()
    assert not any(citizen.token in referer for referer in told)
    page.goto(citizen.url + query)
    assert page.locator("form").count() == 0
    if script:
        assert violations(page) == []


@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["th", "en"])
def test_stopping_is_two_steps(open_browser, government, draw, query):
    citizen = invite(draw, government.licence, government.counter, 1)[0]
    page = open_browser(**PHONE)
    page.goto(citizen.url + query)
    page.click('a[href^="/stop/"]')
    assert violations(page) == []
    page.click("button.send")
    page.wait_for_load_state()
    assert violations(page) == []


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_offices_page_and_the_counts(open_browser, alice, government, draw, language, width):
    invite(draw, government.licence, government.counter, 30)
    start_mailing(draw, alice)
    invite(new_draw(draw.wave), government.tax, government.online, 12)
    page = open_browser(alice, viewport={"width": width, "height": 800})
    for address in ("invitations/", "waves/W1/", "agency/DLT/reached/?wave=W1"):
        page.goto(f"/{language}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
