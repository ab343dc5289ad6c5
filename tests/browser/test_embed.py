"""The form within the page of another origin: it shows there, answers, grows; elsewhere it does
not show."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from responses.models import Response
from tests.browser.conftest import PHONE, violations
from tests.malay import NAME, also_in

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Portal</title></head><body><main>
<h1>Portal</h1><script src="{home}/embed.js" data-survey="{slug}" {more} async></script>
</main></body></html>"""
# A strict site: the script may come from the survey, nothing is inline.
POLICY = "default-src 'none'; script-src {home}; frame-src {home}"


@pytest.fixture
def portal(live_server, wave, licence_counter) -> Iterator[Callable[..., str]]:
    """`portal(more)`: the address of a page of another site that shows the form."""
    pages: dict[str, str] = {}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path in pages
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(home=live_server.url))
            self.end_headers()
            if found:
                self.wfile.write(pages[self.path].encode())

        def log_message(self, *words) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def page(more: str = "", listed: bool = True) -> str:
        origin = f"http://127.0.0.1:{server.server_port}"
        licence_counter.embed_origins = origin if listed else "https://elsewhere.go.th"
        licence_counter.save()
        pages["/portal"] = PAGE.format(home=live_server.url, slug=licence_counter.slug, more=more)
        return f"{origin}/portal"

    yield page
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(chromium) -> Iterator[Callable]:
    """A page on the portal, with what its console said."""
    contexts = []

    def open_page(address: str, **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        return page, said

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_answered_within_another_site(visit, portal, options):
    page, said = visit(portal('data-lang="en"'), **options)
    frame = page.frame_locator("iframe")
    frame.locator("button[value='4']").click()
    frame.get_by_text("Thank you. Your answer has been stored.").wait_for()
    stored = Response.objects.get()
    assert (stored.source, stored.overall, stored.language) == ("embed", 4, "en")
    assert not said


def test_the_frame_is_as_tall_as_the_form(visit, portal):
    page, _said = visit(portal(), viewport={"width": 360, "height": 740})
    page.frame_locator("iframe").locator("h1").wait_for()
    page.wait_for_function("document.querySelector('iframe').style.height !== '560px'")
    inner = page.frames[1].evaluate("document.body.offsetHeight")
    assert page.locator("iframe").bounding_box()["height"] == pytest.approx(inner, abs=1)


def test_a_button_opens_and_closes_it(visit, portal):
    page, said = visit(portal('data-button="Rate us"'))
    button = page.get_by_role("button", name="Rate us")
    assert page.locator("iframe").count() == 0
    button.click()
    page.frame_locator("iframe").locator("h1").wait_for()
    button.click()
    assert page.locator("iframe").count() == 0
    assert not said


def test_a_site_that_is_not_listed_shows_nothing(visit, portal):
    page, said = visit(portal(listed=False))
    page.wait_for_timeout(1000)
    assert page.frame_locator("iframe").locator("button").count() == 0
    assert any("frame-ancestors" in text for text in said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["th", "en"])
def test_accessible(open_browser, wave, licence_counter, query, scheme):
    page = open_browser(color_scheme=scheme, viewport={"width": 360, "height": 740})
    page.goto(f"/embed/{licence_counter.slug}/{query}")
    found = violations(page)
    page.locator("button[value='4']").click()
    page.wait_for_url("**/thanks/**")
    assert not found + violations(page)


def test_it_speaks_a_further_language_of_the_survey(visit, wave, portal):
    also_in(wave.questionnaire, "ms", NAME)
    page, said = visit(portal('data-lang="ms"'))
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Sangat puas hati").click()
    frame.get_by_text("Terima kasih. Jawapan anda disimpan.").wait_for()
    assert Response.objects.get().language == "ms"
    assert not said
