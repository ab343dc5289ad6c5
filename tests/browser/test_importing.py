"""The survey office imports a file: with and without JavaScript, in both languages, on a phone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from responses import tasks
from responses.models import ImportJob
from responses.office import jobs
from tests.browser.conftest import PHONE, violations

ROWS = "id,วันที่,บริการ,ช่องทาง,คะแนน,ข้อเสนอแนะ\n" + "".join(
    f"{k},{k % 28 + 1}/01/2567,DLT-1,เคาน์เตอร์บริการ,{8 if k == 7 else k % 5 + 1},"
    "เจ้าหน้าที่สุภาพมาก ขอบคุณครับ\n"
    for k in range(40)
)
LOOKS = [
    pytest.param(language, options, id=f"{language}-{name}")
    for language in ("th", "en")
    for name, options in (
        ("desktop", {"viewport": {"width": 1280, "height": 800}}),
        ("phone-dark", PHONE | {"color_scheme": "dark"}),
    )
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "คำตอบ.csv"
    path.write_text(ROWS, encoding="utf-8-sig")
    return path


def bring(wave, alice) -> ImportJob:
    return jobs.bring(SimpleUploadedFile("คำตอบ.csv", ROWS.encode("utf-8-sig")), wave, alice)


def in_state(wave, alice, state) -> ImportJob:
    job = bring(wave, alice)
    summary = {"rows": 120_000, "stored": 110_000, "rejected": 12, "without_answer": 9_988}
    ImportJob.objects.filter(pk=job.pk).update(
        state=state, position=40, size=100, summary=summary, error="Wave W1 has closed."
    )
    return job


@pytest.mark.parametrize(("language", "options"), LOOKS)
def test_axe_finds_nothing(open_browser, wave, alice, language, options):
    prepared, broken = bring(wave, alice), bring(wave, alice)
    tasks_done = bring(wave, alice)
    jobs.start(tasks_done)
    tasks.run_import(str(tasks_done.pk))
    ImportJob.objects.filter(pk=broken.pk).update(mapping={})
    others = [in_state(wave, alice, state) for state in ("queued", "running", "failed")]
    page = open_browser(alice, **options)
    found = []
    for address in (
        "",
        f"{prepared.pk}/columns/",
        f"{prepared.pk}/check/",
        f"{broken.pk}/check/",
        f"{tasks_done.pk}/",
        *(f"{job.pk}/" for job in others),
    ):
        answer = page.goto(f"/{language}/imports/{address}")
        assert answer.status == 200, address
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], address
        found += violations(page)
    page.goto(f"/{language}/imports/{prepared.pk}/columns/")
    page.locator("[name='service']").select_option("")
    page.locator("form:has([name='service']) .actions button").click()
    page.locator(".problem").wait_for()
    found += violations(page)
    assert not found


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_from_file_to_summary(open_browser, wave, alice, file, script):
    page = open_browser(alice, java_script_enabled=script)
    page.goto("/en/imports/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    assert page.get_by_label("Service", exact=True).input_value() == "column:บริการ"
    page.get_by_role("button", name="Try the first rows").click()
    page.get_by_text("8 is not a rating").wait_for()
    page.get_by_role("button", name="Import the whole file").click()
    page.get_by_text("Waiting for a worker").wait_for()
    tasks.run_import(str(ImportJob.objects.get().pk))
    if not script:
        page.get_by_role("link", name="Refresh").click()
    page.get_by_text("39 responses were stored").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rejected rows").click()
    assert download.value.suggested_filename == "W1-rejected.csv"
