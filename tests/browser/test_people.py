"""The pages about people: whom a manager invites, what was done."""

import pytest

from surveys.acts import record
from surveys.models import Act, User
from surveys.roles import place
from tests.browser.test_two_steps import LOOKS, PASSWORD, look, sign_in_again


@pytest.mark.parametrize(("language", "options"), LOOKS)
def test_a_manager_invites_a_viewer(open_browser, government, bob, language, options):
    manager = User.objects.create_user("manager", "m@dlt.example", PASSWORD, agency=government.dlt)
    place(manager, "Agency manager")
    page = open_browser(manager, **options)
    page.goto(f"/{language}/people/")
    sign_in_again(page)
    page.wait_for_url(f"**/{language}/people/")
    page.locator("#id_email").fill("somying@dlt.example")
    page.locator("#id_agency").select_option("DLT")
    page.locator("main form button[type=submit]").first.press("Enter")
    page.locator(".messages").wait_for()
    found = look(page, "people")
    assert User.objects.get(email="somying@dlt.example").groups.exists()
    page.locator("#id_email").fill("bob@example.org")
    page.locator("main form button[type=submit]").first.press("Enter")
    page.locator(".problem").first.wait_for()
    found += look(page, "people-taken")
    assert not found


@pytest.mark.parametrize(("language", "options"), LOOKS)
def test_the_record_of_acts(open_browser, alice, bob, language, options):
    record(Act.What.EXPORT, ("wave", "W1"), bob, rows=3, texts=False)
    page = open_browser(alice, **options)
    page.goto(f"/{language}/people/acts/?who=bob&what=export")
    page.locator("table details summary").press("Enter")
    found = look(page, "acts")
    page.goto(f"/{language}/people/acts/?since=never")
    found += look(page, "acts-none")
    assert not found
