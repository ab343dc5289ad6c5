"""The survey office sees what citizens will see, at two widths and in two languages."""

import pytest

from responses.models import Response
from surveys.models import Question
from tests.browser.conftest import PHONE, violations


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_preview(open_browser, alice, questionnaire, language):
    Question.objects.filter(code="D7").update(relevant="${OV} <= 2")
    page = open_browser(alice)
    page.goto(f"/preview/{questionnaire.pk}/?lang={language}")
    phone, desktop = (page.frame_locator(f".{name} iframe") for name in ("phone", "desktop"))
    phone.locator("[name='OV'][value='5']").check()
    assert phone.locator("textarea").is_hidden()
    phone.locator("[name='OV'][value='1']").check()
    assert phone.locator("textarea").is_visible()
    desktop.locator(".send").wait_for()
    assert not violations(page)
    page.goto(f"/preview/{questionnaire.pk}/form/?lang={language}")
    assert not violations(page)
    page.locator("[name='OV'][value='4']").check()
    page.locator(".send").click()
    page.locator("[role='status']").wait_for()
    assert not Response.objects.exists()


def test_the_preview_on_a_phone(open_browser, alice, questionnaire):
    page = open_browser(alice, **PHONE)
    page.goto(f"/preview/{questionnaire.pk}/")
    page.frame_locator(".phone iframe").locator(".send").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_others_are_refused(client, bob, questionnaire):
    client.force_login(bob)
    assert client.get(f"/preview/{questionnaire.pk}/").status_code == 403
    assert client.get(f"/preview/{questionnaire.pk}/form/").status_code == 403
