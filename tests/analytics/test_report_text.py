"""The Thai of a PDF can be searched, copied and heard: readers extract what was written."""

import subprocess
import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader

from analytics.reporting.pdf import RefusedAddressError, render_pdf
from analytics.reporting.report import with_thai_digits

WORDS = "สำรวจ ที่ น้ำ กำหนด พ.ศ. 2567 ทำนำ ค่ำ ถ้ำ ก๋ำ อำเภอ ปำ ป้ำ ฟ้ำ ฝำ ญำ ฐำ ฬำ ประจำปี ผู้ใหญ่ สิ้น"
STYLE = (
    '<link rel="stylesheet" href="/css/tokens.css"><link rel="stylesheet" href="/css/report.css">'
)


# Marks on tall consonants: pypdf, which has no /ActualText, takes their shift for a space.
TALL = "ฝ่าย ป้องกัน เป้าหมาย ฟื้น ปี่ ปั้น ฝึก ฟิล์ม ปฏิบัติ"


def render(body: str) -> bytes:
    return render_pdf(f'<html lang="th"><head><title>ทดสอบ</title>{STYLE}</head>{body}</html>')


def poppler(pdf: bytes) -> str:
    result = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return result.stdout.decode()


def pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("extract", [poppler, pypdf])
@pytest.mark.parametrize("weight", ["p", "h3"])
@pytest.mark.parametrize("word", WORDS.split())
def test_a_word_is_extracted_as_it_was_written(word, weight, extract):
    text = extract(render(f"<{weight}>{word}</{weight}>"))
    assert unicodedata.is_normalized("NFC", word)
    assert word in text.split()


@pytest.mark.parametrize("weight", ["p", "h3"])
@pytest.mark.parametrize("word", [*TALL.split(), "เจ้าหน้าที่", "บริการ", "รีบ", "เริ่ม", "ร่าง", "ซื้อ"])
def test_marks_stay_on_their_letters(word, weight):
    assert word in poppler(render(f"<{weight}>{word}</{weight}>")).split()


@pytest.mark.parametrize("extract", [poppler, pypdf])
def test_words_in_any_order_keep_their_letters(extract):
    text = extract(render(f"<p>{WORDS}</p><p>{' '.join(reversed(WORDS.split()))}</p>"))
    assert text.split().count("น้ำ") == 2
    assert sorted(text.split()[: len(WORDS.split())]) == sorted(WORDS.split())


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/logo.png",
        "http://localhost:8000/static/css/tokens.css",
        "file:///etc/hostname",
        "/../../etc/hostname",
        "/css/absent.css",
    ],
)
def test_nothing_is_loaded_but_the_products_own_files(address):
    with pytest.raises(RefusedAddressError):
        render(f'<img src="{address}" alt="">')


def test_the_pdf_is_tagged_and_says_its_language_and_title():
    catalog = PdfReader(BytesIO(render("<p>ที่</p>"))).trailer["/Root"]
    assert catalog["/Lang"] == "th"
    assert catalog["/MarkInfo"]["/Marked"]
    assert PdfReader(BytesIO(render("<p>ที่</p>"))).metadata.title == "ทดสอบ"


def test_only_sarabun_is_used():
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in PdfReader(BytesIO(render("<p>ก <b>ข</b> a</p>"))).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("-")[0].strip("/") for name in fonts} == {"Sarabun"}


def test_thai_digits_leave_markup_addresses_and_codes_alone():
    html = '<p class="n1">9 &#x27;a <b class="latin">W-2570</b> <svg width="10">2</svg> 90.5 %</p>'
    assert with_thai_digits(html) == html.replace(">9 ", ">๙ ").replace("90.5", "๙๐.๕")
