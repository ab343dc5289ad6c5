"""What is stored about one answer, for the citizen who gave it: in words, and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from responses.ledger.appending import history_of
from responses.ledger.commitments import FIELDS, committed_text, state_at
from responses.ledger.proofs import inclusion
from responses.models import Response
from responses.receipts.receipt import Receipt
from surveys.add_ons import every_question
from surveys.kinds import kind_of

FORMAT = "citizen-satisfaction answer v1"


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
    openings = _openings(response)
    return {
        "format": FORMAT,
        "receipt": response.receipt,
        "wave": response.wave.code,
        "stored": {
            "agency": response.service.agency.code,
            "service": response.service.code,
            "channel": response.channel.code,
            "service_point": response.service_point.code if response.service_point else None,
            "link": response.entry_point.slug if response.entry_point else None,
            "answers": response.answers,
            "answered_at": response.answered_at.isoformat(),
            "received_at": response.received_at.isoformat(),
            "source": response.source,
            "selection": response.selection,
            "language": response.language,
            "seconds": response.seconds,
            "device": response.device,
            "respondent": response.respondent,
            "base_weight": f"{response.base_weight:.10f}",
            "disposition": response.disposition,
            "revision": response.revision,
            "salt": response.salt,
        },
        "changes": [
            {
                "revision": change.number,
                "reason": change.reason,
                "at": change.changed_at.isoformat(),
                "before": change.before,
            }
            for change in response.history.order_by("number")
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


def _openings(response: Response) -> dict[int, str]:
    """The texts that were committed to, by revision; none of an erased answer."""
    if response.disposition == Response.Disposition.ERASED:
        return {}
    row = Response.objects.filter(pk=response.pk).values(*FIELDS).get()
    history = history_of([row])
    openings = {}
    for revision in range(1, response.revision + 1):
        state = state_at(row, revision, history)
        openings[revision] = committed_text(
            response.wave.code,
            row,
            revision,
            state["answers"],
            state["disposition"],
            state["salt"],
        )
    return openings
