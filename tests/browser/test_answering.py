"""A citizen answers: on a phone without JavaScript, by keyboard alone, with a nervous finger."""

import re

import pytest

from analytics.counting import tally
from analytics.scoring.scores import compute_scores
from responses.models import Response
from tests.browser.conftest import PHONE, leave_screen

RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")


@pytest.fixture
def link(wave, licence_counter) -> str:
    return licence_counter.get_absolute_url()


def test_from_a_thai_answer_on_a_phone_to_the_agencys_page(
    open_browser, link, wave, answered, alice
):
    office = open_browser(alice)
    compute_scores(wave)
    office.goto(f"/en/waves/{wave.code}/agencies/DLT/")
    assert "40 answers" in office.locator(".headline").inner_text()

    phone = open_browser(**PHONE, java_script_enabled=False, locale="th-TH")
    phone.goto(link)
    assert phone.locator("html").get_attribute("lang") == "th"
    assert phone.locator("h1").inner_text() == "ความพึงพอใจในภาพรวม"
    phone.locator("button[value='4']").tap()
    phone.locator("textarea").fill("บริการดี แต่รอนาน")
    leave_screen(phone)
    phone.locator("fieldset", has_text="ขั้นตอนชัดเจน").locator("[value='5']").check()
    leave_screen(phone, "finish")
    phone.locator("summary").tap()
    receipt = phone.locator(".receipt").inner_text()
    assert RECEIPT.fullmatch(receipt)

    stored = Response.objects.get(receipt=receipt)
    assert stored.answers == {"OV": 4, "P1": 5, "D7": "บริการดี แต่รอนาน"}
    assert stored.language == "th"

    tally.fold(wave)
    compute_scores(wave)
    office.reload()
    headline = office.locator(".headline").inner_text()
    assert "40 answers" in headline  # the rating moves by ten, once a day
    assert "1 more since" in headline


def test_the_page_fits_a_phone_and_a_finger(open_browser, link):
    phone = open_browser(**PHONE)
    for query in ("", "?lang=en"):
        phone.goto(link + query)
        first = targets(phone)
        phone.locator("button[value='3']").tap()
        phone.wait_for_url("**/more/**")
        second = targets(phone)
        leave_screen(phone)
        third = targets(phone)
        for height in first + second + third:
            assert height >= 48
        assert phone.evaluate("document.documentElement.scrollWidth") == 360


def targets(page) -> list[float]:
    """The heights of everything on the page that takes a tap in answering."""
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    kinds = "button, .scale label, .list label, select, textarea, summary"
    found = page.locator(kinds).locator("visible=true").all()
    return [box["height"] for target in found if (box := target.bounding_box())]


@pytest.mark.parametrize("height", [568, 740])
def test_all_five_answers_are_seen_at_once(open_browser, link, height):
    phone = open_browser(**PHONE | {"viewport": {"width": 320, "height": height}})
    for query in ("", "?lang=en"):
        phone.goto(link + query)
        box = phone.locator("button[value='1']").bounding_box()
        assert box
        assert box["y"] + box["height"] <= height


def test_by_keyboard_alone(open_browser, link):
    page = open_browser()
    page.goto(link + "?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "5"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/more/**")
    tab_to(page, "D7")
    page.keyboard.type("slow")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past the end, to more
    page.keyboard.press("Enter")
    page.wait_for_url("**/more/*/1/**")
    tab_to(page, "P1")
    page.keyboard.press("ArrowDown")
    tab_to(page, "go")
    page.keyboard.press("Enter")
    page.wait_for_url("**/more/*/2/**")
    assert Response.objects.get().answers["OV"] == 4
    assert Response.objects.get().answers["P1"] in range(1, 6)


def tab_to(page, name: str) -> None:
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"no way to {name}")


def test_a_double_click_stores_one(open_browser, link):
    page = open_browser()
    page.goto(link)
    page.locator("button[value='5']").dblclick(no_wait_after=True)
    page.wait_for_url("**/more/**")
    assert Response.objects.count() == 1


@pytest.mark.parametrize("keeps_pages", ["chromium", "forgetful_chromium"])
@pytest.mark.parametrize("scripts", [True, False])
def test_going_back_and_refreshing_stores_one(open_browser, link, request, keeps_pages, scripts):
    """Whether the browser keeps the page that was left or loads it again from its cache."""
    browser = request.getfixturevalue(keeps_pages)
    page = open_browser(browser=browser, java_script_enabled=scripts)
    page.goto(link)
    for rating in (5, 4, 2):
        page.locator(f"button[value='{rating}']").click()
        page.wait_for_url("**/more/**")
        page.reload()
        page.go_back(wait_until="commit")
    page.locator("button[value='3']").click()
    page.wait_for_url("**/more/**")
    assert [response.overall for response in Response.objects.all()] == [3]
    page.goto(link)  # not gone back: another person, who scans the same code on this phone
    page.locator("button[value='1']").click()
    page.wait_for_url("**/more/**")
    assert sorted(response.overall for response in Response.objects.all()) == [1, 3]


def test_the_language_is_kept_to_the_end(open_browser, link):
    page = open_browser()
    page.goto(link)
    page.get_by_role("link", name="English").click()
    page.locator("button[value='5']").click()
    leave_screen(page)
    leave_screen(page, "finish")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Privacy notice").click()
    assert page.locator("html").get_attribute("lang") == "en"
