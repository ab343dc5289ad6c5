"""Which column of a file is what, guessed from its name and from what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from responses.importers import readings
from responses.importers.choice import Choice
from responses.importers.exports import Export, recognise
from responses.importers.known import Codes, Known, choices_of
from responses.importers.look import Look
from responses.importers.names import COMMENT, NAMES, OVERALL, plain, plain_names
from surveys.kinds import kind_of
from surveys.kinds.base import Reading
from surveys.models import Question

_COPY = re.compile(r"(\s*\(\d+\)|\s*-\s*copy|\s*-\s*สำเนา)+$", re.IGNORECASE)
_SOURCE_LIMIT = 60

TellsApart = Callable[[list[str]], bool]


def guess(look: Look, known: Known, *, name: str, tells_apart: TellsApart) -> Choice:
    """The likeliest choice. `name` is the file's; `tells_apart` says whether columns are a key."""
    export = recognise(look.header)
    columns = _assigned(look, known, export)
    time = _first(look, export.time) if export else None
    if time and readings.is_time(look.values(time)):
        columns["time"] = time
    ratings = [
        columns[f"answer:{question.code}"]
        for question in known.questions
        if not kind_of(question).free_text and f"answer:{question.code}" in columns
    ]
    no_answer = {value for column in ratings for value in readings.no_answers(look.values(column))}
    return Choice(
        source=source_of(name),
        columns=columns,
        key=_key(look, export, columns, tells_apart),
        finished=(_first(look, export.finished) or "") if export else "",
        no_answer=sorted(no_answer),
    )


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
        values = look.values(column)
        rating = readings.is_rating(look.cells(column))
        names = [*plain_names(column), plain(look.titles.get(column, ""))]
        for target in ("service", "channel", "agency", "service_point"):
            if score := _place_score(names, values, target, known.codes(target)):
                yield _Match(score, target, column)
        if (named := _named(names, NAMES["time"])) and readings.is_time(values):
            yield _Match(named, "time", column)
        for target in ("respondent", "weight"):
            if (named := _named(names, NAMES[target])) and (
                target == "respondent" or readings.is_number(values)
            ):
                yield _Match(named, target, column)
        for question in known.questions:
            if score := _question_score(names, values, question, rating=rating):
                yield _Match(score, f"answer:{question.code}", column)


def _place_score(names: list[str], values: list[str], target: str, codes: Codes) -> float:
    """Codes or names of the registry are what make a column one of a place."""
    if not readings.is_code(values, codes):
        return 0
    return 3 + _named(names, NAMES[target])


def _question_score(
    names: list[str], values: list[str], question: Question, *, rating: bool
) -> float:
    if values and not _takes(question, values, rating=rating):
        return 0
    if plain(question.code) in names:
        return 6
    texts = {plain(text) for text in (question.text_th, question.text_en) if text}
    if texts & set(names):
        return 5
    if question.is_overall:
        return _named(names, OVERALL) if values else 0
    if kind_of(question).free_text:
        return _named(names, COMMENT) / 2
    return 0


def _takes(question: Question, values: list[str], *, rating: bool) -> bool:
    match kind_of(question).reading:
        case Reading.RATING:
            return rating
        case Reading.CHOICE:
            answers = [value for value in values if value not in readings.no_answers(values)]
            return readings.is_code(answers, choices_of(question))
        case Reading.AS_WRITTEN:
            return True


def _named(names: list[str], known: tuple[str, ...]) -> float:
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
    scored = [(_named(plain_names(column), NAMES["key"]), column) for column in look.columns]
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
