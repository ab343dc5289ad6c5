"""Three people take an empty database to a published wave with its PDF, in Thai, by uploads alone:
an officer, whoever approves, and somebody of an agency. Then every page of the office is looked at
by axe, on a phone and a desktop, in both languages."""

import io
import re
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import translation
from pypdf import PdfReader

from analytics.desk import publishing
from analytics.desk.examining import examine_wave
from analytics.models import Examination, Report
from analytics.reporting.requests import make_report
from responses import tasks
from responses.intake.door import Door, Submission
from responses.models import ImportJob, Response
from surveys import clock
from surveys.models import (
    Agency,
    Channel,
    EntryPoint,
    Language,
    Questionnaire,
    Service,
    User,
    Wave,
)
from surveys.roles import place
from surveys.xlsform.writing import write_form
from tests.browser.conftest import PHONE, violations, widths_at_twice_the_letters
from tests.closing import end
from tests.surveys.second_step import code_of

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
MOST_CLICKS = 60
LISTS = {
    "agencies": (
        "code,parent,kind,name_th,name_en\n"
        "MOT,,ministry,กระทรวงคมนาคม,Ministry of Transport\n"
        "DLT,MOT,department,กรมการขนส่งทางบก,Department of Land Transport\n"
    ),
    "channels": (
        "code,family,position,name_th,name_en\n"
        "counter,in_person,๑,เคาน์เตอร์บริการ,Service counter\n"
        "e_service,digital,๒,e-Service,Agency e-service\n"
    ),
    "services": (
        "code,agency,name_th,name_en\n"
        "DLT-1,DLT,ใบอนุญาตขับรถ,Driving licence\n"
        "DLT-2,DLT,การชำระภาษีรถประจำปี,Annual vehicle tax\n"
    ),
}
FRAME = (
    "service,channel,starts_on,ends_on,encounters\n"
    'DLT-1,counter,1/10/2569,30/09/2570,"๑๒,๐๐๐"\n'
    "DLT-2,e_service,1/10/2569,30/09/2570,3000\n"
)


@pytest.fixture
def people(transactional_db):
    """Accounts are given before anything else is there; the agency comes with its registry."""
    made = {}
    for name, role in (
        ("somchai", "Survey office"),
        ("prasit", "Approver"),
        ("malee", "Agency analyst"),
    ):
        made[name] = User.objects.create_user(name, f"{name}@example.org", "x")
        place(made[name], role)
    return made


@pytest.fixture
def form(transactional_db, tmp_path):
    """An XLSForm, as some questionnaire elsewhere was written out."""
    elsewhere = Questionnaire.objects.create(code="CORE", title_th="แบบสำรวจ", title_en="Survey")
    elsewhere.questions.create(
        code="OV", kind="rating", is_overall=True, position=1, text_th="ภาพรวม", text_en="Overall"
    )
    elsewhere.questions.create(
        code="P1", kind="rating", position=2, text_th="ขั้นตอนชัดเจน", text_en="Clear steps"
    )
    file = io.BytesIO()
    write_form(elsewhere, file)
    elsewhere.delete()
    path = tmp_path / "แบบสำรวจ.xlsx"
    path.write_bytes(file.getvalue())
    return path


def write(folder, name: str, text: str):
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def work() -> None:
    """What the worker does meanwhile."""
    for job in ImportJob.objects.filter(state="queued"):
        tasks.run_import(str(job.pk))
    for job in Examination.objects.filter(state="queued"):
        examine_wave(str(job.pk))
    publishing.publish_due()
    for job in Report.objects.filter(state="queued"):
        make_report(str(job.pk))


def citizens_answer(wave: Wave) -> None:
    door = Door(wave)
    places = list(wave.frame.cells.select_related("service", "channel"))
    for k in range(60):
        cell = places[k % len(places)]
        answers = {"OV": 5 if k % 4 else 3, "P1": 4}
        door.receive(
            Submission(
                key=f"k{k}",
                service=cell.service,
                channel=cell.channel,
                answers=answers,
                source=Response.Source.WEB,
            )
        )


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


