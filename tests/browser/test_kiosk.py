"""One device, many people: in a row, without a network, after the browser was closed."""

from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route

from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk import views as kiosk_views
from responses.channels.kiosk.views import COOKIE
from responses.models import Kiosk, Response
from surveys.waves import open_wave
from tests.browser.conftest import ARGUMENTS, CHROMIUM, violations
from tests.closing import close_wave
from tests.malay import NAME, also_in, asks_in_malay

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(kiosk_views, "THANKS_SHOWN", 0.3)


@pytest.fixture
def address(wave, licence_counter) -> str:
    return f"/kiosk/{licence_counter.slug}/"


@pytest.fixture
def cookie(live_server, licence_counter, bob) -> dict[str, str]:
    token = kiosks.token_of(kiosks.put_up(licence_counter, bob, pin="4711"))
    return {"name": COOKIE, "value": token, "url": live_server.url}


def until(page: Page, script: str, expected) -> None:
    """Wait until the script, which may be asynchronous, says what is expected."""
    for _look in range(600):
        with suppress(Error):  # the page may go home meanwhile, and the script with it
            if page.evaluate(script) == expected:
                return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def settled(page: Page) -> None:
    """The worker has what it needs to open the page again without a network."""
    until(page, "caches.open('kiosk-1').then(c => c.keys()).then(k => k.length >= 8)", True)


def tap(page: Page, button: str) -> None:
    """A tap a moment after the last one: two at once are taken for one."""
    page.locator(f"body:not([data-busy]) {button}").click()


def answer(page: Page, rating: int) -> None:
    tap(page, f"[data-screen=start] [data-rate='{rating}']")
    tap(page, "[data-screen=more] [data-go=finish]")
    page.locator("[data-screen=thanks]").wait_for()
    page.locator("[data-screen=start]").wait_for()


WAITING = """new Promise(done => {
  const open = indexedDB.open('kiosk');
  open.onsuccess = () => {
    const count = open.result.transaction('answers').objectStore('answers').count();
    count.onsuccess = () => { open.result.close(); done(count.result); };
  };
})"""


def stored(page: Page, count: int) -> list[int]:
    """The ratings that are stored once nothing waits on the device."""
    until(page, WAITING, 0)
    assert Response.objects.count() == count
    return sorted(Response.objects.values_list("overall", flat=True))


def test_a_question_is_put_to_those_it_is_for(
    questionnaire, draft, licence_counter, open_browser, cookie
):
    ask = questionnaire.questions.create
    ask(code="G", kind="group", relevant="${OV} <= 2", position=90)
    ask(code="G1", kind="rating", group="G", text_th="G1", position=91)
    ask(code="G2", kind="rating", relevant="${P1} = ''", text_th="G2", position=92)
    open_wave(draft)
    page = open_browser(**TABLET)
    page.context.add_cookies([cookie])
    for overall, process, more in ((5, 4, []), (2, 0, ["G1", "G2"])):
        page.goto(f"/kiosk/{licence_counter.slug}/?lang=en")
        tap(page, f"[data-screen=start] [data-rate='{overall}']")
        tap(page, "[data-screen=more] [data-go=more]")
        for code, rating in {"P1": process, "S1": 3, **dict.fromkeys(more, 1)}.items():
            tap(page, f"[data-screen='{code}'] [data-rate='{rating}']")
        page.locator("[data-screen=thanks]").wait_for()
        until(page, WAITING, 0)
    first, second = Response.objects.order_by("pk")
    assert first.answers == {"OV": 5, "P1": 4, "S1": 3}
    assert second.answers == {"OV": 2, "P1": 0, "S1": 3, "G1": 1, "G2": 1}


def test_from_putting_it_up_to_taking_it_down(open_browser, address, bob):
    page = open_browser(bob, **TABLET)
    page.goto(f"{address}start/?lang=en")
    for name in ("pin", "again"):
        page.locator(f"#{name}").fill("4711")
    page.locator(".send").click()
    page.wait_for_url(f"**{address}**")
    page.goto(address)
    for rating in (5, 2, 4):
        answer(page, rating)
    assert stored(page, 3) == [2, 4, 5]
    page.locator(".staff").click()
    for digit in "4711":
        page.locator(f"[data-digit='{digit}']").click()
    page.locator("#leaving .send").click()
    page.wait_for_url("**/account/login/**")
    assert Kiosk.objects.get().ended_at


def test_more_questions_one_tap_each_and_it_starts_anew_by_itself(
    open_browser, address, cookie, monkeypatch
):
    monkeypatch.setattr(kiosk_views, "STILL_THERE", 1)
    page = open_browser(**TABLET)
    page.context.add_cookies([cookie])
    page.goto(address + "?lang=en")
    tap(page, "[data-screen=start] [data-rate='3']")
    tap(page, "[data-go=more]")
    tap(page, "[data-screen=P1] [data-rate='2']")
    page.locator("#still-there[open]").wait_for()
    page.wait_for_url(lambda url: url.endswith(address))  # Thai again, for the next person
    page.locator("[data-screen=start]").wait_for()
    stored(page, 1)
    assert Response.objects.get().answers == {"OV": 3, "P1": 2}
    assert Response.objects.get().language == "en"


