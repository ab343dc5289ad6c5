"""Weights from a file beside the responses, joined by an identifier."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from responses.importers.readings import decimal_of
from responses.importers.values import check_weight
from surveys.csv_files import CsvFile, FileError
from surveys.rejections import Rejected
from surveys.thai_text import normalise


def _decimal(source: CsvFile, column: str) -> str:
    """The sign before decimals, as the whole column tells it."""
    with source.open() as rows:
        place = rows.column(column)
        return decimal_of([row[place].strip() for _number, row in rows if len(row) > place])


def read_weights(source: CsvFile, *, by: str, column: str) -> dict[str, Decimal]:
    """Identifier → weight; those without a weight left out. Raise FileError."""
    weights: dict[str, Decimal] = {}
    decimal = _decimal(source, column)
    with source.open() as rows:
        key, value = rows.column(by), rows.column(column)
        for number, row in rows:
            try:
                identifier, text = normalise(row[key]), normalise(row[value])
                if text and identifier in weights:
                    raise Rejected(by, identifier, _("This appears twice."))
                if text:
                    weights[identifier] = check_weight(column, text, decimal)
            except IndexError as error:
                raise FileError(
                    _("%(file)s, row %(row)d: too few cells.")
                    % {"file": source.path, "row": number}
                ) from error
            except Rejected as rejected:
                raise FileError(
                    _("%(file)s, row %(row)d, field %(field)s: %(why)s")
                    % {
                        "file": source.path,
                        "row": number,
                        "field": rejected.field,
                        "why": rejected.why,
                    }
                ) from rejected
    return weights