class Walk:
    """What three people did: clicks, and seconds of the machine. Reading and typing come on top."""

    def __init__(self, open_browser, look) -> None:
        self.open_browser, self.look = open_browser, look
        self.clicks, self.began = Counter(), time.monotonic()

    def person(self, name: str, user: User | None = None):
        page = self.open_browser(user, **self.look)
        page.context.expose_binding("clicked", lambda *_said: self.clicks.update([name]))
        page.context.add_init_script(
            "addEventListener('click', event => { if (event.isTrusted) clicked() }, true)"
        )
        return page

    def signs_in(self, name: str):
        """With a password and the code of an app, which is set up on the way."""
        page = self.person(name)
        page.goto("/th/account/login/")
        page.locator("#id_login").fill(name)
        page.locator("#id_password").fill("x")
        page.locator("#id_password").press("Enter")
        page.wait_for_url("**/two-step/")  # nothing else opens before
        page.locator("a[href*='totp/activate']").click()
        page.wait_for_url(re.compile("reauthenticate|activate/$"))
        if "reauthenticate" in page.url:
            page.locator("#id_password").fill("x")
            page.locator("#id_password").press("Enter")
        page.locator("#id_code").fill(code_of(page.locator(".key").inner_text()))
        page.locator("#id_code").press("Enter")
        page.wait_for_url("**/recovery-codes/")
        page.get_by_role("link", name="ดำเนินการต่อ", exact=True).click()
        page.wait_for_url("**/th/office/")  # where one's work is, not the empty public page
        return page

    def told(self) -> str:
        minutes = (time.monotonic() - self.began) / 60
        each = ", ".join(f"{name} {clicks}" for name, clicks in self.clicks.items())
        width = self.look["viewport"]["width"]
        return f"{width} px: {self.clicks.total()} clicks ({each}), {minutes:.1f} machine minutes"


NARROW = PHONE | {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize("look", [DESKTOP, NARROW], ids=["desktop", "phone"])
def test_from_nothing_to_a_published_wave(open_browser, people, form, tmp_path, settings, look):
    settings.SECOND_FACTOR_REQUIRED = True
    assert Agency.objects.count() == Wave.objects.count() == 0
    walk = Walk(open_browser, look)
    officer = walk.signs_in("somchai")
    steps = officer.locator(".empty ol a")
    assert steps.all_inner_texts() == ["ทะเบียนหน่วยงานและบริการ", "แบบสำรวจ", "รอบสำรวจใหม่"]
    steps.first.click()
    for name, text in LISTS.items():
        officer.locator(f"a[href$='/registry/{name}/']").click()
        assert officer.locator(".columns dt").all_inner_texts() == text.split()[0].split(",")
        officer.get_by_label("ไฟล์ CSV หรือ XLSX").set_input_files(write(tmp_path, name, text))
        press(officer, "ดูสิ่งที่จะเปลี่ยนแปลง")
        press(officer, "เปลี่ยนแปลงตามนี้")
    officer.get_by_role("link", name="แบบสำรวจ", exact=True).click()
    officer.get_by_label("XLSForm").set_input_files(form)
    press(officer, "นำเข้า")
    set_up(officer, tmp_path)
    wave = Wave.objects.get()
    assert (wave.state, wave.starts_on.isoformat()) == (Wave.State.OPEN, "2026-10-01")
    assert EntryPoint.objects.count() == 2

    citizens_answer(wave)
    officer.goto(f"/th/office/waves/{wave.code}/")
    assert officer.get_by_text("คำตอบต่อวัน").is_visible()
    end(wave)
    officer.reload()
    officer.get_by_role("link", name="ปิดรอบสำรวจ").click()
    officer.get_by_label("รหัสรอบสำรวจ").fill("FY2570-1")
    press(officer, "ปิดรอบสำรวจ")

    officer.get_by_role("link", name="ตรวจและอนุมัติ").click()
    press(officer, "เริ่มตรวจตามรายการ")
    work()
    press(officer, "บันทึกว่าตรวจแล้ว")
    assert officer.get_by_text("ท่านเป็นผู้ตรวจเอง").is_visible()

    second = walk.signs_in("prasit")
    second.get_by_role("link", name="รอบที่ 1").first.click()
    second.get_by_role("link", name="ดูหน้าเผยแพร่ตามที่จะปรากฏ").click()
    assert second.get_by_text("ตัวอย่างก่อนเผยแพร่").is_visible()
    second.goto("/th/office/waves/FY2570-1/publication/")
    press(second, "อนุมัติ")

    officer.reload()
    officer.get_by_label("รหัสรอบสำรวจ").fill("FY2570-1")
    press(officer, "เผยแพร่")
    work()
    officer.reload()
    officer.get_by_role("link", name="หน้าเผยแพร่").click()
    assert officer.url.endswith("/th/waves/FY2570-1/")

    agency_takes_its_pdf(walk, people["malee"], tmp_path)
    sys.stdout.write(f"\nfrom an empty database to a PDF at {walk.told()}\n")
    assert walk.clicks.total() < MOST_CLICKS


def set_up(officer, tmp_path) -> None:
    officer.get_by_role("link", name="งานสำรวจ").first.click()
    officer.locator(".empty ol a").last.click()
    officer.get_by_label("รหัส", exact=True).fill("FY2570-1")
    officer.get_by_label("ชื่อเรื่องภาษาไทย").fill("รอบที่ 1")
    officer.get_by_label("วันแรก").fill("๑ ต.ค. ๒๕๖๙")
    officer.get_by_label("วันสุดท้าย").fill("30/09/2570")
    press(officer, "บันทึกและทำต่อ")
    officer.get_by_label("ไฟล์ CSV หรือ XLSX").set_input_files(write(tmp_path, "frame", FRAME))
    press(officer, "ดูไฟล์")
    assert officer.get_by_text("๑๒,๐๐๐").is_visible()
    press(officer, "กำหนดกรอบประชากร")
    work()
    officer.get_by_text("นำเข้าไฟล์แล้ว").wait_for()
    for _page in ("done", "frame"):
        officer.get_by_role("link", name="ดำเนินการต่อ", exact=True).click()
    press(officer, "บันทึกและทำต่อ")
    press(officer, "ประกาศและทำต่อ")
    press(officer, "สร้างลิงก์ที่ยังขาดทั้งหมด")
    officer.get_by_role("link", name="ดำเนินการต่อ", exact=True).click()
    officer.get_by_label("รหัสรอบสำรวจ").fill("FY2570-1")
    press(officer, "เปิดและผนึก")


def agency_takes_its_pdf(walk: Walk, user: User, tmp_path) -> None:
    user.agency = Agency.objects.get(code="DLT")
    user.save()
    page = walk.person("malee", user)
    page.goto("/th/agency/DLT/data/?wave=FY2570-1")
    page.locator("form[action$='/report/'] button").first.click()
    page.wait_for_url("**/reports/**")
    work()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="ดาวน์โหลดรายงาน PDF").click()
    path = tmp_path / "report.pdf"
    download.value.save_as(path)
    assert len(PdfReader(path).pages) > 1


