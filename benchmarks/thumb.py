"""How long a citizen waits on a slow telephone, from the link to the thanks.

    python -m benchmarks.thumb [--rounds 3]

Starts the web server as docs/deployment does, with the shipped questionnaire at a counter, and
Debian's Chromium as a telephone of 320 × 568 whose processor is slowed six times, behind a line of
400 kbit/s and 150 ms. Each round is a new browser with an empty cache. Prints of each screen what
was fetched and the seconds until it is drawn; then, with and without JavaScript, the seconds from
the first tap to the thanks. Reading and typing are not waited for but added: the constants below.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.intake import granian
from benchmarks.servers import Server

CHROMIUM = "/usr/bin/chromium"
TELEPHONE: dict[str, Any] = {
    "viewport": {"width": 320, "height": 568},
    "has_touch": True,
    "is_mobile": True,
    "locale": "th-TH",
}
BYTES_A_SECOND, MILLISECONDS, SLOWER = 400_000 / 8, 150, 6
MOST_KB = 30
REASON = "รอนานมาก แต่เจ้าหน้าที่สุภาพ"
READ, LETTER, QUESTION = 3.0, 0.25, 4.0
"""Seconds: to read a screen's heading, to type a letter, to read a question and choose."""
FINISH, ON = "button[name=go][value=finish]", "button[name=go][value=on]"
GOALS = {"why": 20, "five more": 60}


def prepare() -> str:
    """The link of a counter in an open wave."""
    import django
    from django.core.management import call_command

    django.setup()
    import surveys.models as m
    from surveys import clock
    from surveys.registry import load_registry
    from surveys.waves import open_wave

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_registry()
    today = clock.today()
    period = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=30)}
    service, counter = m.Service.objects.get(code="DOPA-1"), m.Channel.objects.get(code="counter")
    frame = m.Frame.objects.create(code="F")
    frame.cells.create(service=service, channel=counter, encounters=10**6, **period)
    questionnaire = m.Questionnaire.objects.get(code="CORE")
    wave = m.Wave(
        code="W", title_th="ก", fiscal_year=2570, questionnaire=questionnaire, frame=frame
    )
    wave.starts_on, wave.ends_on = period["starts_on"], period["ends_on"]
    wave.save()
    open_wave(wave)
    entry = m.EntryPoint.objects.create(service=service, channel=counter)
    return entry.get_absolute_url()


class Thumb:
    """One citizen's browser: what each screen fetched, and how long it took to be drawn."""

    def __init__(self, browser: Any, *, javascript: bool) -> None:
        self.context = browser.new_context(**TELEPHONE, java_script_enabled=javascript)
        self.page = self.context.new_page()
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        line = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        line |= {"latency": MILLISECONDS, "offline": False}
        session.send("Network.emulateNetworkConditions", line)
        session.on("Network.loadingFinished", self._fetched)
        self.bytes, self.screens = 0.0, []

    def _fetched(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]

    def show(self, name: str, go: Any) -> float:
        """Do what leads to the next screen, and wait until it is drawn and its scripts have run."""
        self.bytes, began = 0.0, time.perf_counter()
        before = self.page.url
        go()
        self.page.wait_for_url(lambda url: url != before)
        self.page.wait_for_load_state("load")
        self.page.screenshot()  # returns once it is drawn
        took = time.perf_counter() - began
        self.screens.append((name, self.bytes / 1000, took))
        return took

    def press(self, button: str) -> None:
        self.page.locator(button).first.click(no_wait_after=True)


def why(thumb: Thumb, address: str) -> float:
    """First tap to thanks with a reason; reading and typing added."""
    thumb.show("first question", lambda: thumb.page.goto(address))
    waited = thumb.show("why", lambda: thumb.press("#answer-2"))
    thumb.page.locator("textarea").first.fill(REASON)
    waited += thumb.show("thanks", lambda: thumb.press(FINISH))
    return waited + 2 * READ + LETTER * len(REASON)


def five_more(thumb: Thumb, address: str) -> float:
    """The same with five more answers, on as many screens as they take."""
    thumb.show("first question", lambda: thumb.page.goto(address))
    waited = thumb.show("why", lambda: thumb.press("#answer-2"))
    thumb.page.locator("textarea").first.fill(REASON)
    waited += thumb.show("more", lambda: thumb.press(ON))
    left, screens = 5, 3
    while left:
        groups = thumb.page.locator("form fieldset:has(input[type=radio])")
        for k in range(min(left, groups.count())):
            groups.nth(k).locator("label").nth(1).click()
            left -= 1
        if left:
            waited += thumb.show("more", lambda: thumb.press(ON))
            screens += 1
    waited += thumb.show("thanks", lambda: thumb.press(FINISH))
    return waited + screens * READ + LETTER * len(REASON) + 5 * QUESTION


PATHS = {"why": why, "five more": five_more}


def measure(web: Server, link: str, rounds: int) -> bool:
    from playwright.sync_api import sync_playwright

    screens: dict[str, list[tuple[float, float]]] = {}
    took: dict[tuple[str, bool], list[float]] = {}
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for _round in range(rounds):
            for name, path in PATHS.items():
                for javascript in (True, False):
                    thumb = Thumb(browser, javascript=javascript)
                    seconds = path(thumb, web.address + link)
                    took.setdefault((name, javascript), []).append(seconds)
                    for screen, kilobytes, waited in thumb.screens:
                        screens.setdefault(screen, []).append((kilobytes, waited))
                    thumb.context.close()
        browser.close()
    for screen, seen in screens.items():
        heaviest, slowest = max(k for k, _w in seen), max(w for _k, w in seen)
        middle = statistics.median(w for _k, w in seen)
        print(f"{screen:16} {heaviest:6.1f} KB  {middle:5.2f} s, slowest {slowest:5.2f} s")
    for (name, javascript), seconds in took.items():
        script = "with JavaScript" if javascript else "without"
        slowest = max(seconds)
        print(
            f"{name:10} {script:16} {statistics.median(seconds):5.1f} s, slowest {slowest:5.1f} s"
        )
    light = all(k <= MOST_KB for seen in screens.values() for k, _w in seen)
    return light and all(max(s) <= GOALS[name] for (name, _js), s in took.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATA_DIR": str(Path(folder) / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
        }
        link = prepare()
        with granian("config.wsgi:application") as web:
            sys.exit(not measure(web, link, rounds))


if __name__ == "__main__":
    main()
