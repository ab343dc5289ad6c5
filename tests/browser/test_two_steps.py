"""Signing in with two steps in a real browser: an app's code, a passkey, a recovery code."""

import os
import re
from pathlib import Path

import pytest
from django.core.cache import cache

from surveys.models import Act, User
from surveys.roles import place
from tests.browser.conftest import PHONE, violations
from tests.surveys.second_step import code_of

PASSWORD = "counter-lamp-29"
LOOKS = [
    pytest.param(language, options, id=f"{language}-{name}")
    for language in ("th", "en")
    for name, options in (
        ("desktop", {"viewport": {"width": 1280, "height": 800}}),
        ("phone-dark", PHONE | {"color_scheme": "dark"}),
    )
]


@pytest.fixture
def officer(government):
    user = User.objects.create_user("officer", "officer@opdc.example", PASSWORD)
    place(user, "Survey office")
    return user


def look(page, name="") -> list[str]:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], page.url
    if shots := os.environ.get("SHOTS"):
        size = page.viewport_size["width"]
        language = "th" if "/th/" in page.url else "en"
        page.screenshot(path=Path(shots) / f"{name}-{language}-{size}.png", full_page=True)
    return violations(page)


def type_password(page, language="en"):
    page.goto(f"/{language}/account/login/?next=/{language}/account/email/")
    page.locator("#id_login").fill("officer")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")


def sign_out(page, language="en"):
    page.goto(f"/{language}/account/logout/")
    page.locator("main form button").press("Enter")
    page.wait_for_url(re.compile("/(th|en)/$"))


def sign_in_again(page):
    if "reauthenticate" in page.url:
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")


def open_own(page, address):
    page.goto(address)
    sign_in_again(page)
    page.wait_for_url(f"**{address}")


def set_up_app(page, language) -> str:
    open_own(page, f"/{language}/account/two-step/totp/activate/")
    secret = page.locator(".key").inner_text()
    page.locator("#id_code").fill(code_of(secret))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/recovery-codes/")
    return secret


@pytest.mark.parametrize(("language", "options"), LOOKS)
def test_app_and_recovery_code(open_browser, officer, language, options):
    page = open_browser(**options)
    type_password(page, language)
    page.goto(f"/{language}/account/two-step/")
    found = look(page, "index")
    open_own(page, f"/{language}/account/two-step/totp/activate/")
    found += look(page, "app")
    page.locator("#id_code").fill("12")
    page.locator("#id_code").press("Enter")
    page.locator(".problem[role=alert]").wait_for()
    found += look(page, "app-wrong")
    secret = set_up_app(page, language)
    found += look(page, "codes")
    recovery = page.locator(".recovery code").first.inner_text()
    page.goto(f"/{language}/account/sessions/")
    found += look(page, "sessions")
    for code in (lambda: code_of(secret), lambda: recovery):
        cache.clear()  # an app's code works once; these tests are quicker than it changes
        sign_out(page, language)
        type_password(page, language)
        page.wait_for_url("**/authenticate/**")
        found += look(page, "second-step")
        page.locator("#id_code").fill(code())
        page.locator("#id_code").press("Enter")
        page.wait_for_url("**/account/email/")
    page.goto(f"/{language}/account/two-step/totp/deactivate/")
    found += look(page, "remove-app")
    assert not found


def plug_in(page) -> None:
    """A device that holds passkeys and says yes to its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("language", "options"), LOOKS)
def test_a_passkey_with_and_without_the_password(open_browser, officer, language, options):
    page = open_browser(**options)
    plug_in(page)
    type_password(page, language)
    open_own(page, f"/{language}/account/two-step/webauthn/add/")
    found = look(page, "add-passkey")
    page.locator("#id_passwordless").check()
    page.locator("#add_passkey").press("Enter")
    page.wait_for_url("**/recovery-codes/")
    page.goto(f"/{language}/account/two-step/webauthn/")
    found += look(page, "passkeys")
    for link in ("edit", "remove"):
        page.goto(f"/{language}/account/two-step/webauthn/")
        page.locator(f"a[href*='/{link}/']").click()
        page.wait_for_url(f"**/{link}/**")
        found += look(page, f"passkey-{link}")
    sign_out(page, language)
    type_password(page, language)
    page.wait_for_url("**/authenticate/**")
    page.locator("#use_passkey").press("Enter")
    page.wait_for_url("**/account/email/")
    sign_out(page, language)
    page.goto(f"/{language}/account/login/")
    found += look(page, "login")
    page.locator("#passkey_login").press("Enter")
    page.wait_for_url("**/office/")
    assert Act.objects.filter(who="officer", what="sign in").count() == 3
    assert not found


def test_a_passkey_that_is_not_known_is_said_in_words(open_browser, officer):
    page = open_browser()
    plug_in(page)
    page.goto("/en/account/login/")
    page.locator("#passkey_login").click()
    problem = page.locator("[data-passkey-problem]")
    problem.wait_for()
    assert "choose another way" in problem.inner_text()
    assert not violations(page)


def test_without_scripts_the_code_does(open_browser, officer):
    page = open_browser(java_script_enabled=False)
    type_password(page)
    secret = set_up_app(page, "en")
    cache.clear()
    sign_out(page)
    type_password(page)
    page.wait_for_url("**/authenticate/**")
    assert not page.locator("#use_passkey").is_visible()
    page.locator("#id_code").fill(code_of(secret))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/account/email/")
