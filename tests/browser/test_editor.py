"""Questions are dragged in the outline; the buttons beside stay for whoever uses none."""

import pytest

from surveys.arranging import flat, outline
from surveys.models import User
from surveys.roles import place
from tests.browser.conftest import violations


@pytest.fixture
def office(open_browser, questionnaire):
    user = User.objects.create_user("somchai", "somchai@example.org", "x")
    place(user, "Survey office")
    page = open_browser(user, viewport={"width": 1280, "height": 800})
    page.goto(f"/en/office/questionnaires/{questionnaire.pk}/")
    return page


def test_a_question_is_dragged_and_the_change_undone(office, questionnaire):
    def codes() -> list[str]:
        return [each.code for each in flat(outline(questionnaire))]

    def shown() -> list[str]:
        return [each.get_attribute("data-code") for each in office.locator(".outline a").all()]

    before = codes()
    assert shown() == before
    first, last = (office.locator(".outline li").nth(at) for at in (1, -1))
    with office.expect_navigation():
        last.drag_to(first, target_position={"x": 20, "y": 2})
    moved = [before[0], before[-1], *before[1:-1]]
    assert codes() == shown() == moved
    assert violations(office) == []
    with office.expect_navigation():
        office.locator(".outline li").nth(1).drag_to(
            office.locator(".outline li").last, target_position={"x": 20, "y": 30}
        )
    assert codes() == shown() == before
    with office.expect_navigation():
        office.get_by_role("button", name="Undo the last change").click()
    assert codes() == moved


def test_dropped_elsewhere_it_goes_back(office, questionnaire):
    order = office.locator(".outline").inner_text()
    office.locator(".outline li").last.drag_to(office.locator("h1"))
    assert office.locator(".outline").inner_text() == order
