"""A questionnaire in three languages, as an office would hand it in."""

import re
from io import BytesIO

from openpyxl import Workbook

from surveys.models import Language, Question, Questionnaire, Wave
from surveys.phrases import INVITING
from surveys.translating import TEXTS, words_of
from surveys.waves import open_wave
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
    "Skip": "Langkau",
    "Send, and the next call": "Hantar, panggilan seterusnya",
    "Thank you. Your answer has been stored.": "Terima kasih. Jawapan anda disimpan.",
    "Send me nothing more": "Jangan hantar lagi",
}
MESSAGES = {
    english: re.sub(r"%\(\w+\)s|[A-Za-z]+", lambda m: m[0] if m[0][0] == "%" else "kata", english)
    for english in INVITING
}
"""What mails and short messages say, as a translator who keeps what stands for a value."""


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


def asks_in_malay(draft: Wave, phrases: dict[str, str] = PHRASES) -> Wave:
    """The wave asks in Thai, English and Malay."""
    draft.questionnaire = in_malay()
    draft.save()
    Language.objects.filter(code="ms").update(phrases=phrases)
    return open_wave(draft)


def also_in(questionnaire: Questionnaire, code: str, name: str) -> Language:
    """A further language whose words are the Thai ones, in a version that a wave may use."""
    for question in questionnaire.questions.all():
        question.translations[code] = {name: words_of(question, name, "th") for name in TEXTS}
        question.choices = [choice | {code: choice["th"]} for choice in question.choices]
        Question.objects.filter(pk=question.pk).update(
            translations=question.translations, choices=question.choices
        )
    questionnaire.translations[code] = {"title": ""}
    whole = Questionnaire.objects.filter(pk=questionnaire.pk)
    whole.update(translations=questionnaire.translations)
    return Language.objects.create(code=code, name=name, phrases=PHRASES)
