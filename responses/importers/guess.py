"""Which column of a file is what, guessed from its name and from what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from responses.importers import readings
from responses.importers.choice import PLACES, Choice
from responses.importers.exports import Export, recognise
from responses.importers.known import Codes, Known, choices_of
from responses.importers.look import Look
from responses.importers.names import COMMENT, DESIGN, NAMES, OVERALL, plain, plain_names
from surveys.kinds import kind_of
from surveys.kinds.base import Reading
from surveys.models import Question
from surveys.thai_text import ascii_digits

_COPY = re.compile(r"(\s*\(\d+\)|\s*-\s*copy|\s*-\s*สำเนา)+$", re.IGNORECASE)
_SOURCE_LIMIT = 60

NAMED_SO = 0.5
"""So much of a column that is named for it must be understood; the rest is reported."""
RATINGS = frozenset("012345")
KNOWN_NAMES = NAMES | DESIGN
NO_TIME_KEPT = "1980-01-01"
TellsApart = Callable[[list[str]], bool]


def guess(look: Look, known: Known, *, name: str, tells_apart: TellsApart) -> Choice:
    """The likeliest choice. `name` is the file's; `tells_apart` says whether columns are a key."""
    export = recognise(look.header)
    columns = _assigned(look, known, export)
    if export and (time := _time_of(look, export)):
        columns["time"] = time
    ratings = [
        columns[f"answer:{question.code}"]
        for question in known.questions
        if not kind_of(question).free_text and f"answer:{question.code}" in columns
    ]
    leave_out = export.leave_out if export else {}
    return Choice(
        source=source_of(name),
        columns=columns,
        key=_key(look, export, columns, tells_apart),
        finished=(_first(look, export.finished) or "") if export else "",
        leave_out={column: leave_out[column] for column in look.columns if column in leave_out},
        order=readings.order_of(look.values(columns["time"])) if "time" in columns else "",
        decimal=readings.decimal_of(look.cells(columns["weight"])) if "weight" in columns else "",
        no_answer=sorted({value for column in ratings for value in _no_answers(look, column)}),
    )


def _no_answers(look: Look, column: str) -> list[str]:
    return [*readings.no_answers(look.values(column)), *look.scale(column).no_answer]


def _time_of(look: Look, export: Export) -> str | None:
    """The first that tells the time; LimeSurvey writes 1980 where it kept none."""
    for column in export.time:
        values = look.values(column) if column in look.columns else []
        kept = not all(value.startswith(NO_TIME_KEPT) for value in values)
        if kept and readings.is_time(values):
            return column
    return None


def source_of(name: str) -> str:
    """A name for the sender, the same for copies of one file."""
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return _COPY.sub("", stem).strip()[:_SOURCE_LIMIT] or "file"


def _first(look: Look, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in look.columns), None)


@dataclass(frozen=True, order=True)
class _Match:
    score: float
    field: str
    column: str


def _assigned(look: Look, known: Known, export: Export | None) -> dict[str, str]:
    """Each field with its column: the surest first, each column once."""
    reserved = set(export.key + export.finished) if export else set()
    order = {column: place for place, column in enumerate(look.columns)}
    matches = sorted(_matches(look, known, reserved), key=lambda m: (-m.score, order[m.column]))
    assigned: dict[str, str] = {}
    for match in matches:
        if match.field not in assigned and match.column not in assigned.values():
            assigned[match.field] = match.column
    return assigned


def _matches(look: Look, known: Known, reserved: set[str]) -> Iterator[_Match]:
    for column in look.columns:
        if column in reserved:
            continue
        values, cells = look.values(column), look.cells(column)
        labels = look.labels.get(column, {})
        names = names_of(look, column)
        for target in PLACES:
            if score := _place_score(names, cells, target, known.codes(target), labels):
                yield _Match(score, target, column)
        design = ("stratum", "psu") if known.supplied_design else ()
        for target in ("time", "respondent", *design, "weight"):
            if (score := named(names, KNOWN_NAMES[target])) and reads(target, values):
                yield _Match(score, target, column)
        rating = is_rating(look, column)
        for question in known.questions:
            if score := _question_score(names, cells, labels, question, rating=rating):
                yield _Match(score, f"answer:{question.code}", column)


