"""The paper as a page: axe finds nothing, and it is no wider than a telephone."""

import pytest

from analytics.scoring.publication import publish
from tests.browser.conftest import PHONE, violations
from tests.closing import close_wave


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_browser, wave, answered, language, scheme):
    publish(close_wave(wave))
    found, wide = [], []
    for options in ({"viewport": {"width": 1280, "height": 800}}, PHONE):
        page = open_browser(**options | {"color_scheme": scheme})
        for scope in ("", "DLT/"):
            page.goto(f"/{language}/waves/{wave.code}/paper/{scope}")
            found += violations(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((scope, page.viewport_size))
    assert not found
    assert not wide
