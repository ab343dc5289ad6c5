"""What was typed on the optional page is there again after the page was lost, until it is sent."""

import pytest

from responses.models import Response
from tests.browser.conftest import PHONE, leave_screen

KEPT = "Object.keys(localStorage).filter(name => name.startsWith('answers:')).length"


@pytest.fixture
def second_page(open_browser, wave, licence_counter):
    page = open_browser(**PHONE)
    page.goto(licence_counter.get_absolute_url())
    page.locator("button[value='4']").tap()
    page.wait_for_url("**/more/**")
    page.locator("textarea").fill("รอนาน")
    return page


def test_it_is_there_again_and_forgotten_once_sent(second_page):
    address = second_page.url
    second_page.goto("about:blank")
    second_page.goto(address)
    assert second_page.locator("textarea").input_value() == "รอนาน"
    leave_screen(second_page)
    second_page.locator("[name='P1'][value='2']").check()
    process = second_page.url
    second_page.goto("about:blank")
    second_page.goto(process)
    assert second_page.locator("[name='P1'][value='2']").is_checked()
    leave_screen(second_page, "finish")
    assert Response.objects.get().answers == {"OV": 4, "P1": 2, "D7": "รอนาน"}
    assert second_page.evaluate(KEPT) == 0


def test_whoever_closes_the_browser_in_the_middle_has_given_what_was_sent(second_page, wave):
    leave_screen(second_page)
    second_page.locator("[name='P1'][value='2']").check()
    leave_screen(second_page)
    second_page.context.close()
    assert Response.objects.get().answers == {"OV": 4, "P1": 2, "D7": "รอนาน"}


def test_the_same_code_again_on_the_same_phone_offers_to_change(second_page, licence_counter):
    leave_screen(second_page, "finish")
    second_page.goto(licence_counter.get_absolute_url())
    second_page.locator("[data-answered] a").tap()
    second_page.wait_for_url("**/more/**")
    second_page.locator("summary").tap()
    second_page.locator("[name='OV'][value='1']").check()
    leave_screen(second_page, "finish")
    assert Response.objects.get().answers == {"OV": 1, "D7": "รอนาน"}
    second_page.evaluate(
        "for (const [name, text] of Object.entries(localStorage))"
        ' localStorage.setItem(name, text.replace(/"at":[0-9]+/, \'"at":1\'))'
    )
    second_page.goto(licence_counter.get_absolute_url())
    assert second_page.locator("[data-answered]").is_hidden()
    assert second_page.evaluate("Object.keys(localStorage).length") == 0


def test_two_tabs_store_one(second_page):
    other = second_page.context.new_page()
    other.goto(second_page.url)
    other.locator("textarea").fill("อีกหน้าหนึ่ง")
    leave_screen(other, "finish")
    leave_screen(second_page, "finish")
    assert [stored.answers for stored in Response.objects.all()] == [{"OV": 4, "D7": "รอนาน"}]


def test_after_an_hour_nothing_is_left(second_page, licence_counter):
    second_page.evaluate(
        "for (const [name, text] of Object.entries(localStorage))"
        ' localStorage.setItem(name, text.replace(/"at":[0-9]+/, \'"at":1\'))'
    )
    second_page.reload()
    assert second_page.locator("textarea").input_value() == ""
    assert second_page.evaluate(KEPT) == 0
