"""What was typed on the optional page is there again after the page was lost, until it is sent."""

import pytest

from responses.models import Response
from tests.browser.conftest import PHONE

KEPT = "Object.keys(localStorage).filter(name => name.startsWith('answers:')).length"


@pytest.fixture
def second_page(open_browser, wave, licence_counter):
    page = open_browser(**PHONE)
    page.goto(licence_counter.get_absolute_url())
    page.locator("button[value='4']").tap()
    page.wait_for_url("**/more/**")
    page.locator("[name='P1'][value='2']").check()
    page.locator("textarea").fill("รอนาน")
    return page


def test_it_is_there_again_and_forgotten_once_sent(second_page):
    address = second_page.url
    second_page.goto("about:blank")
    second_page.goto(address)
    assert second_page.locator("[name='P1'][value='2']").is_checked()
    assert second_page.locator("textarea").input_value() == "รอนาน"
    second_page.locator(".send").tap()
    second_page.wait_for_url("**/thanks/**")
    assert Response.objects.get().answers == {"OV": 4, "P1": 2, "D7": "รอนาน"}
    assert second_page.evaluate(KEPT) == 0
    second_page.goto(address)
    assert second_page.locator("textarea").input_value() == ""


def test_after_an_hour_nothing_is_left(second_page, licence_counter):
    second_page.evaluate(
        "for (const [name, text] of Object.entries(localStorage))"
        ' localStorage.setItem(name, text.replace(/"at":[0-9]+/, \'"at":1\'))'
    )
    second_page.reload()
    assert second_page.locator("textarea").input_value() == ""
    assert second_page.evaluate(KEPT) == 0
