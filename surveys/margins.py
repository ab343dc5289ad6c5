"""What share of all each group of citizens is, by their answers to a question."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Margins = dict[str, dict[str, float]]
COLUMNS = ("question", "answer", "share")
LARGEST_FILE = 100_000


def check_margins(groups: Collection[str], margins: Any) -> None:
    """Raise ValidationError where they are no shares, or of no question that groups figures."""
    if not isinstance(margins, Mapping) or not all(
        isinstance(m, Mapping) for m in margins.values()
    ):
        raise ValidationError(_("The margins must give each answer of a question its share."))
    for code, shares in margins.items():
        if code not in groups:
            raise ValidationError(
                _("The margins name %(code)s, which is no question that figures are shown by.")
                % {"code": code}
            )
        numbers = shares.values()
        if not all(isinstance(n, int | float) and math.isfinite(n) and n >= 0 for n in numbers):
            raise ValidationError(_("Margins of %(code)s: a share is 0 or more.") % {"code": code})
        if not math.isclose(sum(numbers), 1, abs_tol=1e-6):
            raise ValidationError(
                _("Margins of %(code)s: the shares add up to %(sum)s instead of 1.")
                % {"code": code, "sum": f"{sum(numbers):.6g}"}
            )


def read_margins(content: bytes) -> Margins:
    """From a CSV file with the columns question, answer and share: of one, or counts, which are
    divided by their sum. Raises ValidationError with every row that cannot be read."""
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than 100 KB."))
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        names = tuple(rows.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValidationError(_("The file is not a CSV file in UTF-8.")) from error
    if missing := [column for column in COLUMNS if column not in names]:
        raise ValidationError(
            _("The file lacks the column: %(names)s") % {"names": ", ".join(missing)}
        )
    found: dict[str, dict[str, float]] = defaultdict(dict)
    faults = []
    for number, row in enumerate(rows, start=2):
        code, answer = ((row[name] or "").strip() for name in COLUMNS[:2])
        try:
            share = float((row["share"] or "").replace(",", ""))
        except ValueError:
            share = math.nan
        if not code or not answer or not share >= 0 or math.isinf(share):
            faults.append(_("row %(row)s: give question, answer and a number") % {"row": number})
        elif answer in found[code]:
            faults.append(
                _("row %(row)s: %(answer)s is given twice") % {"row": number, "answer": answer}
            )
        else:
            found[code][answer] = share
    if faults:
        raise ValidationError(faults)
    return {code: _in_parts(shares) for code, shares in found.items()}


def _in_parts(shares: dict[str, float]) -> dict[str, float]:
    whole = sum(shares.values())
    return {answer: share / whole if whole else share for answer, share in shares.items()}
