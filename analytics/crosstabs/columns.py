"""The columns by which answers may be counted: of this list, and no other.

A column is read from the files under a name that the platform gave it. What a person asks for is
looked up here, so that nothing they write becomes part of a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from analytics.counting.bases import Basis, selections
from analytics.domains.partitions import Registry
from analytics.models import StoredMonth
from analytics.wording.charts import date_text
from responses.models import Response
from surveys.kinds import kind_of
from surveys.kinds.base import DOES_NOT_APPLY, NOT_APPLICABLE_TEXT, Chooses
from surveys.kinds.choosing import codes_of
from surveys.models import Question, Questionnaire, Wave

PLACES = ("service", "channel", "month", "selection", "language")
"""The columns of every file, before those of the questions."""
NOTHING = ""
"""The value where nothing was answered or noted."""


@dataclass(frozen=True)
class Column:
    """`name` is chosen on the page; `stored` is the column of the files that it is read from, and
    `of` says to which of its values each stored one belongs (to itself where there is none).
    `values`: each value with its words, in the order in which they are shown."""

    name: str
    label: str
    stored: str
    values: Mapping[str, str]
    of: Mapping[str, str] | None = None

    def value(self, stored: str | None) -> str:
        found = stored or NOTHING if self.of is None else self.of.get(stored or "", NOTHING)
        return found if found in self.values else NOTHING

    def stored_values(self, value: str) -> list[str]:
        return [value] if self.of is None else [key for key, of in self.of.items() if of == value]

    def words(self, value: str) -> str:
        return self.values.get(value) or _("no answer")


def stored_as(question: Question) -> str:
    return f"question {question.code}"


def closed_questions(questionnaire: Questionnaire) -> list[Question]:
    """Ratings, numbers from 0 to 10, and those of one choice; overall first."""
    found = [
        question
        for question in questionnaire.questions.all()
        if kind_of(question).counted or kind_of(question).chooses is Chooses.ONE
    ]
    return sorted(found, key=lambda question: not question.is_overall)


def columns_of(questionnaire: Questionnaire, waves: Sequence[Wave]) -> dict[str, Column]:
    """Every column of these waves of the questionnaire, by its name."""
    registry = Registry()
    lines = {str(key): registry.lineage(key) for key in registry.services}
    language = {"th": _("Thai"), "en": _("English")}
    places = [
        Column(
            "ministry",
            _("Ministry"),
            "service",
            _sorted({str(line[0].pk): str(line[0]) for line in lines.values()}),
            {key: str(line[0].pk) for key, line in lines.items()},
        ),
        Column(
            "agency",
            _("Agency"),
            "service",
            _sorted({str(line[-1].pk): str(line[-1]) for line in lines.values()}),
            {key: str(line[-1].pk) for key, line in lines.items()},
        ),
        Column("service", _("Service"), "service", _sorted(_named(registry.services))),
        Column("channel", _("Channel"), "channel", _named(registry.channels)),
        Column("month", _("Month"), "month", {f"{m:%Y-%m}": _month(m) for m in _months(waves)}),
        Column(
            "selection",
            _("How they came to be asked"),
            "selection",
            {str(kind): str(Response.Selection(kind).label) for kind in selections(Basis.OFFICIAL)},
        ),
        Column("language", _("Language"), "language", language),
    ]
    asked = [
        Column(stored_as(each), each.text, stored_as(each), _answers(each))
        for each in closed_questions(questionnaire)
    ]
    return {column.name: column for column in (*asked, *places)}


def _answers(question: Question) -> dict[str, str]:
    kind = kind_of(question)
    numbers = [str(number) for number in kind.whole_numbers(question)]
    words = {code: kind.in_words(question, code) for code in codes_of(question)}
    words |= {number: kind.in_words(question, int(number)) for number in reversed(numbers)}
    if question.may_not_apply and not kind.scored:
        words[NOT_APPLICABLE_TEXT] = str(DOES_NOT_APPLY)
    return words


def _named(records: Mapping[int, object]) -> dict[str, str]:
    return {str(key): str(record) for key, record in records.items()}


def _sorted(words: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(words.items(), key=lambda pair: pair[1]))


def _months(waves: Iterable[Wave]) -> list[date]:
    """Those in which the waves ran, or were answered."""
    found = set(StoredMonth.objects.filter(wave__in=waves).values_list("month", flat=True))
    for wave in waves:
        month = wave.starts_on.replace(day=1)
        while month <= wave.ends_on:
            found.add(month)
            month = (month + timedelta(days=31)).replace(day=1)
    return sorted(found)


def _month(first: date) -> str:
    return date_text(first).partition(" ")[2]
