"""Signing in with an identity of the state, in a browser, at a provider that runs beside it."""

from urllib.parse import urlsplit

import pytest

from surveys.models import User
from tests.browser.test_two_steps import LOOKS, PASSWORD, look, open_own, sign_out, type_password
from tests.identity_provider import named, running

CITIZEN = "1-1037-00000-00-7"


@pytest.fixture(scope="module")
def provider():
    with running({"sub": CITIZEN}) as address:
        yield address


@pytest.fixture
def offered(settings, provider):
    of_openid = {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [named(provider)]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": of_openid}
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    sending = [*policy["form-action"], provider]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "form-action": sending}}
    return urlsplit(provider).netloc


def say_who(page, host):
    page.wait_for_url(f"http://{host}/**")
    page.get_by_role("button", name=CITIZEN).first.press("Enter")


def refused(chromium, live_server, language, host, options) -> list[str]:
    """Not watched: a browser notes a refusal in its console."""
    context = chromium.new_context(base_url=live_server.url, **options)
    page = context.new_page()
    page.goto(f"/{language}/account/login/")
    page.get_by_role("button", name="ThaID").press("Enter")
    say_who(page, host)
    page.wait_for_url("**/identity/thaid/login/callback/**")
    found = look(page, "unknown-identity")
    context.close()
    return found


@pytest.mark.parametrize(("language", "options"), LOOKS)
def test_link_an_identity_and_sign_in_with_it(
    open_browser, chromium, live_server, offered, government, language, options
):
    User.objects.create_user("officer", "officer@dlt.example", PASSWORD, agency=government.dlt)
    options = {"locale": language} | options
    page = open_browser(besides=offered, **options)
    page.goto(f"/{language}/account/login/")
    found = look(page, "login-identity")
    found += refused(chromium, live_server, language, offered, options)
    type_password(page, language)
    open_own(page, f"/{language}/account/two-step/totp/activate/")  # signs in again
    page.goto(f"/{language}/account/identities/")
    found += look(page, "identities-none")
    page.get_by_role("button", name="ThaID").press("Enter")
    say_who(page, offered)
    page.wait_for_url(f"**/{language}/account/identities/")
    found += look(page, "identities")
    sign_out(page, language)
    page.goto(f"/{language}/account/login/")
    page.get_by_role("button", name="ThaID").press("Enter")
    say_who(page, offered)
    page.wait_for_url(f"**/{language}/waves/")
    page.goto(f"/{language}/account/identities/")
    assert page.locator(".results li").count() == 1
    assert not found
