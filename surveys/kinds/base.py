"""What every kind of question says of itself; each kind is one file beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Protocol

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.expressions import as_text

NOT_APPLICABLE_TEXT = "n/a"  # where 0 is an answer, or no number is
DOES_NOT_APPLY = gettext_lazy("Don't know / does not apply")
DOES_NOT_APPLY_WORDS = {"th": "ไม่ทราบ / ไม่เกี่ยวข้อง", "en": "Don't know / does not apply"}


class AnswerRefused(ValueError):
    """An answer that the question does not take; the message says what to do."""


class Chooses(Enum):
    """How many of the question's choices an answer names."""

    NOTHING = 0
    ONE = 1
    SEVERAL = 2


class Reading(Enum):
    """How a cell of a file becomes an answer, before it is checked."""

    RATING = "a number or words of a scale"
    CHOICE = "the code of a choice, or its name"
    AS_WRITTEN = "its text"


class QuestionLike(Protocol):
    """What a kind looks at in a question."""

    code: Any
    kind: Any
    choices: Any
    required: Any
    is_overall: Any
    may_not_apply: Any
    extra: Any

    @property
    def text(self) -> str: ...

    @property
    def hint(self) -> str: ...


@dataclass(frozen=True)
class XlsformType:
    """The type of a question in an XLSForm: `name`, or `name list_name` where it has choices."""

    name: str
    list_name: str = ""
    choices: list[dict[str, Any]] = field(default_factory=list)
    parameters: str = ""


@dataclass(frozen=True)
class ExportColumn:
    """A column of single answers; `cell` reads the stored answer, None where there is none."""

    name: str
    cell: Callable[[Any], str | int | float | Decimal]


def as_stored(answer: Any) -> str | int | float | Decimal:
    return "" if answer is None else answer


class Kind:
    """One kind. Attributes and methods are documented here and overridden where a kind differs."""

    code: ClassVar[str]
    """Stored with the question, written in seals and read by programs: never changed."""
    label: ClassVar[str | Promise]
    position: ClassVar[int]
    """Its place in lists of kinds."""

    answered: ClassVar[bool] = True
    """Whether anybody answers it. Where not, it is text, structure or something kept."""
    in_form: ClassVar[bool] = True
    """Whether it stands in forms: pages, devices, and the list that programs get."""
    needs_text: ClassVar[bool] = True
    part: ClassVar[str] = "question"
    """What it is on a page: see templates/responses/_questions.html."""
    opens_group: ClassVar[bool] = False
    calculates: ClassVar[bool] = False

    scored: ClassVar[bool] = False
    """Whether answers run from 1 to 5 and get a score; the overall rating is of such a kind."""
    counted: ClassVar[bool] = False
    """Whether answers are whole numbers from 0 to 10 that enter the tally of each cell."""
    free_text: ClassVar[bool] = False
    """Whether citizens write what they like: it is redacted before it is stored."""
    refuses_citizen_numbers: ClassVar[bool] = False
    """Whether a number could name a person: such an answer is refused."""
    chooses: ClassVar[Chooses] = Chooses.NOTHING
    reading: ClassVar[Reading] = Reading.AS_WRITTEN

    not_applicable: ClassVar[str] = NOT_APPLICABLE_TEXT
    """The answer “does not apply”, as forms and devices send it."""
    not_applicable_beside: ClassVar[bool] = False
    """Whether “does not apply” is a box beside the field rather than one of its options."""
    page_reading: ClassVar[str] = ""
    """How static/js/relevance.js reads what is written: “number”, “date” or, as it is, nothing."""

    xlsform_types: ClassVar[tuple[str, ...]]
    """The types that are read as this kind alone; the first is written."""
    xlsform_range: ClassVar[tuple[int, int] | None] = None
    """The start and end of the XLSForm type “range” that are read as this kind."""
    named_in_xlsform: ClassVar[bool] = False
    """Whether its type does not say it alone: the column opdc_kind does."""

    def clean(self, question: QuestionLike) -> None:
        """Raise ValidationError, by field, where the question is not a whole one of this kind."""

    def offers_not_applicable(self, question: QuestionLike) -> bool:
        return self.answered and bool(question.may_not_apply)

    # Answers

    def whole_numbers(self, question: QuestionLike) -> tuple[int, ...]:
        """Whole numbers that are stored as they come, without `check`."""
        return ()

    def check(self, question: QuestionLike, answer: Any) -> Any:
        """The answer as it is stored. Raise AnswerRefused."""
        if question.may_not_apply and answer in (NOT_APPLICABLE_TEXT, [NOT_APPLICABLE_TEXT]):
            return NOT_APPLICABLE_TEXT
        return self._check(question, answer)

    def _check(self, question: QuestionLike, answer: Any) -> Any:
        raise AnswerRefused(_("This questionnaire does not ask it on this channel."))

    def in_words(self, question: QuestionLike, answer: Any) -> str:
        """A stored answer, for whoever gave it."""
        if answer == NOT_APPLICABLE_TEXT:
            return str(DOES_NOT_APPLY)
        return self._in_words(question, answer)

    def _in_words(self, question: QuestionLike, answer: Any) -> str:
        return str(answer)

    def in_conditions(self, answer: Any) -> str:
        """A stored answer as expressions see it: blank where it does not apply."""
        return "" if answer is None or answer == NOT_APPLICABLE_TEXT else as_text(answer)

    def export_columns(self, question: QuestionLike) -> list[ExportColumn]:
        return [ExportColumn(question.code, as_stored)] if self.answered else []

    # Pages, programs and devices

    def field(self, question: QuestionLike) -> forms.Field:
        """The field of a form, and its widget. Whether an answer is needed is the door's to say."""
        return forms.Field(required=False, disabled=True, widget=forms.HiddenInput)

    def shape(self, question: QuestionLike) -> str:
        """How its options are laid out (“scale”, “nps”, “list”); blank for a single field."""
        return ""

    def as_data(self, question: QuestionLike) -> dict[str, Any]:
        """Which answers a program may send."""
        choices = [choice | {"code": str(choice["code"])} for choice in question.choices]
        return {"choices": choices}

    def offer_not_applicable(self, own: QuestionLike) -> None:
        """Change `own`, a device's copy, so that “does not apply” can be answered: a choice more,
        where there are choices; what is written or picked may be left blank."""
        own.required = False

    # XLSForm

    def xlsform(self, question: QuestionLike) -> XlsformType:
        return XlsformType(self.xlsform_types[0])
