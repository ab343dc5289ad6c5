"""Cells of a row read as what the mapping says they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from responses.importers.mapping import Cell
from responses.importers.readings import decimal_of
from responses.redaction import names_a_person
from surveys.kinds.rating import NOT_APPLICABLE, RATINGS
from surveys.kinds.writing import TEXT_LIMIT
from surveys.moments import parse_moment, refusal
from surveys.rejections import Rejected
from surveys.thai_text import ascii_digits, normalise, parse_decimal
from surveys.workbooks import WITHOUT_VALUE

Row = Sequence[str]
Locate = Callable[[str], int]
"""Gives the position of a column, or raises."""

WEIGHT_STEP = Decimal("1e-10")
WEIGHT_LIMIT = Decimal(100_000)
REMEMBERED = 10_000


class Text:
    """A text of each row, normalised."""

    def __init__(self, cell: Cell, locate: Locate) -> None:
        self.cell = cell
        self.field = cell.column or cell.name
        self.index = locate(cell.column) if cell.column else None

    def raw(self, row: Row) -> str:
        if self.index is None:
            return self.cell.constant
        raw = row[self.index]
        if raw == WITHOUT_VALUE:
            raise Rejected(
                self.field,
                "=?",
                _(
                    "The formula in this cell has no stored value. Open the file in Excel or"
                    " LibreOffice, save it there and import it again."
                ),
            )
        return raw

    def read(self, row: Row) -> str:
        return self.decode(self.raw(row))

    def decode(self, raw: str) -> str:
        text = normalise(raw)
        if self.cell.values is not None:
            if text not in self.cell.values:
                raise Rejected(
                    self.field,
                    raw,
                    _("“%(value)s” has no meaning in the mapping. Correct it or add it to values.")
                    % {"value": text},
                )
            text = self.cell.values[text]
        return f"{self.cell.prefix}{text}{self.cell.suffix}" if text else text


class Rating(Text):
    """A rating, or None for no answer. Each way to write one is decoded once."""

    def __init__(
        self, cell: Cell, locate: Locate, *, no_answer: frozenset[str], overall: bool
    ) -> None:
        super().__init__(cell, locate)
        self.no_answer = no_answer
        self.allowed = RATINGS if overall else (NOT_APPLICABLE, *RATINGS)
        self._known: dict[str, int | None] = {}

    def answer(self, row: Row) -> int | None:
        raw = self.raw(row)
        try:
            return self._known[raw]
        except KeyError:
            rating = self._rating(raw)
        if len(self._known) < REMEMBERED:
            self._known[raw] = rating
        return rating

    def _rating(self, raw: str) -> int | None:
        if normalise(raw) in self.no_answer:
            return None
        text = ascii_digits(self.decode(raw))
        whole = text.removesuffix(".0")  # as files written from tables of numbers say it
        if whole in self.no_answer:
            return None
        for rating in self.allowed:
            if whole == str(rating):
                return rating
        raise Rejected(
            self.field,
            raw,
            _(
                "%(value)s is not a rating from 1 to 5. "
                "Correct the cell or add it to no_answer in the mapping."
            )
            % {"value": text or "“”"},
        )


class Choice(Text):
    """The code of a choice, or None for no answer."""

    def __init__(self, cell: Cell, locate: Locate, *, no_answer: frozenset[str]) -> None:
        super().__init__(cell, locate)
        self.no_answer = no_answer

    def answer(self, row: Row) -> str | None:
        raw = self.raw(row)
        return None if normalise(raw) in self.no_answer else self.decode(raw) or None


class Comment(Text):
    """Free text. What is over the limit is cut, for the rating beside it should not be lost."""

    shortened = 0

    def answer(self, row: Row) -> str | None:
        text = self.read(row)
        if len(text) > TEXT_LIMIT:
            self.shortened += 1
            text = text[: TEXT_LIMIT - 1] + "…"
        return text or None


class Moment(Text):
    """An aware time and its day in Thailand. Each way to write one is parsed once."""

    def __init__(self, cell: Cell, locate: Locate) -> None:
        super().__init__(cell, locate)
        self._known: dict[str, tuple[datetime, date]] = {}

    def moment(self, row: Row) -> tuple[datetime, date]:
        raw = self.raw(row)
        if known := self._known.get(raw):
            return known
        text = self.decode(raw)
        try:
            moment = parse_moment(text, order=self.cell.order)
        except ValueError as error:
            raise Rejected(self.field, raw, refusal(text, error)) from None
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[raw] = moment, timezone.localtime(moment).date()
        return self._known[raw]


class Weight(Text):
    """A weight above 0, to ten decimals."""

    def weight(self, row: Row) -> Decimal:
        raw = self.raw(row)
        return check_weight(self.field, self.decode(raw), self.cell.decimal)


def check_weight(field: str, text: str, decimal: str = "") -> Decimal:
    """The weight as it is stored. Raise Rejected, also where a comma may stand before decimals as
    well as between thousands and nobody says which."""
    decimal = decimal or decimal_of([text.strip()])
    if not decimal:
        raise Rejected(
            field,
            text,
            _(
                "The comma in “%(text)s” may stand before decimals or between thousands. Say in the"
                " mapping which sign stands before decimals (decimal), or write 0.75."
            )
            % {"text": text},
        )
    try:
        weight = parse_decimal(text, decimal=decimal)
        if 0 < weight < WEIGHT_LIMIT:
            weight = weight.quantize(WEIGHT_STEP)
    except ValueError:
        weight = Decimal(0)
    if not 0 < weight < WEIGHT_LIMIT:
        raise Rejected(
            field,
            text,
            _("“%(text)s” is not a weight: a number above 0 and below %(limit)s. Correct it.")
            % {"text": text, "limit": f"{WEIGHT_LIMIT:,}"},
        )
    return weight


class Identifier(Text):
    """A number or name that tells respondents or rows apart, never a citizen number."""

    def __init__(self, cell: Cell, locate: Locate) -> None:
        super().__init__(cell, locate)
        self._as_written = cell.column and cell.values is None and not cell.prefix + cell.suffix

    def read(self, row: Row) -> str:
        raw = self.raw(row)
        if self._as_written and raw.isascii() and raw.isalnum() and not raw.isdecimal():
            return raw  # as nearly all are: nothing to normalise, and neither number nor address
        text = self.decode(raw)
        if not text:
            raise Rejected(
                self.field, "", _("Empty, but the mapping needs it to tell rows apart. Fill it in.")
            )
        if names_a_person(text):
            raise Rejected(
                self.field,
                "",  # not repeated in the report
                _(
                    "This is a citizen number or an e-mail address. "
                    "Replace it with a running number before importing."
                ),
            )
        return text
