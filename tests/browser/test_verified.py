"""A citizen signs in on a phone, whose browser makes the token, and answers with it."""

from urllib.parse import urlsplit

import pytest

from config.intake_first import IntakeFirst
from responses.models import Response
from surveys.models import IssuedToken, SpentToken
from tests.browser.conftest import PHONE
from tests.browser.test_identity import offered, provider, say_who  # noqa: F401
from tests.browser.test_two_steps import look


@pytest.fixture
def draft(draft):
    draft.method = draft.method | {"tokens": "offered"}
    draft.save()
    return draft


@pytest.fixture(autouse=True)
def policy_as_now(monkeypatch):
    """The server of all tests keeps the policy of its first answer, which knew no provider."""
    monkeypatch.setattr(IntakeFirst, "policy", property(IntakeFirst.policy.func))


@pytest.fixture
def link(wave, licence_counter) -> str:
    return licence_counter.get_absolute_url()


@pytest.mark.parametrize("language", ["en", "th"])
def test_sign_in_and_answer_once(open_browser, link, offered, language):  # noqa: F811
    page = open_browser(besides=offered, **PHONE)
    page.goto(f"{link}?lang={language}")
    found = look(page, "verified-offered")
    page.locator("[data-offer] button").press("Enter")
    say_who(page, offered)
    page.wait_for_url(f"**{link}{'?lang=en' if language == 'en' else ''}")
    page.locator("[data-ready]").wait_for()
    found += look(page, "verified-ready")
    token = page.locator("[name=verified_token]").input_value()
    page.locator("button[value='5']").tap()
    page.wait_for_url("**/i/more/**")
    assert Response.objects.get().selection == "verified"
    assert SpentToken.objects.count() == IssuedToken.objects.count() == 1

    page.goto(f"{link}?lang={language}")
    assert page.locator("[data-offer]").is_visible()
    page.locator("[name=verified_token]").evaluate("(field, token) => field.value = token", token)
    page.locator("button[value='1']").tap()
    page.locator("main a.button").wait_for()
    found += look(page, "verified-spent")
    assert Response.objects.get().overall == 5
    assert not found


def test_a_second_token_is_refused_in_words(chromium, live_server, link, offered):  # noqa: F811
    """Not watched: a browser notes a refusal in its console."""
    for visit in range(2):
        context = chromium.new_context(base_url=live_server.url, **PHONE)
        page = context.new_page()
        page.goto(f"{link}?lang=en")
        page.locator("[data-offer] button").press("Enter")
        say_who(page, offered)
        if not visit:
            page.locator("[data-ready]").wait_for()
    page.get_by_text("You have already signed in for this survey").wait_for()
    assert not look(page, "verified-refused")
    page.locator("[data-back]").tap()
    page.wait_for_url(lambda url: urlsplit(url).path == link)
    context.close()
    assert IssuedToken.objects.count() == 1


def test_without_javascript_one_answers_without(open_browser, link, offered):  # noqa: F811
    page = open_browser(java_script_enabled=False, **PHONE)
    page.goto(f"{link}?lang=en")
    assert "needs JavaScript" in page.locator("[data-verified]").inner_text()
    assert not page.locator("[data-offer]").is_visible()
    page.locator("button[value='5']").tap()
    page.wait_for_url("**/more/**")
    assert Response.objects.get().selection == "open"
