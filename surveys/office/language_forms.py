"""Words in a further language as forms: those of a version, and those of pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.kinds import kind_of
from surveys.models import Channel, Dimension, Language, Question, Questionnaire
from surveys.models.language import check_phrase
from surveys.phrases import AGENT, FORM, INVITED, INVITING, KIOSK, PHRASES
from surveys.thai_text import normalise
from surveys.translating import TEXTS, still_to_check, words_of

LONGEST = {"text": 2000, "hint": 1000, "constraint_message": 500}
SHORT = 60
FITS = gettext_lazy("The Thai has changed since. These words fit it as it is now.")


class LanguageForm(forms.ModelForm):
    class Meta:
        model = Language
        fields = ["code", "name", "right_to_left"]


@dataclass(frozen=True)
class _Words:
    """Something that citizens read: its field, what it says, and its words so far."""

    field: str
    thai: str
    english: str
    here: str
    longest: int


def _field(words: _Words) -> forms.CharField:
    return forms.CharField(
        label=words.thai or words.english,
        help_text=words.english if words.thai else "",
        initial=words.here,
        required=False,
        max_length=words.longest,
        widget=forms.Textarea({"rows": 2}) if len(words.thai) > SHORT else forms.TextInput,
    )


class _Table(forms.Form):
    """A field for each text."""

    def __init__(self, words: list[_Words], language: Language, data: Any = None) -> None:
        super().__init__(data)
        self.words = words
        for each in words:
            field = self.fields[each.field] = _field(each)
            field.widget.attrs |= {"lang": language.code}
            if language.right_to_left:
                field.widget.attrs |= {"dir": "rtl"}

    def missing(self) -> int:
        return sum(not each.here for each in self.words)

    def said(self, name: str) -> str:
        return normalise(self.cleaned_data.get(name, ""))


class TranslationForm(_Table):
    """All that a version says, in one further language."""

    def __init__(self, questionnaire: Questionnaire, language: Language, data: Any = None) -> None:
        self.questionnaire, self.language = questionnaire, language
        self.questions = [q for q in questionnaire.questions.order_by("position") if _shown(q)]
        title = questionnaire.translations.get(language.code, {}).get("title", "")
        words = [_Words("title", questionnaire.title_th, questionnaire.title_en, title, 250)]
        for question in self.questions:
            words += _texts(question, language.code)
        super().__init__(words, language, data)
        for question in self.to_check():
            self._ask_whether_it_fits(question)

    def to_check(self) -> list[Question]:
        return [each for each in self.questions if self.language.code in each.to_check]

    def _ask_whether_it_fits(self, question: Question) -> None:
        """Below the words of the question."""
        names = list(self.fields)
        last = max(k for k, name in enumerate(names) if name.startswith(f"{question.code}:"))
        self.fields[_fits(question)] = forms.BooleanField(label=FITS, required=False)
        self.order_fields([*names[: last + 1], _fits(question)])

    def save(self) -> None:
        code = self.language.code
        self.questionnaire.translations[code] = {"title": self.said("title")}
        self.questionnaire.save()
        stored = self.questionnaire.questions.in_bulk()
        for question in self.questions:
            texts = {name: self.said(f"{question.code}:{name}") for name in TEXTS}
            question.translations[code] = {name: text for name, text in texts.items() if text}
            question.choices = [
                {name: text for name, text in choice.items() if name != code}
                | ({code: said} if (said := self.said(_of_choice(question, choice))) else {})
                for choice in question.choices
            ]
            question.translations = {c: each for c, each in question.translations.items() if each}
            question.to_check = still_to_check(stored[question.pk], question)
            if self.cleaned_data.get(_fits(question)):
                question.to_check = [each for each in question.to_check if each != code]
            question.save()


def _shown(question: Question) -> bool:
    return kind_of(question).in_form


def _fits(question: Question) -> str:
    return f"{question.code}:fits"


def _of_choice(question: Question, choice: dict[str, Any]) -> str:
    return f"{question.code}:choice:{choice['code']}"


def _texts(question: Question, language: str) -> Iterator[_Words]:
    for name in TEXTS:
        thai, english = words_of(question, name, "th"), words_of(question, name, "en")
        if thai or english:
            here = words_of(question, name, language)
            yield _Words(f"{question.code}:{name}", thai, english, here, LONGEST[name])
    for choice in question.choices:
        thai, english = str(choice.get("th") or ""), str(choice.get("en") or "")
        here = str(choice.get(language) or "")
        yield _Words(_of_choice(question, choice), thai, english, here, 500)


class PhrasesForm(_Table):
    """What pages say beside the questions, names of dimensions and channels included."""

    def __init__(self, language: Language, data: Any = None) -> None:
        self.language = language
        self.texts = {f"p{n}": text for n, text in enumerate(said_on_pages())}
        words = [
            _Words(field, "", text, language.phrases.get(text, ""), 1000)
            for field, text in self.texts.items()
        ]
        super().__init__(words, language, data)

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """By where they stand."""
        fields = {text: self[field] for field, text in self.texts.items()}
        named = [
            (_("Form"), FORM),
            (_("Invitations: sent in this language once each of these has words"), INVITING),
            (_("What an invitation leads to"), INVITED),
            (_("Kiosk"), KIOSK),
            (_("Telephone"), AGENT),
        ]
        found = [(name, [fields.pop(t) for t in said if t in fields]) for name, said in named]
        return [*found, (_("Names"), list(fields.values()))]

    def clean(self) -> None:
        for field, text in self.texts.items():
            try:
                if said := self.said(field):
                    check_phrase(text, said)
            except ValidationError as error:
                self.add_error(field, error)

    def save(self) -> None:
        said = {text: self.said(field) for field, text in self.texts.items()}
        self.language.phrases = {text: words for text, words in said.items() if words}
        self.language.save()


def said_on_pages() -> list[str]:
    """The phrases, then names that citizens see as headings and above the question."""
    names = [
        name
        for model in (Dimension, Channel)
        for name in model.objects.order_by("position", "code").values_list("name_en", flat=True)
    ]
    return list(dict.fromkeys([*PHRASES, *filter(None, names)]))


class SpeakForm(forms.Form):
    """A further language for a version."""

    language = forms.ModelChoiceField(Language.objects.none(), to_field_name="code")

    def __init__(self, questionnaire: Questionnaire, data: Any = None) -> None:
        super().__init__(data)
        others = Language.objects.exclude(code__in=questionnaire.translations)
        self.fields["language"].label = _("Language")
        self.fields["language"].queryset = others  # type: ignore[attr-defined]
