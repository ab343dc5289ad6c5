"""What is stored about one answer, for the citizen who gave it: in words, and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from responses.ledger.appending import history_of
from responses.ledger.commitments import FIELDS, Row, committed_text, state_at
from responses.ledger.proofs import inclusion
from responses.models import LaterRating, Response
from responses.models.columns import COLUMNS
from responses.receipts.receipt import Receipt
from surveys.add_ons import every_question
from surveys.kinds import kind_of

FORMAT = "citizen-satisfaction answer v1"
SHOWN = {column.shown: column.path for column in COLUMNS if column.shown}


def in_words(response: Response) -> Iterator[tuple[str, str]]:
    """Each question that is answered, and the answer."""
    questions = {question.code: question for question in every_question(response.wave)}
    for code, question in questions.items():
        if code in response.answers:
            yield question.text, kind_of(question).in_words(question, response.answers[code])
    for code in response.answers.keys() - questions.keys():
        yield code, str(response.answers[code])


def document(receipt: Receipt, response: Response) -> dict[str, Any]:
    """Everything that is stored about the answer, and with which its leaves are opened. Of doubts
    not the numbers behind them: they are of the answers of others."""
    row = Response.objects.filter(pk=response.pk).values(*FIELDS, *SHOWN.values()).get()
    openings = _openings(response.wave.code, row)
    return {
        "format": FORMAT,
        "receipt": response.receipt,
        "wave": response.wave.code,
        "stored": {name: _plain(row[path]) for name, path in SHOWN.items()},
        "changes": [
            {
                "revision": change.number,
                "reason": change.reason,
                "at": change.changed_at.isoformat(),
                "before": change.before,
            }
            for change in response.history.order_by("number")
        ],
        "rated_again": [
            {"overall": each.overall, "on": each.rated_on.isoformat()}
            for each in LaterRating.objects.filter(comment=response.pk).order_by("rated_on")
        ],
        "doubts": [
            {
                "rule": flag.rule,
                "strength": flag.strength,
                "raised_at": flag.raised_at.isoformat(),
                "withdrawn_at": flag.withdrawn_at.isoformat() if flag.withdrawn_at else None,
            }
            for flag in response.flags.order_by("rule")
        ],
        "proof": {
            "receipt": receipt.code,
            **inclusion(receipt.tree, receipt.leaves, openings),
        },
    }


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Decimal():
            return f"{value:.10f}"
    return value


def _openings(wave_code: str, row: Row) -> dict[int, str]:
    """The texts that were committed to, by revision; none of an erased answer."""
    if row["disposition"] == Response.Disposition.ERASED:
        return {}
    history = history_of([row])
    openings = {}
    for revision in range(1, row["revision"] + 1):
        state = state_at(row, revision, history)
        openings[revision] = committed_text(
            wave_code,
            row,
            revision,
            state["answers"],
            state["disposition"],
            state["salt"],
        )
    return openings
