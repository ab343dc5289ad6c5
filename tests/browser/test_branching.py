"""Questions come and go with the answers; without JavaScript all are shown, and no more kept."""

import pytest

from responses.models import Response
from surveys.models import Question
from tests.browser.conftest import PHONE, in_one_group, leave_screen, violations
from tests.form_pages import form_token


@pytest.fixture
def link(wave, licence_counter) -> str:
    """Every kind of question, some that depend on others, behind the models' back."""
    fruit = [{"code": "a", "th": "มะม่วง"}, {"code": "b", "th": "ข้าว"}]
    wave.questionnaire.questions.filter(code="D7").update(relevant="${OV} <= 2")
    rows = [
        {"code": "G", "kind": "group", "text_th": "ตาราง", "relevant": "${P1} >= 4"},
        {"code": "M1", "kind": "rating", "text_th": "ก", "group": "G"},
        {"code": "M2", "kind": "rating", "text_th": "ข", "group": "G"},
        {"code": "K", "kind": "note", "text_th": "ขอบคุณ", "relevant": "selected(${F}, 'b')"},
        {"code": "F", "kind": "multiple", "text_th": "ชอบ", "choices": fruit},
        {"code": "B", "kind": "date", "text_th": "วันที่", "may_not_apply": True},
        {"code": "A", "kind": "text", "text_th": "ก่อนปี", "relevant": "${B} < date('2026-01-01')"},
        {"code": "C", "kind": "number", "text_th": "จำนวน"},
        {"code": "X", "kind": "calculated", "calculation": "${C} * 2"},
        {"code": "Y", "kind": "text", "text_th": "มาก", "relevant": "${X} > 2000"},
        {"code": "N", "kind": "nps", "text_th": "แนะนำ", "may_not_apply": True},
    ]
    Question.objects.bulk_create(
        Question(questionnaire=wave.questionnaire, position=10 + k, **row)
        for k, row in enumerate(rows)
    )
    in_one_group(wave.questionnaire)
    return licence_counter.get_absolute_url()


def shown(page) -> set[str]:
    items = page.locator("[data-name]:visible").all()
    return {item.get_attribute("data-name") for item in items} - {"OV"}


def test_with_javascript(open_browser, link):
    page = open_browser(**PHONE)
    page.goto(link)
    page.locator("button[value='4']").tap()
    page.wait_for_url("**/more/**")
    leave_screen(page)
    always = {"P1", "S1", "D2", "F", "B", "C", "N"}
    assert shown(page) == always
    page.locator("[name='P1'][value='5']").check()
    assert shown(page) == always | {"M1", "M2"}
    page.locator("[name='M1'][value='3']").check()
    page.locator("[name='P1'][value='0']").check()
    assert shown(page) == always
    page.locator("[name='F'][value='b']").check()
    assert page.get_by_text("ขอบคุณ").is_visible()
    page.locator("[name='B']").fill("๓๑/๑๒/๒๕๖๘")
    page.locator("[name='C']").fill("1,๒๐๐")
    assert shown(page) == always | {"A", "Y"}
    page.locator("[name='Y']").fill("ถึง")
    page.locator("[name='N'][value='0']").check()
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for label in page.locator(".scale label, .list label, .nps label, input[type=text]").all():
        if box := label.bounding_box():
            assert box["height"] >= 48
    page.locator(".send").first.tap()
    page.wait_for_url("**/thanks/**")
    assert Response.objects.get().answers == {
        "OV": 4, "P1": 0, "F": ["b"], "B": "2025-12-31", "C": 1200, "Y": "ถึง", "N": 0
    }  # fmt: skip


def test_without_javascript(open_browser, link):
    page = open_browser(**PHONE, java_script_enabled=False)
    page.goto(link)
    page.locator("button[value='4']").tap()
    page.wait_for_url("**/more/**")
    leave_screen(page)
    assert shown(page) >= {"P1", "M1", "D7", "A", "Y"}
    page.locator("[name='M1'][value='3']").check()
    page.locator("[name='D7']").fill("ไม่เก็บ")
    page.locator("[name='B:na']").check()
    page.locator("[name='C']").fill("many")
    page.locator(".send").first.tap()
    page.locator(".problem").wait_for()
    assert "จำนวน" in page.locator(".problem li").inner_text()
    page.locator("[name='C']").fill("3")
    page.locator(".send").first.tap()
    page.wait_for_url("**/thanks/**")
    assert Response.objects.get().answers == {"OV": 4, "B": "n/a", "C": 3}


def test_the_page_stays_light(link, client):
    slug = link.strip("/").split("/")[-1]
    page = client.get(link)
    assert len(page.content) < 30 * 1024
    token = form_token(page)
    answer = client.post(link, {"form_token": token, "overall": "4"}, follow=True)
    assert slug in answer.request["PATH_INFO"]
    answer = client.post(answer.request["PATH_INFO"], {"go": "on"}, follow=True)
    assert b"relevance.js" in answer.content
    assert b'name="P1"' in answer.content
    assert len(answer.content) < 30 * 1024


def test_what_applies_may_depend_on_the_screen_before(open_browser, wave, licence_counter):
    questions = wave.questionnaire.questions
    questions.filter(code="S1").update(relevant="${P1} <= 2 and ${OV} <= 4")
    questions.filter(code="D2").update(relevant="${S1} = 1")
    page = open_browser(**PHONE)
    page.goto(licence_counter.get_absolute_url())
    page.locator("button[value='4']").tap()
    page.wait_for_url("**/more/**")
    leave_screen(page)
    page.locator("[name='P1'][value='5']").check()
    leave_screen(page)  # nothing else applies
    page.go_back(wait_until="commit")
    page.locator("[name='P1'][value='1']").check()
    page.locator(".send").first.tap()
    page.locator("[name='S1']").first.wait_for()
    assert shown(page) == {"S1"}
    page.locator("[name='S1'][value='1']").check()
    page.locator(".send").first.tap()
    page.locator("[name='D2']").first.wait_for()
    leave_screen(page, "back")
    assert page.locator("[name='S1'][value='1']").is_checked()
    leave_screen(page, "on")
    page.locator("[name='D2'][value='f']").check()
    page.locator(".send").first.tap()
    page.wait_for_url("**/thanks/**")
    assert Response.objects.get().answers == {"OV": 4, "P1": 1, "S1": 1, "D2": "f"}
