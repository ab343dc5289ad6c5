"""The office adds a language and words a version in it, page by page."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from surveys.models import Act, Language
from surveys.models.language import check_phrase
from surveys.phrases import INVITING, PHRASES
from surveys.sampling.messages import short_text
from surveys.speaking import languages_of
from surveys.waves import open_wave
from tests.malay import PHRASES as PHRASES_SAID
from tests.malay import in_malay

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "responses"
PAGES = [
    *("base", "ask", "_scale", "_question", "_questions", "_step", "_problem", "why", "more"),
    *("thanks", "_codes", "_band", "not_open", "expired", "embed", "embed_base", "embed_thanks"),
    *("spent", "_verified", "kiosk", "agent", "agent_call", "stop", "invitation_over", "_about"),
    "_listen",
]
SAID = re.compile(
    r"""{%\s*translate\s+(["'])(?P<text>(?:(?!\1).)*)\1\s*%}|[:=]_\((["'])(?P<given>.*?)\3\)"""
    r"""|{%\s*blocktranslate[^%]*?%}(?P<block>.*?){%\s*endblocktranslate\s*%}""",
    re.DOTALL,
)


def phrases_in(page: str):
    return phrases_of(TEMPLATES / f"{page}.html")


def phrases_of(template: Path):
    for found in SAID.finditer(template.read_text(encoding="utf-8")):
        if found["block"] is None:
            yield found["text"] or found["given"]
        else:
            for part in re.split(r"{%\s*plural\s*%}", found["block"]):
                yield re.sub(r"{{ (\w+) }}", r"%(\1)s", part.strip())


@pytest.mark.parametrize("page", PAGES)
def test_every_phrase_of_the_form_can_be_worded(page):
    assert set(phrases_in(page)) <= set(PHRASES)


def test_every_phrase_of_a_message_can_be_worded():
    """A mail is in a further language where all that it says has words."""
    mails = list((Path(settings.BASE_DIR) / "templates" / "surveys").glob("invitation*"))
    assert len(mails) == 3
    said = {phrase for template in mails for phrase in phrases_of(template)}
    short = {phrase for phrase in INVITING if "%(link)s" in phrase}
    assert set(INVITING) == said | short
    with translation.override("en"):
        assert {short_text("%(day)s", "%(link)s", reminder=again) for again in (0, 1)} == short


def test_phrases_are_found_on_these_pages():
    assert {"Finish", "about %(minutes)s minutes", "A few more questions"} <= {
        phrase for page in PAGES for phrase in phrases_in(page)
    }


@pytest.mark.parametrize(
    ("english", "words"),
    [
        ("Next", "<b>Seterusnya</b>"),
        ("Next", 'Seterusnya" onclick="'),
        ("about %(minutes)s minutes", "beberapa minit"),
        ("Next", "%(minutes)s"),
    ],
)
def test_a_phrase_that_would_break_pages_is_refused(english, words):
    with pytest.raises(ValidationError):
        check_phrase(english, words)
    check_phrase(english, english)


@pytest.fixture
def go(client, officer):
    client.force_login(officer)

    def ask(name: str, *args, data=None) -> str:
        address = reverse(f"setup:{name}", args=args)
        asked = client.get(address) if data is None else client.post(address, data, follow=True)
        assert asked.status_code == 200
        return asked.content.decode()

    return ask


def test_a_language_is_added_and_its_phrases_worded(go, questionnaire):
    page = go("languages", data={"code": "ms", "name": "Bahasa Melayu"})
    assert "Smaller letters" in page
    fields = {text: f"p{n}" for n, text in enumerate(PHRASES)}
    assert "Keep what stands" in go(
        "phrases", "ms", data={fields["about %(minutes)s minutes"]: "beberapa minit"}
    )
    assert Language.objects.get().phrases == {}
    go("phrases", "ms", data={fields["Next"]: "Seterusnya"})
    assert Language.objects.get().phrases == {"Next": "Seterusnya"}
    number = re.search(r"(\d+) of (\d+) phrases of pages are missing", go("languages"))
    assert int(number[1]) == int(number[2]) - 1 > len(PHRASES)  # dimensions and channels too
    assert Act.objects.filter(kind="language").count() == 2


@pytest.mark.parametrize("code", ["th", "en", "MS", "msa", "<b"])
def test_what_is_no_further_language_is_refused(go, db, code):
    go("languages", data={"code": code, "name": "X"})
    assert not Language.objects.exists()


def test_a_version_is_worded_beside_the_thai(go, questionnaire):
    Language.objects.create(code="ms", name="Bahasa Melayu", phrases=PHRASES_SAID)
    page = go("speak", questionnaire.pk, data={"language": "ms"})
    assert "ขั้นตอนชัดเจน" in page
    assert 'lang="ms"' in page
    words = {f"{code}:text": f"{code} ms" for code in ("OV", "P1", "S1", "D2", "D7")}
    go("translate", questionnaire.pk, "ms", data=words | {"title": "Tinjauan"})
    questionnaire.refresh_from_db()
    assert questionnaire.translations == {"ms": {"title": "Tinjauan"}}
    assert languages_of(questionnaire) == []
    assert "1 question lacks words: D2" in go("edit", questionnaire.pk)
    choices = {"D2:choice:f": "Perempuan", "D2:choice:m": "Lelaki"}
    go("translate", questionnaire.pk, "ms", data=words | choices)
    assert [language.code for language in languages_of(questionnaire)] == ["ms"]
    sex = questionnaire.questions.get(code="D2")
    assert sex.choices[0] == {"code": "f", "th": "หญิง", "en": "Female", "ms": "Perempuan"}
    act = Act.objects.filter(kind="questionnaire").latest("pk")
    assert act.detail["language"] == "ms"


def test_words_of_choices_stay_when_the_question_is_edited(go, db):
    questionnaire = in_malay()
    lines = "f | ผู้หญิง | Female\nm | ชาย | Male"
    go("question", questionnaire.pk, "D2", data={"text_th": "เพศ", "choices": lines})
    assert [each["ms"] for each in questionnaire.questions.get(code="D2").choices] == [
        "Perempuan",
        "Lelaki",
    ]


def test_in_use_it_stays_as_it_is(go, draft):
    draft.questionnaire = in_malay()
    draft.save()
    Language.objects.create(code="lo", name="ລາວ")
    open_wave(draft)
    assert "cannot change" in go("speak", draft.questionnaire.pk, data={"language": "lo"})
    page = go("translate", draft.questionnaire.pk, "ms", data={"D2:text": "X"})
    assert "Jantina" in page
    assert ">Save<" not in page
    assert draft.questionnaire.questions.get(code="D2").translations["ms"]["text"] == "Jantina"


def test_words_that_a_version_does_not_have_have_no_page(client, officer, questionnaire):
    Language.objects.create(code="ms", name="Bahasa Melayu")
    client.force_login(officer)
    address = reverse("setup:translate", args=[questionnaire.pk, "ms"])
    assert client.get(address).status_code == 404
