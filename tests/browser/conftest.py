"""A real browser against a real server. Nothing may go wrong unseen: every page of these tests is
watched for errors in the console, violations of the content security policy and foreign hosts."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db.models import F
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from surveys.models import Question, Questionnaire, User

# Playwright's loop runs in this thread; the ORM would refuse to work beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = Path("/usr/bin/chromium")
HERE = Path(__file__).parent
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason=f"{CHROMIUM} is not installed"))


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """The server starts before any test's own settings: WhiteNoise wants the folder."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright, live_server) -> Iterator[Browser]:
    """Closed before the server is, whose threads still serve what the browser keeps open."""
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM),
        args=ARGUMENTS,
        # As citizens' browsers do: going back shows the page as it was left.
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)


@pytest.fixture
def forgetful_chromium(playwright) -> Iterator[Browser]:
    """Keeps no page that was left, as on a phone with little memory: going back loads it again."""
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=[*ARGUMENTS, "--disable-features=BackForwardCache"]
    )
    yield browser
    browser.close()


@pytest.fixture
def open_browser(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """`open_browser(user, **options)`: a watched page, its addresses relative to the server."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(
        user: User | None = None, browser: Browser = chromium, besides: str = "", **options
    ) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        watch(page, urlsplit(live_server.url).netloc, faults, besides)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, faults


def watch(page: Page, host: str, faults: list[str], besides: str = "") -> None:
    """`besides`: a host that one is led to on purpose, whose pages are its own business."""

    def ours() -> bool:
        return not besides or urlsplit(page.url).netloc != besides

    def on_console(message) -> None:
        if message.type in ("error", "warning") and ours():
            faults.append(f"{page.url}: {message.text}")

    def on_request(request) -> None:
        address = urlsplit(request.url)
        if (
            ours()
            and address.scheme not in ("data", "blob")
            and address.netloc not in (host, besides)
        ):
            faults.append(f"{page.url}: asks {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", on_request)


def leave_screen(page: Page, go: str = "on") -> None:
    """Press the button that leads on, back or to the end, and wait for the page behind it."""
    before = page.url
    page.locator(f"[name='go'][value='{go}']").click()
    page.wait_for_url(lambda url: url != before)


def in_one_group(questionnaire: Questionnaire) -> None:
    """All optional questions on one screen."""
    questionnaire.questions.update(position=F("position") + 1)
    questionnaire.questions.exclude(is_overall=True).filter(group="").update(group="ALL")
    group = Question(
        questionnaire=questionnaire, code="ALL", kind="group", text_th="ทั้งหมด", position=0
    )
    Question.objects.bulk_create([group])  # behind the models' back: the wave is open


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA: the rule and where."""
    options = {
        "resultTypes": ["violations"],
        "runOnly": {"type": "tag", "values": WCAG},
        "preload": False,  # it would write inline styles, against the page's own policy
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def widths_at_twice_the_letters(page: Page) -> tuple[int, int]:
    """How wide the page is with letters of 200 % and all of it open, and how wide the window."""
    grown, needed = page.evaluate(
        """() => {
            const size = () => parseFloat(getComputedStyle(document.body).fontSize);
            const before = size();
            for (const folded of document.querySelectorAll("details")) folded.open = true;
            const root = document.documentElement;
            root.style.fontSize = `${2 * parseFloat(getComputedStyle(root).fontSize)}px`;
            return [size() / before, document.documentElement.scrollWidth];
        }"""
    )
    assert grown == 2
    assert page.viewport_size  # a telephone widens the window itself to what it is given
    return needed, page.viewport_size["width"]