@pytest.fixture
def every_state(people, government, questionnaire, draft, answered):
    """A draft, an open wave with a job, a closed one that was gone through."""
    from surveys.waves import close_wave

    draft.refresh_from_db()
    with translation.override("th"):
        wave = end(draft)
    close_wave(wave)
    examined = Examination.objects.create(wave=wave, requested_at=clock.now())
    examine_wave(str(examined.pk))
    other = Wave.objects.create(
        code="W2",
        title_th="รอบที่ 2",
        title_en="Wave 2",
        fiscal_year=2571,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=90),
        questionnaire=questionnaire,
        frame=draft.frame,
    )
    EntryPoint.objects.create(
        service=Service.objects.get(code="DLT-1"), channel=Channel.objects.get(code="counter")
    )
    Language.objects.create(code="ms", name="Bahasa Melayu")
    Questionnaire.objects.update(translations={"ms": {"title": "Tinjauan"}})
    job = ImportJob.objects.create(
        kind="frame",
        wave=other,
        name="กรอบ.csv",
        requested_at=clock.now(),
        state="done",
        summary={"added": 12, "changed": 1, "unchanged": 0, "rejected": 3},
    )
    return [
        "",
        "erasure/",
        "retention/",
        "topics/",
        "topics/new/",
        "waves/W1/",
        "waves/W2/",
        "waves/W1/publication/",
        "waves/W1/log/",
        "waves/W1/overrule/",
        "waves/W1/answers/",
        "../people/acts/verify/",
        "waves/W1/preview/",
        "new/",
        "registry/",
        "registry/services/",
        "questionnaires/",
        "questionnaires/new/",
        "languages/",
        "languages/ms/",
        *(
            f"questionnaires/{questionnaire.pk}/{page}"
            for page in ("", "add/", "questions/OV/", "questions/D2/", "languages/ms/")
        ),
        *(f"waves/W2/{page}/" for page in ("dates", "frame", "questionnaire", "method")),
        *(f"waves/W2/{page}/" for page in ("links", "open")),
        f"files/{job.pk}/",
    ]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("look", [DESKTOP, PHONE | {"color_scheme": "dark"}], ids=["wide", "phone"])
def test_axe_finds_nothing(open_browser, people, every_state, language, look):
    page = open_browser(people["somchai"], **look)
    found, wide = [], []
    for address in every_state:
        assert page.goto(f"/{language}/office/{address}").status == 200, address
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
            wide.append(address)
        found += violations(page)
    assert not found
    assert not wide


@pytest.mark.parametrize("language", ["th", "en"])
def test_letters_of_twice_the_size_fit_a_phone(open_browser, people, every_state, language):
    page = open_browser(people["somchai"], **PHONE)
    wide = []
    for address in every_state:
        page.goto(f"/{language}/office/{address}")
        needed, there = widths_at_twice_the_letters(page)
        if needed > there:
            wide.append(f"{address}: {needed}")
    assert not wide
