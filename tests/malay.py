"""A questionnaire in three languages, as an office would hand it in."""

from io import BytesIO

from openpyxl import Workbook

from surveys.models import Questionnaire
from surveys.xlsform.reading import read_form
from surveys.xlsform.storing import store_form

NAME = "Bahasa Melayu"
HEADERS = [
    *("type", "name", "label::ไทย (th)", "label::English (en)", f"label::{NAME} (ms)"),
    *("hint::ไทย (th)", f"hint::{NAME} (ms)", "opdc_kind", "opdc_overall"),
]
SURVEY = """
range|OV|ความพึงพอใจ|Overall|Kepuasan keseluruhan|||rating|yes
select_one sex|D2|เพศ|Sex|Jantina|เลือกหนึ่ง|Pilih satu
text|D7|ข้อเสนอแนะ|Suggestions|Cadangan
"""
CHOICES = f"""
list_name|name|label::ไทย (th)|label::English (en)|label::{NAME} (ms)
sex|f|หญิง|Female|Perempuan
sex|m|ชาย|Male|Lelaki
"""
SETTINGS = """
form_title|form_id|opdc_title_en|opdc_title_ms
แบบสอบถาม|visit|Survey|Tinjauan
"""
PHRASES = {
    "Very satisfied": "Sangat puas hati",
    "Satisfied": "Puas hati",
    "Neutral": "Sederhana",
    "Dissatisfied": "Tidak puas hati",
    "Very dissatisfied": "Sangat tidak puas hati",
    "Don't know / does not apply": "Tidak tahu / tidak berkenaan",
    "Next": "Seterusnya",
    "Finish": "Selesai",
    "Answer %(left)s more questions": "Jawab %(left)s soalan lagi",
    "Please choose one of the five answers.": "Sila pilih satu daripada lima jawapan.",
    "Service counter": "Kaunter perkhidmatan",
}


def workbook(survey: str = SURVEY, choices: str = CHOICES) -> BytesIO:
    book = Workbook()
    book.remove(book.active)
    for title, text in (
        ("survey", "|".join(HEADERS) + survey),
        ("choices", choices),
        ("settings", SETTINGS),
    ):
        sheet = book.create_sheet(title)
        for line in text.strip().splitlines():
            sheet.append([cell or None for cell in line.split("|")])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def in_malay(**parts: str) -> Questionnaire:
    return store_form(read_form(workbook(**parts)))
