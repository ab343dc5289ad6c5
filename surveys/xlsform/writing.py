"""A questionnaire becomes an XLSForm. What was imported and not changed is written as it came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from surveys.kinds import kind_of
from surveys.models import Question, Questionnaire
from surveys.speaking import known_to
from surveys.translating import TEXTS, words_of
from surveys.xlsform.columns import CANONICAL, ENGLISH, THAI, canonical, fields_of
from surveys.xlsform.reading import choice_lists, question_fields
from surveys.xlsform.sheets import Row, Sheet, write_sheets

CHOICES = {"list_name": "list_name", "code": "name", "th": "label" + THAI, "en": "label" + ENGLISH}


def write_form(questionnaire: Questionnaire, file: IO[bytes]) -> None:
    """Write the questionnaire as a workbook with the sheets survey, choices and settings."""
    questions = questionnaire.questions.select_related("dimension").prefetch_related("channels")
    write_sheets(form_sheets(questionnaire, questions.order_by("position", "code")), file)


def form_sheets(
    questionnaire: Questionnaire, questions: Iterable[Question]
) -> dict[str, tuple[list[str], list[Row]]]:
    """The sheets of the form that asks these questions: their headers and rows by title."""
    return _Writer(questionnaire, questions).sheets()


class _Writer:
    def __init__(self, questionnaire: Questionnaire, questions: Iterable[Question]) -> None:
        self.questionnaire = questionnaire
        self.questions = questions
        kept = questionnaire.extra.get("sheets", {})
        spoken = questionnaire.extra.get("languages")
        self.kept = {name: _sheet(content) for name, content in kept.items()}
        settings = self.kept.get("settings", Sheet())
        self.settings = dict(settings.rows[0][1]) if settings.rows else {}
        language = next(
            (v for k, v in self.settings.items() if k.lower() == "default_language"), ""
        )
        choices = self.kept.get("choices", Sheet())
        self.lists = choice_lists(choices, language, spoken)
        self.survey_headers = list(self.kept.get("survey", Sheet()).headers)
        self.columns = fields_of(self.survey_headers, language, spoken)
        self.choice_headers = list(choices.headers)
        self.choice_columns = fields_of(self.choice_headers, language, spoken)
        self.choice_rows = [row for _number, row in choices.rows]
        self.languages = known_to(questionnaire)
        self.canonical = canonical(self.languages)

    def sheets(self) -> dict[str, tuple[list[str], list[Row]]]:
        survey = self._survey()
        if not self.kept:
            used = {name for row in survey for name in row}
            headers = [h for h in self.canonical.values() if h in used or h in ("type", "name")]
            self.survey_headers = [*headers, *(h for h in self.survey_headers if h not in headers)]
        sheets = {
            name: (sheet.headers, [r for _n, r in sheet.rows]) for name, sheet in self.kept.items()
        }
        sheets["survey"] = (self.survey_headers, survey)
        if self.choice_rows or "choices" in sheets:
            sheets["choices"] = (self.choice_headers, self.choice_rows)
        headers, settings = self._settings()
        if headers or "settings" in sheets:
            sheets["settings"] = headers, settings
        return sheets

    def _settings(self) -> tuple[list[str], list[Row]]:
        kept = self.kept.get("settings", Sheet())
        headers = list(kept.headers)
        now = {
            "form_title": self.questionnaire.title_th,
            "form_id": self.questionnaire.code,
            "opdc_title_en": self.questionnaire.title_en,
        }
        for code, words in self.questionnaire.translations.items():
            now[f"opdc_title_{code}"] = words.get("title", "")
        if not self.kept:
            now |= {"version": str(self.questionnaire.version), "default_language": "ไทย (th)"}
        row = dict(self.settings)
        for name, value in now.items():
            header = next((h for h in headers if h.lower().replace(" ", "_") == name), name)
            if row.get(header, "") != value and (not self.kept or self._was_edited(name, value)):
                row[header] = value
                if header not in headers:
                    headers.append(header)
        return headers, [row] if row else []

    def _was_edited(self, name: str, value: str) -> bool:
        """A title or code that the form did not have itself stays out of it."""
        had = any(header.lower().replace(" ", "_") == name for header in self.settings)
        return had or (name.startswith("opdc_title_") and bool(value))

    def _survey(self) -> list[Row]:
        rows: list[Row] = []
        open_groups: list[Question] = []
        for question in self.questions:
            while open_groups and question.group != open_groups[-1].code:
                rows.append(self._end(open_groups.pop()))
            rows.append(self._row(question))
            if kind_of(question).opens_group:
                open_groups.append(question)
        rows.extend(self._end(group) for group in reversed(open_groups))
        return rows

    def _end(self, group: Question) -> Row:
        return group.extra.get("end") or {self._header("type"): "end_group"}

    def _header(self, name: str) -> str:
        """The column of a field; one that the form lacks is added at the end."""
        if name not in self.columns:
            self.columns[name] = self.canonical[name]
            self.survey_headers.append(self.canonical[name])
        return self.columns[name]

    def _row(self, question: Question) -> Row:
        row: Row = dict(question.extra.get("row") or {})
        before = question_fields(row, self.columns, self.lists) if row else {}
        for code, words in before.get("translations", {}).items():
            before |= {f"{name}_{code}": text for name, text in words.items()}
        before["to_check"] = " ".join(before.get("to_check", []))
        as_it_came = bool(row) and not kind_of(question).in_form
        same_kind = as_it_came or (
            before.get("kind") == question.kind and before.get("choices") == question.choices
        )
        values = self._values(question) | ({} if same_kind else self._type(question))
        for name, value in values.items():
            if name in ("type", "kind"):
                changed = not same_kind
            elif as_it_came and name != "code":
                changed = False
            else:
                changed = _as_cell(before.get(name, "")) != value
            if changed and (value or name in self.columns):
                row[self._header(name)] = value
        if not same_kind:
            self._parameters(question, row)
        return {name: value for name, value in row.items() if value}

    def _values(self, question: Question) -> dict[str, str]:
        fields = {name: _as_cell(getattr(question, name, "")) for name in CANONICAL}
        for each in self.languages:
            words = {name: words_of(question, name, each.code) for name in TEXTS}
            fields |= {f"{name}_{each.code}": text for name, text in words.items()}
        return fields | {
            "dimension": question.dimension.code if question.dimension else "",
            "channels": " ".join(channel.code for channel in question.channels.all()),
            "to_check": " ".join(question.to_check),
        }

    def _type(self, question: Question) -> Row:
        kind = kind_of(question)
        form = kind.xlsform(question)
        choices = f" {self._list(form.list_name, form.choices)}" if form.list_name else ""
        own_kind = kind.code if kind.named_in_xlsform else ""
        return {"type": f"{form.name}{choices}", "kind": own_kind}

    def _parameters(self, question: Question, row: Row) -> None:
        if parameters := kind_of(question).xlsform(question).parameters:
            if "parameters" not in self.survey_headers:
                self.survey_headers.append("parameters")
            row["parameters"] = parameters

    def _list(self, name: str, choices: list[dict[str, Any]]) -> str:
        """The name of the list with these choices; written anew where there is none."""
        for known, same in self.lists.items():
            if same == choices:
                return known
        while name in self.lists:
            name += "_"
        self.lists[name] = choices
        names = {"list_name": "list_name", "code": "code", "th": "text_th", "en": "text_en"}
        headers = CHOICES | {each.code: f"label::{each}" for each in self.languages}
        names |= {each.code: f"text_{each.code}" for each in self.languages}
        for choice in choices:
            row = {}
            for part, value in {"list_name": name, **choice}.items():
                if part in names and value:
                    header = self.choice_columns.setdefault(names[part], headers[part])
                    if header not in self.choice_headers:
                        self.choice_headers.append(header)
                    row[header] = str(value)
            self.choice_rows.append(row)
        return name


def _sheet(content: dict[str, Any]) -> Sheet:
    return Sheet(content["headers"], list(enumerate(content.get("rows", []), 2)))


def _as_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return value if isinstance(value, str) else ""
