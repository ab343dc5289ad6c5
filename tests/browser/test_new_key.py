"""The page with a new key shows the code that sets up a device, on a telephone too."""

import pytest

from tests.browser.conftest import PHONE, violations
from tests.browser.test_accessibility import LOOKS


@pytest.mark.parametrize("public_url", ["https://survey.example", "http://192.0.2.10:8000"])
@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_a_new_key(open_browser, alice, kiosk, settings, language, scheme, public_url):
    settings.PUBLIC_URL = public_url
    page = open_browser(alice, color_scheme=scheme, **PHONE)
    page.goto(f"/{language}/admin/responses/collectingsystem/")
    page.locator("[name=_selected_action]").check()
    page.locator("[name=action]").select_option("replace_key")
    page.locator("button[name=index]").click()
    code = page.locator(".device img")
    code.wait_for()
    assert code.evaluate("image => image.complete && image.naturalWidth") > 200
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert public_url in page.locator(".device dd").first.inner_text()
    assert not violations(page)
