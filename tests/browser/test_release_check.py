"""A release is brought to the page that checks it: without JavaScript, in both languages, on a
telephone."""

import pytest

from analytics.models import KeptRelease, ReleaseCheck
from analytics.releases.checking import check_release
from analytics.releases.keeping import content_of
from analytics.scoring.publication import publish
from surveys import clock
from tests.browser.conftest import PHONE, violations
from tests.closing import close_wave

SAID = {
    "th": ("คำนวณตัวเลขซ้ำจากแฟ้มได้ค่าเดิม", "แฟ้มนี้ไม่ถูกต้อง"),
    "en": ("Equal: the figures follow from the file.", "This file does not hold"),
}


@pytest.mark.parametrize("language", ["th", "en"])
def test_brought_and_held_against_itself(open_browser, wave, answered, bob, tmp_path, language):
    publish(close_wave(wave))
    true, none = tmp_path / "release.zip", tmp_path / "none.zip"
    true.write_bytes(content_of(KeptRelease.objects.get()))
    none.write_text("no zip")
    page = open_browser(bob, **PHONE, java_script_enabled=False)
    looked = open_browser(bob, **PHONE)
    found = []
    for path, said in zip((true, none), SAID[language], strict=True):
        page.goto(f"/{language}/releases/check/")
        page.set_input_files("input[type=file]", path)
        page.click("main form button")
        check = ReleaseCheck.objects.latest("requested_at")
        check_release(str(check.pk))
        page.reload()
        assert said in page.inner_text("main")
        looked.goto(page.url)
        found += violations(looked)
        assert looked.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ReleaseCheck.objects.create(name="x.zip", digest="0" * 64, requested_by=bob,
                                requested_at=clock.now())  # fmt: skip
    for address in ("", f"{ReleaseCheck.objects.get(name='x.zip').pk}/"):
        looked.goto(f"/{language}/releases/check/{address}")
        found += violations(looked)
    assert not found
