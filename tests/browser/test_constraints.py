"""An answer that does not fit is told at its field before it is sent, as the server would."""

import pytest
from playwright.sync_api import expect

from responses.models import Response
from surveys.models import Question
from tests.browser.conftest import PHONE, in_one_group, leave_screen, violations


@pytest.fixture
def link(wave, licence_counter) -> str:
    fruit = [{"code": "a", "th": "มะม่วง"}, {"code": "b", "th": "ข้าว"}]
    rows = [
        {
            "code": "AGE",
            "kind": "number",
            "text_th": "อายุ",
            "hint_th": "เป็นปี",
            "constraint": ". >= 20 and . < 120",
            "constraint_message_th": "อายุตั้งแต่ 20 ปี",
        },
        {
            "code": "F",
            "kind": "multiple",
            "text_th": "ชอบ",
            "choices": fruit,
            "constraint": "count-selected(.) <= 1",
        },
        {
            "code": "N",
            "kind": "number",
            "text_th": "ครั้ง",
            "relevant": "${P1} = 5",
            "constraint": ". > 0",
            "may_not_apply": True,
        },
    ]
    Question.objects.bulk_create(
        Question(questionnaire=wave.questionnaire, position=10 + k, **row)
        for k, row in enumerate(rows)
    )
    in_one_group(wave.questionnaire)
    return licence_counter.get_absolute_url()


def details(open_browser, link, **options):
    page = open_browser(**PHONE, **options)
    page.goto(link)
    page.locator("button[value='4']").tap()
    page.wait_for_url("**/more/**")
    leave_screen(page)
    return page


def told(page) -> dict[str, object]:
    """What is said about the age, and where."""
    box = page.locator("[name='AGE']")
    return {
        "title": page.title(),
        "heading": page.locator(".problem h2").inner_text(),
        "links": [
            (link.get_attribute("href"), link.inner_text())
            for link in page.locator(".problem a").all()
        ],
        "error": page.locator("#AGE_error").inner_text(),
        "invalid": box.get_attribute("aria-invalid"),
        "described": box.get_attribute("aria-describedby"),
        "marked": page.locator(".item.has-error [name]").first.get_attribute("name"),
        "above": page.locator("#AGE_error ~ [name='AGE']").count(),
    }


def test_the_page_says_what_the_server_says(open_browser, link):
    said = []
    for javascript in (True, False):
        page = details(open_browser, link, java_script_enabled=javascript)
        page.locator("[name='AGE']").fill("๑๙")
        page.locator(".send").first.tap()
        page.locator(".problem").wait_for()
        said.append(told(page))
        if javascript:
            assert not violations(page)
            assert page.evaluate("document.activeElement.className") == "problem"
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            assert Response.objects.get().revision == 1  # nothing was sent
    in_page, by_server = said
    assert in_page == by_server
    assert in_page["links"] == [("#AGE", "อายุ: อายุตั้งแต่ 20 ปี")]
    assert in_page["described"] == "AGE_helptext AGE_error"


def test_told_when_it_is_answered_and_gone_when_mended(open_browser, link):
    page = details(open_browser, link)
    box = page.locator("[name='AGE']")
    box.fill("1")
    assert not page.locator(".error").count()  # nobody is corrected while typing
    box.blur()
    error = page.locator("#AGE_error")
    error.wait_for()
    assert error.inner_text().split("\n") == ["ข้อผิดพลาด:", "อายุตั้งแต่ 20 ปี"]
    box.fill("20")
    box.blur()
    expect(page.locator(".error, .has-error, [aria-invalid]")).to_have_count(0)
    assert box.get_attribute("aria-describedby") == "AGE_helptext"
    box.fill("many")  # how to write a number is the server's to say
    box.blur()
    page.wait_for_timeout(600)
    assert not page.locator(".error").count()


def test_choices_are_looked_at_together_and_what_is_hidden_is_not(open_browser, link):
    page = details(open_browser, link)
    for code in "ab":
        page.locator(f"[name='F'][value='{code}']").check()
    group = page.locator("fieldset:has([name='F'])")
    expect(group).to_have_attribute("aria-describedby", "F-error")
    page.locator("[name='P1'][value='5']").check()
    page.locator("[name='N']").fill("0")
    page.locator("[name='N']").blur()
    expect(page.locator(".error")).to_have_count(2)
    assert not violations(page)
    page.locator(".send").first.tap()
    links = page.locator(".problem a")
    assert [one.get_attribute("href") for one in links.all()] == ["#F_0", "#N"]
    links.nth(1).tap()
    assert page.evaluate("document.activeElement.id") == "N"
    page.locator("[name='P1'][value='4']").check()  # no longer asked: it need not fit
    page.locator("[name='F'][value='a']").uncheck()
    page.locator(".send").first.tap()
    page.wait_for_url("**/thanks/**")
    assert Response.objects.get().answers == {"OV": 4, "P1": 4, "F": ["b"]}


def test_the_server_decides(open_browser, link):
    page = details(open_browser, link)
    page.locator("[name='AGE']").fill("19")
    page.evaluate("document.querySelector('form').submit()")  # passes by every listener
    page.locator(".problem").wait_for()
    assert Response.objects.get().answers == {"OV": 4}
    page.locator("[name='AGE']").fill("33")
    page.locator("[name='AGE']").blur()
    expect(page.locator("#AGE_error")).to_have_count(0)
    page.locator(".send").first.tap()
    page.wait_for_url("**/thanks/**")
    assert Response.objects.get().answers["AGE"] == 33
