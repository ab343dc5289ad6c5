"""The first question is heard by whoever cannot read it: recorded, or read by the device."""

import os

import pytest

from surveys.models import Questionnaire, Recording
from surveys.recordings import keep_recording
from tests.browser.conftest import PHONE, violations
from tests.sounds import SILENCE

SMALL = PHONE | {"viewport": {"width": 320, "height": 568}}
VOICES = """
    const voices = [
        {localService: true, lang: "th_TH", name: "own"},
        {localService: false, lang: "en-US", name: "remote"},
    ];
    window.said = [];
    Object.defineProperty(speechSynthesis, "getVoices", {value: () => voices});
    Object.defineProperty(speechSynthesis, "speak", {value: (said) => window.said.push(said.text)});
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text.trim(); } };
"""


@pytest.fixture
def link(wave, licence_counter) -> str:
    return licence_counter.get_absolute_url()


@pytest.fixture
def recorded(wave) -> None:
    """Before the wave opened, as far as the page is concerned."""
    held = Questionnaire.objects.filter(pk=wave.questionnaire_id)
    frozen_at = held.get().frozen_at
    held.update(frozen_at=None)
    for language in ("th", "en"):
        new = Recording(questionnaire=held.get(), language=language, made_by="A", licence="CC0")
        keep_recording(new, SILENCE)
    held.update(frozen_at=frozen_at)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_recording_is_loaded_only_when_tapped(open_browser, link, recorded, scripts):
    phone = open_browser(**SMALL, java_script_enabled=scripts)
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(link)
    phone.wait_for_load_state("networkidle")
    player = phone.locator("audio")
    assert player.get_attribute("preload") == "none"
    assert not [url for url in asked if "/sound/" in url]
    assert not [url for url in asked if "listen.js" in url]
    with phone.expect_response("**/sound/**") as heard:
        player.click(position={"x": 24, "y": 24})
    assert heard.value.status in (200, 206)
    assert heard.value.headers["content-type"] == "audio/mpeg"
    if scripts:
        phone.wait_for_function("document.querySelector('audio').duration > 0.5")
    phone.locator("button[value='4']").tap()
    phone.wait_for_url("**/more/**")


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_all_five_answers_stay_in_sight_under_it(open_browser, link, recorded, query):
    phone = open_browser(**SMALL)
    phone.goto(link + query)
    assert phone.locator("audio").bounding_box()["height"] >= 48
    assert not violations(phone)
    box = phone.locator("button[value='1']").bounding_box()
    assert box["y"] + box["height"] <= 568
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    if folder := os.environ.get("PICTURES"):
        phone.screenshot(path=f"{folder}/audio{query[-2:]}.png")


def test_a_device_with_a_voice_of_its_own_reads_it(open_browser, link):
    phone = open_browser(**SMALL)
    phone.add_init_script(VOICES)
    phone.goto(link)
    button = phone.get_by_role("button", name="ฟังคำถาม")
    assert button.bounding_box()["height"] >= 48
    assert not violations(phone)
    button.tap()
    said = phone.evaluate("window.said")
    assert said[0] == phone.locator("h1").inner_text()
    assert said[1:] == [each.inner_text().strip() for each in phone.locator("[name=overall]").all()]
    assert len(said) == 6
    box = phone.locator("button[value='1']").bounding_box()
    assert box["y"] + box["height"] <= 568
    if folder := os.environ.get("PICTURES"):
        phone.screenshot(path=f"{folder}/voice.png")
    assert phone.url.endswith(link)  # nothing was sent


def test_no_button_where_only_another_machine_could_read_it(open_browser, link):
    phone = open_browser(**SMALL)
    phone.add_init_script(VOICES)
    phone.goto(link + "?lang=en")
    assert phone.locator("[data-listen]").is_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_no_button_without_a_voice(open_browser, link, scripts):
    phone = open_browser(**SMALL, java_script_enabled=scripts)
    phone.goto(link)
    assert phone.locator("[data-listen]").is_hidden()
