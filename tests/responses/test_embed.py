"""The form within another website's page: of listed origins alone, and stored once."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from responses.models import Response
from surveys.models import EntryPoint
from tests.form_pages import form_token

pytestmark = pytest.mark.django_db
PORTAL = "https://portal.example.go.th"


@pytest.fixture
def entry(wave, licence_counter) -> EntryPoint:
    licence_counter.embed_origins = f"{PORTAL}\nhttp://127.0.0.1:8001"
    licence_counter.full_clean()
    licence_counter.save()
    return licence_counter


@pytest.fixture
def url(entry) -> str:
    return f"/embed/{entry.slug}/"


def ancestors(page) -> str:
    policy = page.headers["Content-Security-Policy"]
    return next(rule for rule in policy.split("; ") if rule.startswith("frame-ancestors"))


def test_listed_origins_alone_may_frame_it(client, url):
    page = client.get(url)
    assert ancestors(page) == f"frame-ancestors {PORTAL} http://127.0.0.1:8001"
    assert "X-Frame-Options" not in page.headers
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_nobody_frames_a_link_that_lists_no_origin(client, url, entry):
    EntryPoint.objects.update(embed_origins="")
    assert ancestors(client.get(url)) == "frame-ancestors 'none'"


def test_no_other_page_may_be_framed(client, url, entry):
    for address in (entry.get_absolute_url(), "/privacy/", "/th/account/login/"):
        page = client.get(address)
        assert ancestors(page) == "frame-ancestors 'none'"
        assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.go.th",
        "portal.go.th",
        "https://a.go.th/page",
        "javascript:alert(1)",
        "https://a.go.th;script-src",
        "'self'",
        "https://a.go.th, https://b.go.th",
    ],
)
def test_what_is_no_origin_is_refused(entry, origin):
    entry.embed_origins = origin
    with pytest.raises(ValidationError):
        entry.full_clean()


def test_one_tap_without_any_cookie_stores_one(url, entry):
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get(url)
    assert "csrftoken" not in page.cookies
    answer = {"form_token": form_token(page), "overall": "4"}
    assert f'action="{url}answer/"' in page.content.decode()
    assert visitor.get(url + "answer/")["Location"] == url
    for _time in range(2):
        sent = visitor.post(url + "answer/", answer)
        assert sent.status_code == 303
    thanks = visitor.get(sent["Location"])
    stored = Response.objects.get()
    assert (stored.source, stored.overall, stored.entry_point) == ("embed", 4, entry)
    assert stored.receipt in thanks.content.decode()
    assert ancestors(thanks) == ancestors(page)


def test_nothing_is_stored_without_a_token_of_this_link(client, url, entry, government):
    other = EntryPoint.objects.create(service=government.licence, channel=government.online)
    token = form_token(client.get(f"/embed/{other.slug}/"))
    for forged in ("", "x", token):
        assert client.post(url, {"form_token": forged, "overall": "4"}).status_code == 200
    assert not Response.objects.exists()


def test_an_idle_link_says_so(client, url, entry):
    EntryPoint.objects.update(active=False)
    page = client.get(url + "?lang=en").content.decode()
    assert "No survey about this service is open today" in page
    assert "<form" not in page


def test_the_script_is_small_and_reads_nothing_of_the_page(client):
    answer = client.get("/embed.js")
    assert len(answer.content) < 5_000
    assert answer.headers["Content-Type"].startswith("text/javascript")
    code = answer.content.decode()
    for word in ("cookie", "location", "querySelector", "getElement", "body", "title", "eval"):
        assert f"document.{word}" not in code, word
        assert f"window.{word}" not in code, word
    assert "innerHTML" not in code
    assert "localStorage" not in code
    frame = Path("static/js/embed-frame.js").read_text()
    assert frame.count("postMessage") == 1


def test_the_office_is_given_the_tag(client, alice, entry):
    client.force_login(alice)
    page = client.get(f"/en/admin/surveys/entrypoint/{entry.pk}/change/").content.decode()
    assert f"data-survey=&quot;{entry.slug}&quot; async" in page