def test_a_double_tap_is_one_answer(open_browser, address, cookie):
    page = open_browser(**TABLET)
    page.context.add_cookies([cookie])
    page.goto(address)
    page.locator("[data-screen=start] [data-rate='5']").dblclick()
    tap(page, "[data-screen=more] [data-go=finish]")
    assert stored(page, 1) == [5]


def test_offline_answers_are_sent_once_after_the_browser_was_closed(
    chromium, live_server, address, cookie, tmp_path
):
    folder = tmp_path / "profile"

    def open_profile() -> BrowserContext:
        context = chromium.browser_type.launch_persistent_context(
            str(folder),
            executable_path=str(CHROMIUM),
            args=ARGUMENTS,
            base_url=live_server.url,
            **TABLET,
        )
        # Given each time: a browser writes its cookies down twice a minute.
        context.add_cookies([cookie | {"expires": 4_000_000_000}])
        return context

    with open_profile() as first:
        page = first.pages[0]
        page.goto(address)
        settled(page)
        first.set_offline(True)
        page.reload()  # from what the worker kept
        for rating in (1, 5):
            answer(page, rating)
        until(page, WAITING, 2)
        until(page, "document.querySelector('#status').innerText.includes('2')", True)
        assert not Response.objects.exists()

    with open_profile() as again:
        again.set_offline(True)
        page = again.pages[0]
        page.goto(address)
        answer(page, 4)
        assert not Response.objects.exists()
        second = again.new_page()
        second.goto(address)
        again.set_offline(False)
        assert stored(page, 3) == [1, 4, 5]
        second.reload()
        stored(second, 3)


def test_a_part_that_comes_late_is_kept_too(open_browser, address, cookie):
    page = open_browser(**TABLET)
    page.context.add_cookies([cookie])
    late: list[Route] = []
    page.route("**/*.woff2", lambda route: late.append(route))
    page.goto(address, wait_until="commit")
    until(page, "navigator.serviceWorker.ready.then(() => true)", True)
    page.wait_for_timeout(500)
    for route in late:
        route.continue_()
    assert late
    settled(page)


def test_a_wave_that_closed_meanwhile_keeps_the_answers_and_says_so(
    open_browser, address, cookie, wave
):
    page = open_browser(**TABLET)
    page.context.add_cookies([cookie])
    page.goto(address + "?lang=en")
    settled(page)
    page.context.set_offline(True)
    tap(page, "[data-screen=start] [data-rate='5']")
    close_wave(wave)
    page.evaluate("document.body.dataset.home = ''")  # stay with the English page
    page.context.set_offline(False)
    tap(page, "[data-screen=more] [data-go=finish]")
    page.get_by_text("The survey had closed before these could be sent: 1.").wait_for()
    page.get_by_text("No survey about this service is open today").wait_for()
    assert not Response.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["th", "en"])
@pytest.mark.parametrize("width", [360, 1024])
def test_accessible(open_browser, address, cookie, bob, query, scheme, width):
    page = open_browser(bob, color_scheme=scheme, viewport={"width": width, "height": 768})
    page.goto(f"{address}start/{query}")
    found = violations(page)
    page.locator("#pin").fill("1")
    page.locator(".send").click()
    page.locator("#again").fill("1")
    page.context.add_cookies([cookie])
    page.goto(address + query)
    found += violations(page)
    page.locator(".staff").click()
    found += violations(page)
    page.locator("[data-key=back]").click()
    tap(page, "[data-screen=start] [data-rate='5']")
    found += violations(page)
    tap(page, "[data-go=more]")
    found += violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 48
    page.evaluate("document.querySelector('#still-there').showModal()")
    assert not found + violations(page)


def test_seven_languages_without_a_network(chromium, live_server, draft, licence_counter, cookie):
    asks_in_malay(draft)
    for code, name in (("lo", "ລາວ"), ("my", "မြန်မာ"), ("km", "ខ្មែរ"), ("zh", "中文")):
        also_in(draft.questionnaire, code, name)
    context = chromium.new_context(base_url=live_server.url, **TABLET)
    context.add_cookies([cookie])
    page = context.new_page()
    address = f"/kiosk/{licence_counter.slug}/"
    page.goto(address)
    assert page.locator(".language[hreflang]").count() == 6
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(page) == []
    kept = "caches.open('kiosk-1').then(c => c.match(location.pathname + '?lang=ms')).then(Boolean)"
    until(page, kept, True)
    context.set_offline(True)
    page.get_by_role("link", name=NAME).click()
    page.wait_for_url("**lang=ms")
    assert page.locator("html").get_attribute("lang") == "ms"
    assert page.locator("#question-start").inner_text() == "Kepuasan keseluruhan"
    context.set_offline(False)
    tap(page, "[data-screen=start] [data-rate='4']")
    page.wait_for_url(lambda url: url.endswith(address))
    assert stored(page, 1) == [4]
    assert Response.objects.get().language == "ms"
    context.close()
