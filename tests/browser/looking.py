"""Pages of one way through the platform, each looked at as one comes by."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import violations

WIDE = {"viewport": {"width": 1280, "height": 800}}


class Looked:
    """What is wrong on the pages that were looked at; SHOTS: a folder for their pictures."""

    def __init__(self, subject: str, language: str) -> None:
        self.subject, self.language, self.faults = subject, language, list[str]()

    def at(self, page: Page, name: str) -> None:
        if shots := os.environ.get("SHOTS"):
            path = Path(shots) / f"{self.subject}-{name}-{self.language}.png"
            page.screenshot(path=path, full_page=True)
        self.faults += violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{page.url} is wider than its window")
