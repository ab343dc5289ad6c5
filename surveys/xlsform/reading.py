"""An XLSForm becomes a questionnaire; what it has besides is kept to be written out again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from surveys.expressions import ExpressionError, parse, references
from surveys.kinds import KEPT, KINDS, kind_in_xlsform
from surveys.kinds.base import Kind
from surveys.languages import ENGLISH, OWN
from surveys.translating import TEXTS
from surveys.xlsform.columns import fields_of, further_in, header_of, spoken_in, unused_in
from surveys.xlsform.sheets import FormError, Problem, Row, Sheet, read_sheets

_SELECT = re.compile(
    r"(?P<one>select[_ ]one(?: from)?|select1)\s+(?P<list>\S+)(?P<other>\s+or[_ ]other)?"
    r"|(?P<many>select[_ ]multiple(?: from)?|select all that apply(?: from)?)\s+"
    r"(?P<list2>\S+)(?P<other2>\s+or[_ ]other)?",
    re.IGNORECASE,
)
# What a device says of itself: never asked here.
METADATA = frozenset(
    (
        "start",
        "end",
        "today",
        "deviceid",
        "subscriberid",
        "simserial",
        "phonenumber",
        "username",
        "email",
        "audit",
        "hidden",
        "start-geopoint",
    )
)
SELECT_ONE, SELECT_MULTIPLE = "select_one", "select_multiple"
SHOWN = ("text_th", "text_en", "hint_th", "hint_en")
_ANSWER_IN_TEXT = re.compile(r"\$\{[^}]*\}")
YES = frozenset({"yes", "true", "true()", "1"})
NO = frozenset({"", "no", "false", "false()", "0"})


@dataclass
class Form:
    """What an XLSForm says: fields by question, the headers of their columns, and what else is to
    be kept."""

    code: str = ""
    title_th: str = ""
    title_en: str = ""
    languages: dict[str, str] = field(default_factory=dict)
    """The further ones: names by code."""
    titles: dict[str, str] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


def read_form(file: IO[bytes], *, add_on: bool = False) -> Form:
    """What the file says. Raise FormError with everything that is to mend. The conditions of an
    add-on may look at questions of the core, which the file does not have."""
    sheets = {name.strip().lower(): sheet for name, sheet in read_sheets(file).items()}
    if "survey" not in sheets:
        raise FormError(Problem(_("There is no sheet “survey”.")))
    return _Reader(sheets, add_on=add_on).form()


def at(place: Problem, message: str, column: str = "") -> Problem:
    return Problem(message, place.sheet, place.row, column)


def choice_lists(
    sheet: Sheet, default_language: str, spoken: Mapping[str, str] | None = None
) -> dict[str, list[dict[str, str]]]:
    """The choices of each list, as questions keep them."""
    columns = fields_of(sheet.headers, default_language, spoken)
    lists: dict[str, list[dict[str, str]]] = {}
    for _number, row in sheet.rows:
        get = {name: row.get(header, "") for name, header in columns.items()}
        thai, english = get.get("text_th", ""), get.get("text_en", "")
        choice = {"code": get.get("code", ""), "th": thai or english or get.get("code", "")}
        choice |= {"en": english} | {code: text for code, text in _further(get, "text") if text}
        lists.setdefault(get.get("list_name", ""), []).append(choice)
    return lists


def _further(get: Mapping[str, str], field: str) -> Iterator[tuple[str, str]]:
    """The words of a text in each further language that the sheet has a column for."""
    for name, text in get.items():
        before, _line, code = name.rpartition("_")
        if before == field and code not in OWN and len(code) == 2:
            yield code, text


def _translations(get: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in TEXTS:
        for code, text in _further(get, name):
            if text:
                found.setdefault(code, {})[name] = text
    return found


def question_fields(
    row: Row, columns: Mapping[str, str], lists: Mapping[str, list[dict[str, str]]]
) -> dict[str, Any]:
    """The fields of the question of one row. Raise ValueError (column, message)."""
    get = {name: row.get(header, "") for name, header in columns.items()}
    kind, choices, plain_type = _type_of(row, get, lists)
    required = get.get("required", "").lower()
    if required not in YES | NO:
        raise ValueError("required", _("Write yes or no."))
    translations = _translations(get)
    to_check = get.get("to_check", "").lower().split()
    if not {ENGLISH, *translations}.issuperset(to_check):
        raise ValueError("to_check", _("Write the two letters of languages that the row has."))
    texts = {name: get.get(name, "") for pair in TEXTS for name in (f"{pair}_th", f"{pair}_en")}
    for name in TEXTS:
        texts[f"{name}_th"] = texts[f"{name}_th"] or texts[f"{name}_en"]
    return texts | {
        "code": get.get("code", ""),
        "translations": translations,
        "to_check": to_check,
        "kind": kind.code,
        "choices": choices,
        "required": required in YES and kind.answered,
        "relevant": get.get("relevant", "") if kind.in_form else "",
        "constraint": get.get("constraint", "") if kind.answered else "",
        "calculation": get.get("calculation", "") if kind.calculates else "",
        "dimension": get.get("dimension", ""),
        "is_overall": get.get("is_overall", "").lower() in YES,
        "channels": get.get("channels", ""),
        "may_not_apply": get.get("may_not_apply", "").lower() in YES,
        "about_citizen": get.get("about_citizen", "").lower() in YES,
        "extra": {"row": row, "type": plain_type},
    }


def _type_of(
    row: Row, get: Mapping[str, str], lists: Mapping[str, list[dict[str, str]]]
) -> tuple[Kind, list[dict[str, str]], str]:
    """The kind, the choices and the plain name of the type."""
    text = " ".join(get.get("type", "").split())
    plain = text.lower().replace("begin group", "begin_group")
    named = KINDS.get(get.get("kind", ""))
    if named and named.named_in_xlsform:
        return named, [], plain
    if any(name.lower() == "disabled" and value.lower() in YES for name, value in row.items()):
        return KEPT, [], plain
    if select := _SELECT.fullmatch(text):
        name = select["list"] or select["list2"]
        if select["other"] or select["other2"]:
            raise ValueError("type", _("Instead of “or_other”, add a choice and a text question."))
        if name not in lists:
            raise ValueError("type", _("The sheet “choices” has no list “%s”.") % name)
        return kind_in_xlsform(SELECT_ONE if select["one"] else SELECT_MULTIPLE), lists[name], plain
    return kind_in_xlsform(plain, _ends(row) if plain == "range" else None), [], plain


def _ends(row: Row) -> tuple[int, int] | None:
    """Where a range starts and ends."""
    given = row.get("parameters", "")
    start, end = (re.search(rf"{name}\s*=\s*(\d+)", given) for name in ("start", "end"))
    return (int(start[1]), int(end[1])) if start and end else None


def _looked_at(fields: Mapping[str, Any]) -> set[str]:
    """The names in the expressions of a row, as far as they can be read."""
    names: set[str] = set()
    for column in ("relevant", "constraint", "calculation"):
        with suppress(ExpressionError):
            names |= references(parse(fields[column])) if fields[column] else set()
    return names


class _Reader:
    def __init__(self, sheets: dict[str, Sheet], *, add_on: bool) -> None:
        self.sheets = sheets
        self.add_on = add_on
        self.problems: list[Problem] = []
        self.form_read = Form()
        settings = sheets.get("settings", Sheet())
        self.settings = {
            name.lower().replace(" ", "_"): value
            for _number, row in settings.rows[:1]
            for name, value in row.items()
        }
        language = self.settings.get("default_language", "")
        self.spoken = spoken = spoken_in(sheets)
        choices = sheets.get("choices", Sheet())
        self.lists = choice_lists(choices, language, spoken)
        self.columns = fields_of(sheets["survey"].headers, language, spoken)
        self._warn_of_languages("survey", sheets["survey"], self.columns, spoken)
        of_choices = fields_of(choices.headers, language, spoken)
        self._warn_of_languages("choices", choices, of_choices, spoken)

    def _warn_of_languages(
        self, title: str, sheet: Sheet, columns: Mapping[str, str], spoken: Mapping[str, str]
    ) -> None:
        for header in unused_in(sheet.headers, columns):
            self.form_read.warnings.append(
                Problem(
                    _("Kept, not shown: say its language in two letters, as Bahasa Melayu (ms)."),
                    title,
                    1,
                    header,
                )
            )
        self.form_read.languages |= further_in(sheet.headers, columns)
        header = columns.get("text_th", "")
        if header and "th" not in spoken.values() and sheet.rows:
            message = _("No column is in Thai: citizens who read Thai are shown this one.")
            self.form_read.warnings.append(Problem(message, title, 1, header))

    def form(self) -> Form:
        form = self.form_read
        form.columns = self.columns
        form.code = self.settings.get("form_id") or self.settings.get("id_string", "")
        form.title_th = self.settings.get("form_title", "")
        form.title_en = self.settings.get("opdc_title_en", "")
        form.titles = {c: self.settings.get(f"opdc_title_{c}", "") for c in form.languages}
        form.extra = {
            "languages": self.spoken,
            "sheets": {
                name: {"headers": sheet.headers}
                | ({} if name == "survey" else {"rows": [row for _n, row in sheet.rows]})
                for name, sheet in self.sheets.items()
            },
        }
        for column in ("type", "code"):
            if column not in self.columns:
                name = "name" if column == "code" else column
                raise FormError(Problem(_("The column “%s” is missing.") % name, "survey", 1))
        self._rows()
        self._compute_today()
        self._check_names()
        self._check_texts()
        if self.problems:
            raise FormError(*self.problems)
        return form

    def _rows(self) -> None:
        open_groups: list[dict[str, Any]] = []
        for number, row in self.sheets["survey"].rows:
            plain = row.get(self.columns["type"], "").lower().strip().replace(" ", "_")
            place = Problem("", "survey", number)
            if plain == "end_group":
                if not open_groups:
                    self.problems.append(self._at(place, _("No group is open here."), "type"))
                else:
                    open_groups.pop()["extra"]["end"] = row
                continue
            if not plain or "repeat" in plain:
                what = _("Repeats are not supported.") if plain else _("The type is missing.")
                self.problems.append(self._at(place, what, "type"))
                continue
            try:
                fields = question_fields(row, self.columns, self.lists)
            except ValueError as error:
                column, message = error.args
                self.problems.append(self._at(place, message, column))
                continue
            self._warn(fields, place)
            fields["group"] = open_groups[-1]["code"] if open_groups else ""
            fields["row_number"] = number
            self.form_read.questions.append(fields)
            if KINDS[fields["kind"]].opens_group:
                open_groups.append(fields)
        for group in open_groups:
            place = Problem("", "survey", group["row_number"])
            self.problems.append(self._at(place, _("This group is never closed."), "type"))

    def _warn(self, fields: dict[str, Any], place: Problem) -> None:
        kind, plain, row = KINDS[fields["kind"]], fields["extra"]["type"], fields["extra"]["row"]
        if fields["calculation"]:
            try:
                parse(fields["calculation"])
            except ExpressionError as error:
                fields |= {"kind": KEPT.code, "calculation": "", "relevant": ""}
                self._note(place, _("Kept, not calculated: %s") % error, "calculation")
        if not kind.in_form and plain not in METADATA and "disabled" not in row:
            self._note(place, _("“%s” is kept, not asked.") % plain, "type")
        if row.get("choice_filter") and kind.in_form:
            message = _(
                "Choices cannot depend on another answer. Ask a question for each list, with a"
                " condition of its own (relevant)."
            )
            self.problems.append(self._at(place, message, "choice_filter"))

    def _note(self, place: Problem, message: str, column: str) -> None:
        self.form_read.warnings.append(self._at(place, message, column))

    def _at(self, place: Problem, message: str, field: str) -> Problem:
        return at(place, message, header_of(field, self.columns))

    def _compute_today(self) -> None:
        """The device's `today`, which conditions may look at, is worked out like a calculation."""
        looked_at = {name for fields in self.form_read.questions for name in _looked_at(fields)}
        for fields in self.form_read.questions:
            if fields["extra"]["type"] == "today" and fields["code"] in looked_at:
                fields |= {"kind": kind_in_xlsform("calculate").code, "calculation": "today()"}

    def _check_texts(self) -> None:
        for fields in self.form_read.questions:
            place = Problem("", "survey", fields["row_number"])
            shown = {name: fields[name] for name in SHOWN if KINDS[fields["kind"]].in_form}
            shown["choices"] = " ".join(
                text for c in fields["choices"] for name, text in c.items() if name != "code"
            )
            if KINDS[fields["kind"]].in_form:
                for code, words in fields["translations"].items():
                    shown |= {f"{name}_{code}": text for name, text in words.items()}
            for column, text in shown.items():
                if found := _ANSWER_IN_TEXT.search(text):
                    what = _("A text cannot show another answer: write it without “%s”.")
                    self.problems.append(self._at(place, what % found[0], column))

    def _check_names(self) -> None:
        seen: set[str] = set()
        hidden = {
            f["code"]
            for f in self.form_read.questions
            if not KINDS[f["kind"]].in_form and not KINDS[f["kind"]].calculates
        }
        names = {fields["code"] for fields in self.form_read.questions}
        for fields in self.form_read.questions:
            place = Problem("", "survey", fields["row_number"])
            if not fields["code"] or fields["code"] in seen:
                what = _("Each row needs a name of its own.")
                self.problems.append(self._at(place, what, "code"))
            seen.add(fields["code"])
            for column in ("relevant", "constraint", "calculation"):
                try:
                    used = references(parse(fields[column])) if fields[column] else set()
                except ExpressionError as error:
                    self.problems.append(self._at(place, str(error), column))
                    continue
                unknown = used - names
                for name in sorted(used & hidden):
                    what = _(
                        "“%s” is kept, neither asked nor calculated: it is always blank. Ask it, or"
                        " write the condition without it."
                    )
                    self.problems.append(self._at(place, what % name, column))
                for name in sorted(unknown) if not self.add_on else ():
                    what = _("There is no question named “%s”.") % name
                    self.problems.append(self._at(place, what, column))
