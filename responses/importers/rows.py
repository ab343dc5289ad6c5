"""From a row of a file to a submission, or the reason why not."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _

from responses.importers.mapping import Answer, Cell, ColumnMapping
from responses.importers.places import Place, Places
from responses.importers.records import Records
from responses.importers.values import (
    Choice,
    Comment,
    Identifier,
    Moment,
    Rating,
    Row,
    Weight,
)
from responses.intake.answers import AnswerError
from responses.intake.door import Submission
from responses.models import Response
from responses.models.sampling_unit import SamplingUnit
from surveys.kinds import KINDS
from surveys.kinds.base import Reading
from surveys.models import Wave
from surveys.rejections import Rejected
from surveys.thai_text import normalise

ONE = Decimal(1)
RESPONDENT_LIMIT = Response._meta.get_field("respondent").max_length or 0


class Encounter(NamedTuple):
    place: Place
    moment: datetime | None
    day: date


class RowReader:
    """Reads the rows of one file for one wave; knows where each column is.

    Raises FileError where a column of the mapping is missing.
    """

    def __init__(
        self,
        mapping: ColumnMapping,
        records: Records,
        places: Places,
        wave: Wave,
        *,
        file_digest: str,
        weights: dict[str, Decimal] | None,
    ) -> None:
        locate = records.locate
        self.wave = wave
        self.places = places
        self.width = len(records.header)
        self._finished = locate(mapping.finished) if mapping.finished else None
        self._leave_out = [(locate(column), values) for column, values in mapping.leave_out.items()]
        self._time = Moment(mapping.time, locate) if mapping.time else None
        self._respondent = Identifier(mapping.respondent, locate) if mapping.respondent else None
        design = (mapping.stratum, mapping.psu)
        self._design = [cell and Identifier(cell, locate) for cell in design]
        self._has_design = any(design)
        self._weight = Weight(mapping.weight, locate) if mapping.weight else None
        self._weights = weights
        self._weights_by = locate(mapping.weights_by) if mapping.weights_by else 0
        self._key = [Identifier(Cell("key", column), locate) for column in mapping.key]
        self._key_start = mapping.source if mapping.key else file_digest
        self._melted = locate(mapping.melt.name_column) if mapping.melt else None
        self.overall = {q.code for q in wave.questionnaire.questions.filter(is_overall=True)}
        self._not_understood: Counter[str] = Counter()
        self._answers = {
            code: _answer_reader(answer, mapping, records, overall=code in self.overall)
            for code, answer in mapping.answers.items()
        }
        self.columns = {code: reader.index for code, reader in self._answers.items()}

    @property
    def shortened(self) -> int:
        """How many comments were cut to the limit."""
        return sum(a.shortened for a in self._answers.values() if isinstance(a, Comment))

    def unfinished(self, row: Row) -> bool:
        """Whether the row is no citizen's whole answer: left before the end, only tried, or
        refused by whoever looked it through; as the mapping's columns for it tell."""
        if len(row) != self.width:
            return False
        if self._finished is not None and not row[self._finished].strip():
            return True
        return bool(self._leave_out) and any(
            normalise(row[index]) in values for index, values in self._leave_out
        )

    def encounter(self, row: Row) -> Encounter:
        """Where and when. Raise Rejected."""
        if len(row) != self.width:
            raise Rejected(
                "",
                "",
                _(
                    "The row has %(cells)d cells, the header %(columns)d. "
                    "Is a separator or a quote missing?"
                )
                % {"cells": len(row), "columns": self.width},
            )
        place = self.places.of(row)
        if self._time is None:
            return Encounter(place, None, self.wave.starts_on)
        moment, day = self._time.moment(row)
        if not self.wave.starts_on <= day <= self.wave.ends_on:
            raise Rejected(
                self._time.field,
                self._time.raw(row),
                _(
                    "%(day)s lies outside wave %(wave)s (%(first)s to %(last)s). "
                    "Correct the date or import into the wave of that time."
                )
                % {
                    "day": day,
                    "wave": self.wave.code,
                    "first": self.wave.starts_on,
                    "last": self.wave.ends_on,
                },
            )
        return Encounter(place, moment, day)

    def submission(
        self, number: int, row: Row, encounter: Encounter, answers: dict[str, Any] | None = None
    ) -> Submission | None:
        """What the citizen answered, read unless it is known; None where they did not. Raise
        Rejected."""
        if answers is None and not (answers := self._read_answers(row)):
            return None
        return Submission(
            key=self._submission_key(number, row),
            service=encounter.place.service,
            channel=encounter.place.channel,
            service_point=encounter.place.point,
            answers=answers,
            source=Response.Source.FILE,
            answered_at=encounter.moment,
            base_weight=self._base_weight(row),
            respondent=self._respondent_code(row),
            sampling_unit=self._sampling_unit(row),
        )

    def _read_answers(self, row: Row) -> dict[str, Any]:
        """A cell beside the overall rating that is not understood is left out and counted: those
        who say something else there differ from the rest, and their rating should not be lost."""
        answers: dict[str, Any] = {}
        for code, reader in self._answers.items():
            try:
                answer = reader.answer(row)
            except Rejected:
                if code in self.overall:
                    raise
                self._not_understood[code] += 1
                continue
            if answer is not None:
                answers[code] = answer
        return answers

    @property
    def left_out(self) -> int:
        """How many cells were not understood, or cut."""
        return self._not_understood.total() + self.shortened

    @property
    def not_understood(self) -> dict[str, int]:
        return dict(self._not_understood)

    def without(self, submission: Submission, error: AnswerError, row: Row) -> Submission:
        """The submission without an answer that its question does not take. Raise Rejected where
        that is the overall rating, or nothing is left."""
        if error.question in self.overall or error.question not in submission.answers:
            raise self.rejected(error, row) from error
        self._not_understood[error.question] += 1
        left = {code: a for code, a in submission.answers.items() if code != error.question}
        if not left:
            raise self.rejected(error, row) from error
        return msgspec.structs.replace(submission, answers=left)

    def rejected(self, error: AnswerError, row: Row) -> Rejected:
        """An answer that its question does not take, as a rejected cell of this row."""
        reader = self._answers[error.question]
        return Rejected(reader.field, reader.raw(row), error.message)

    def _submission_key(self, number: int, row: Row) -> str:
        parts = [self._key_start]
        if self._key:
            parts += [cell.read(row) for cell in self._key]
        else:
            parts += [str(number), "" if self._melted is None else row[self._melted]]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def _respondent_code(self, row: Row) -> str:
        if self._respondent is None:
            return ""
        code = self._respondent.read(row)
        return code if len(code) <= RESPONDENT_LIMIT else hashlib.sha256(code.encode()).hexdigest()

    def _sampling_unit(self, row: Row) -> str:
        if not self._has_design:
            return ""
        return str(SamplingUnit(*(each.read(row) if each else "" for each in self._design)))

    def _base_weight(self, row: Row) -> Decimal:
        if self._weights is not None:
            identifier = row[self._weights_by].strip()
            if identifier not in self._weights:
                raise Rejected(
                    "weight",
                    identifier,
                    _("The file of weights has none for this row. Add one, or leave the row out."),
                )
            return self._weights[identifier]
        return self._weight.weight(row) if self._weight else ONE


def _answer_reader(
    answer: Answer, mapping: ColumnMapping, records: Records, *, overall: bool
) -> Rating | Choice | Comment:
    match KINDS[answer.kind].reading:
        case Reading.RATING:
            return Rating(answer.cell, records.locate, no_answer=mapping.no_answer, overall=overall)
        case Reading.CHOICE:
            return Choice(answer.cell, records.locate, no_answer=mapping.no_answer)
        case Reading.AS_WRITTEN:
            return Comment(answer.cell, records.locate)