def names_of(look: Look, column: str) -> list[str]:
    """What the column may be called, by its name and by what the file says that it asks."""
    return [*plain_names(column), plain(look.titles.get(column, ""))]


def reads(target: str, values: list[str]) -> bool:
    """Whether a column that is named so says such things."""
    if target == "time":
        return readings.is_time(values)
    return target != "weight" or readings.is_number(values)


def is_rating(look: Look, column: str) -> bool:
    """Of all cells, not of different ones: a few mistyped ones are outnumbered."""
    scale, cells = look.scale(column), look.cells(column)
    if scale.problem:
        return False
    silent = {*readings.no_answers(cells), *scale.no_answer}
    said = [cell for cell in cells if cell not in silent]
    taken = scale.values or RATINGS
    read = sum(cell in taken or ascii_digits(cell).removesuffix(".0") in taken for cell in said)
    return bool(said) and read >= readings.MOST * len(said)


def _place_score(
    names: list[str], cells: list[str], target: str, codes: Codes, labels: Mapping[str, str]
) -> float:
    """Codes or names of the registry are what make a column one of a place."""
    score = named(names, NAMES[target])
    enough = NAMED_SO if score > 2 else readings.MOST
    return 3 + score if readings.understood(cells, codes, labels) >= enough else 0


def _question_score(
    names: list[str],
    cells: list[str],
    labels: Mapping[str, str],
    question: Question,
    *,
    rating: bool,
) -> float:
    score = question_name(names, question)
    if score == 0 or (cells and not _takes(question, cells, labels, rating=rating)):
        return 0
    return score if cells or score > 3 else 0


def question_name(names: list[str], question: Question) -> float:
    """How surely a column of these names is of this question."""
    if plain(question.code) in names:
        return 6
    texts = {plain(text) for text in (question.text_th, question.text_en) if text}
    if texts & set(names):
        return 5
    if question.is_overall:
        return named(names, OVERALL)
    if kind_of(question).free_text:
        return named(names, COMMENT) / 2
    return 0


def _takes(
    question: Question, cells: list[str], labels: Mapping[str, str], *, rating: bool
) -> bool:
    match kind_of(question).reading:
        case Reading.RATING:
            return rating
        case Reading.CHOICE:
            answers = [cell for cell in cells if cell not in readings.no_answers(cells)]
            return readings.understood(answers, choices_of(question), labels) >= NAMED_SO
        case Reading.AS_WRITTEN:
            return True


def named(names: list[str], known: tuple[str, ...]) -> float:
    """3 for one of the known names, a little less for those farther back; 1 for a part."""
    exact = [place for place, name in enumerate(known) if name in names]
    if exact:
        return 3 - exact[0] / 100
    long = [name for name in known if len(name) > 3]
    return 1.0 if any(part in name for part in long for name in names) else 0


def _key(
    look: Look, export: Export | None, columns: dict[str, str], tells_apart: TellsApart
) -> list[str]:
    """The columns that tell rows apart; none where no likely one does."""
    candidates = [_first(look, export.key)] if export else []
    scored = [(named(plain_names(column), NAMES["key"]), column) for column in look.columns]
    exact = [pair for pair in scored if pair[0] > 2]
    candidates += [column for _score, column in sorted(exact, key=lambda pair: -pair[0])]
    for column in candidates:
        if column is None:
            continue
        if tells_apart([column]):
            return [column]
        # One person may rate several services.
        for other in (columns.get("service"), *_code_like(look)):
            if other and other != column and tells_apart([column, other]):
                return [column, other]
    return []


def _code_like(look: Look) -> list[str]:
    return [column for column in look.columns if plain(column) in NAMES["service"]]
