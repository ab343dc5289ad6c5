"""A call from the search to the receipt by keyboard alone."""

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission

from responses.models import Response
from surveys.models import Channel, User
from surveys.waves import open_wave
from tests.browser.conftest import violations


@pytest.fixture
def agent(agent_of) -> User:
    return agent_of()


@pytest.fixture
def agent_of(draft, government) -> Callable[[], User]:
    """Opens the wave, with a line, and gives an agent."""
    return lambda: _agent(open_wave(draft), government)


def _agent(wave, government) -> User:
    line = Channel.objects.create(
        code="cc1111", family="telephone", position=9, name_th="สายด่วน 1111", name_en="1111"
    )
    cell = wave.frame.cells.first()
    wave.frame.cells.create(
        service=government.licence,
        channel=line,
        encounters=500,
        starts_on=cell.starts_on,
        ends_on=cell.ends_on,
    )
    user = User.objects.create_user("dao", "dao@example.org", "pass-of-dao")
    user.user_permissions.add(Permission.objects.get(codename="take_calls"))
    return user


def test_two_calls_by_keyboard_alone(open_browser, agent):
    page = open_browser(agent)
    page.goto("/agent/?lang=en")
    began = time.monotonic()
    for number, rating in enumerate("42", start=1):
        page.keyboard.type("licence")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=licence**")
        page.keyboard.press("1")
        page.wait_for_url("**/agent/DLT-1/**")
        page.locator(".item.now").wait_for()
        page.keyboard.press(rating)  # overall
        page.keyboard.press("0")  # does not apply
        page.keyboard.press("1")  # the first of the choices
        page.keyboard.type("Noisy, 2 hours")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.get_by_text("Stored. Receipt code").wait_for()
        assert Response.objects.count() == number
    assert (time.monotonic() - began) / 2 < 40
    first, second = Response.objects.order_by("pk")
    assert first.answers == {"OV": 4, "P1": 0, "D2": "f", "D7": "Noisy, 2 hours"}
    assert second.overall == 2


def test_keys_reach_what_applies_and_only_that(questionnaire, open_browser, agent_of):
    def ask(code, kind, **fields):
        position = questionnaire.questions.count()
        questionnaire.questions.create(
            code=code, kind=kind, text_th=code, position=position, **fields
        )

    several = [{"code": code, "th": code} for code in ("a", "b", "c")]
    ask("why", "multiple", choices=several, relevant="${OV} <= 2")
    ask("age", "number", constraint=". >= 20")
    ask("advise", "nps")
    page = open_browser(agent_of())
    for rating, keys, stored in (
        ("5", ["1", "9", "Enter"], {}),
        ("2", ["1", "3", "Enter", "3", "4", "Enter"], {"why": ["a", "c"], "age": 34}),
    ):
        page.goto("/agent/DLT-1/cc1111/?lang=en")
        page.locator(".item.now").wait_for()
        for key in [rating, "0", "Enter", "Enter", *keys, "7"]:
            page.keyboard.press(key)
        page.locator(".send:focus").wait_for()
        page.keyboard.press("Enter")
        if not stored:
            page.get_by_text("age: This answer does not fit").wait_for()
            page.locator("#age").fill("29")
            page.locator(".send").click()
            stored = {"age": 29}
        page.get_by_text("Stored. Receipt code").wait_for()
        response = Response.objects.order_by("-pk").first()
        assert response.answers == {"OV": int(rating), "P1": 0, "advise": 7} | stored


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["th", "en"])
def test_accessible(open_browser, agent, query, scheme):
    page = open_browser(agent, color_scheme=scheme, viewport={"width": 1024, "height": 768})
    page.goto("/agent/" + query)
    found = violations(page)
    page.goto("/agent/DLT-1/cc1111/" + query)
    found += violations(page)
    page.locator(".send").click()
    page.locator("form, .problem").first.wait_for()
    assert not found + violations(page)
