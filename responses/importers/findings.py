"""What somebody should know, or must decide, before a file is imported as it was guessed.

A column whose name says what it is, and which is not understood, is never left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from responses.importers import readings
from responses.importers.choice import CELLS, PLACES, Choice
from responses.importers.exports import recognise
from responses.importers.guess import KNOWN_NAMES, NO_TIME_KEPT, named, names_of, question_name
from responses.importers.known import Known, choices_of
from responses.importers.look import Look
from surveys.kinds import kind_of
from surveys.kinds.base import Reading
from surveys.models import Question
from surveys.moments import DAY_FIRST, MONTH_FIRST, reads_either_way

EXAMPLES = 3
EXACT = 2
LIKE_A_TIME = re.compile(r".*[0-9๐-๙]{1,4}\s*[-/.:]?\s*\S+\s*[-/.:]?\s*[0-9๐-๙]{2,4}.*", re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """`asks` where the import would be wrong, or incomplete, without an answer."""

    why: str
    column: str = ""
    asks: bool = False


def findings_of(look: Look, known: Known, choice: Choice) -> list[Finding]:
    """All findings, those that ask first."""
    found = [
        *_of_the_table(look),
        *_missing(known, choice),
        *_not_used(look, known, choice),
        *_of_times(look, choice),
        *_of_weights(look, choice),
        *_of_places(look, known, choice),
        *_of_answers(look, known, choice),
        *_of_formulas(look, known, choice),
        *_left_out(look, choice),
    ]
    return sorted(found, key=lambda finding: not finding.asks)


def _of_the_table(look: Look) -> Iterator[Finding]:
    if len(look.sheets) > 1:
        yield Finding(
            _("Sheet “%(sheet)s” is read. The file also has: %(others)s")
            % {"sheet": look.sheet, "others": ", ".join(s for s in look.sheets if s != look.sheet)}
        )
    if look.header_row > 1:
        yield Finding(_("Row %(row)d is taken for the header.") % {"row": look.header_row})
    for column in dict.fromkeys(name for name in look.header if name):
        if look.header.count(column) > 1:
            yield Finding(_("Several columns have this name: none of them is read."), column)


def _missing(known: Known, choice: Choice) -> Iterator[Finding]:
    if not _is_chosen("service", choice):
        yield Finding(_("No column names the service of the registry."), asks=True)
    if not _is_chosen("channel", choice):
        yield Finding(_("No column names the channel of the registry."), asks=True)
    if not any(_is_chosen(f"answer:{question.code}", choice) for question in known.questions):
        yield Finding(_("No column holds answers to the questionnaire."), asks=True)
    if not _is_chosen("time", choice):
        yield Finding(
            _(
                "No column gives the time: every row counts as answered when it is imported, and"
                " whether it belongs to the survey is not checked."
            )
        )


def _is_chosen(name: str, choice: Choice) -> bool:
    return name in choice.columns or name in choice.constants


def _not_used(look: Look, known: Known, choice: Choice) -> Iterator[Finding]:
    used = {*choice.columns.values(), *choice.key, choice.finished, *choice.leave_out}
    export = recognise(look.header)
    used |= {*export.key, *export.time} if export else set()
    for column in look.columns:
        if column not in used and look.cells(column):
            yield from _of_unused(look, known, choice, column)


def _of_unused(look: Look, known: Known, choice: Choice, column: str) -> Iterator[Finding]:
    """The surest thing that its name says of the column."""
    names = names_of(look, column)
    for question in known.questions:
        if question_name(names, question) > EXACT and not kind_of(question).free_text:
            asks = not _is_chosen(f"answer:{question.code}", choice)
            yield Finding(_answers_unknown(look, column, question, asks=asks), column, asks)
            return
    for target in CELLS:
        asks = not _is_chosen(target, choice)
        score = named(names, KNOWN_NAMES[target])
        likely = target == "time" and asks and _looks_like_times(look, column)
        if score > EXACT or (score and likely):
            why = _cells_unknown(look, column, target, asks=asks)
            yield Finding(why, column, _asks(target, asks))
            return


def _asks(target: str, unread: bool) -> bool:
    """Of a design, that is declared with the wave, the command warns in its own words."""
    return unread and target not in ("stratum", "psu", "respondent")


def _looks_like_times(look: Look, column: str) -> bool:
    cells = look.cells(column)
    return sum(bool(LIKE_A_TIME.fullmatch(cell[:80])) for cell in cells) > len(cells) / 2


def _answers_unknown(look: Look, column: str, question: Question, *, asks: bool) -> str:
    if not asks:
        return _("Named like question %(question)s, which another column answers: not used.") % {
            "question": question.code
        }
    problem = ""
    if kind_of(question).reading is Reading.RATING:
        problem = look.scale(column).problem
    return _("Named like question %(question)s, but not understood: %(why)s It says: %(said)s") % {
        "question": question.code,
        "why": problem or _("its answers are not those of the question."),
        "said": _examples(look.values(column)),
    }


def _cells_unknown(look: Look, column: str, target: str, *, asks: bool) -> str:
    said = {"said": _examples(look.values(column))}
    if not asks:
        return _("Not used: another column was taken for the same. It says: %(said)s") % said
    if target == "time":
        if all(value.startswith(NO_TIME_KEPT) for value in look.values(column)):
            return _("The system that wrote the file kept no times: it says %(said)s") % said
        return _("Named like a time, but not read as one: %(said)s") % said
    if target in PLACES:
        return _("Too little of it is in the registry, by code or by name: %(said)s") % said
    if target == "weight":
        return _("Named like a weight, but not read as a number: %(said)s") % said
    return _("Not used. It says: %(said)s") % said


def _examples(values: list[str]) -> str:
    shown = ", ".join(f"“{value[:60]}”" for value in values[:EXAMPLES])
    return f"{shown}, …" if len(values) > EXAMPLES else shown


def _of_times(look: Look, choice: Choice) -> Iterator[Finding]:
    if not (column := choice.columns.get("time")):
        return
    values = look.values(column)
    order = choice.order or readings.order_of(values)
    if order == MONTH_FIRST:
        example = next((v for v in values if readings.is_month_first(v)), values[0])
        yield Finding(
            _("Dates are read with the month first, as “%(text)s” shows.") % {"text": example},
            column,
        )
    elif not order and any(map(reads_either_way, values)):
        mixed = any(map(readings.is_month_first, values))
        unsure = mixed or readings.unread(values, DAY_FIRST) != readings.unread(values, "")
        example = next(filter(reads_either_way, values))
        yield Finding(
            _("In “%(text)s” the day is taken to come first. Nothing in the column says so.")
            % {"text": example},
            column,
            asks=unsure,
        )
    if unread := readings.unread(values, order):
        yield Finding(_not_read(unread), column)


def _not_read(values: list[str]) -> str:
    return _("Not understood, so that their rows will be rejected: %(said)s") % {
        "said": _examples(values)
    }


def _of_weights(look: Look, choice: Choice) -> Iterator[Finding]:
    if not (column := choice.columns.get("weight")):
        return
    cells = look.cells(column)
    with_comma = [cell for cell in dict.fromkeys(cells) if "," in cell]
    decimal = choice.decimal or readings.decimal_of(cells)
    if not decimal:
        yield Finding(
            _(
                "The commas in %(said)s may stand before decimals or between thousands. Say which"
                " sign stands before decimals (decimal)."
            )
            % {"said": _examples(with_comma)},
            column,
            asks=True,
        )
    elif decimal == ",":
        yield Finding(
            _("The comma stands before decimals: %(said)s") % {"said": _examples(with_comma)},
            column,
        )


def _of_places(look: Look, known: Known, choice: Choice) -> Iterator[Finding]:
    for target in PLACES:
        if column := choice.columns.get(target):
            codes, labels = known.codes(target), look.labels.get(column, {})
            if unread := readings.not_understood(look.values(column), codes, labels):
                yield Finding(_not_read(unread), column)


def _of_answers(look: Look, known: Known, choice: Choice) -> Iterator[Finding]:
    for question in known.questions:
        if column := choice.columns.get(f"answer:{question.code}"):
            yield from _of_answer(look, choice, question, column)


def _of_answer(look: Look, choice: Choice, question: Question, column: str) -> Iterator[Finding]:
    said = [v for v in look.values(column) if v not in choice.no_answer]
    match kind_of(question).reading:
        case Reading.RATING:
            scale = look.scale(column)
            if scale.problem and question.code not in choice.meanings:
                yield Finding(_answers_unknown(look, column, question, asks=True), column, True)
                return
            if scale.turned:
                yield Finding(
                    _("What the file says that its numbers mean goes before them: 1 is the best."),
                    column,
                )
            taken = scale.values or dict.fromkeys("012345")
            unread = [v for v in said if v not in taken and readings.plain_number(v) not in taken]
        case Reading.CHOICE:
            labels = look.labels.get(column, {})
            unread = readings.not_understood(said, choices_of(question), labels)
        case Reading.AS_WRITTEN:
            return
    if unread and question.is_overall:
        yield Finding(_not_read(unread), column)
    elif unread:
        yield Finding(
            _("Not understood, so that these answers alone will be left out: %(said)s")
            % {"said": _examples(unread)},
            column,
        )


def _of_formulas(look: Look, known: Known, choice: Choice) -> Iterator[Finding]:
    for column in look.columns:
        if count := look.without_value(column):
            names = names_of(look, column)
            says = any(named(names, KNOWN_NAMES[target]) > EXACT for target in CELLS) or any(
                question_name(names, question) > EXACT for question in known.questions
            )
            yield Finding(
                _(
                    "%(count)d of its formulas have no stored value. Open the file in Excel or"
                    " LibreOffice, save it there and bring it again."
                )
                % {"count": count},
                column,
                asks=says or column in choice.columns.values(),
            )


def _left_out(look: Look, choice: Choice) -> Iterator[Finding]:
    for column, values in choice.leave_out.items():
        if there := [value for value in look.values(column) if value in values]:
            yield Finding(
                _("Rows are left out and counted where it says: %(said)s")
                % {"said": _examples(there)},
                column,
            )
