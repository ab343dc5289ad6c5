"""Comments follow the answers: the fold hands over each response that came or changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from responses.comments.complaining import complaint_of, weights
from responses.comments.searching import letters_of
from responses.comments.topics import dictionary, mark
from responses.models import Comment, Response
from surveys import clock
from surveys.add_ons import every_question
from surveys.kinds import kind_of
from surveys.models import Wave

BLACK = "▇▇▇"


def collect(wave: Wave, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep what was written in these responses, given by key with at least answers and
    disposition; what no longer counts, or says nothing, is listed no longer."""
    codes = [q.code for q in every_question(wave) if kind_of(q).free_text]
    written = {
        pk: text
        for pk, row in rows.items()
        if row["disposition"] == Response.Disposition.COUNTED
        and (text := _written(row["answers"], codes))
    }
    gone = [pk for pk, row in rows.items() if row["revision"] > 1 and pk not in written]
    if gone:
        Comment.objects.filter(pk__in=gone).delete()
    if written:
        _keep(wave, written)


def _written(answers: Mapping[str, Any], codes: Iterable[str]) -> str:
    texts = (answers.get(code) for code in codes)
    return "\n".join(text for text in texts if text and text != "n/a")


def _keep(wave: Wave, written: Mapping[int, str]) -> None:
    black = dict(Comment.objects.filter(pk__in=written).values_list("pk", "blacked_out"))
    texts = {pk: without(text, black.get(pk, [])) for pk, text in written.items()}
    letters = {pk: letters_of(text) for pk, text in texts.items()}
    by = weights()
    comments = [
        Comment(
            response=response,
            wave=wave,
            agency_id=response.service.agency_id,
            service=response.service,
            channel_id=response.channel_id,
            service_point_id=response.service_point_id,
            answered_on=clock.day_of(response.answered_at),
            overall=response.overall,
            text=texts[response.pk],
            letters=letters[response.pk],
            complains=complaint_of(letters[response.pk], by),
        )
        for response in Response.objects.filter(pk__in=written).select_related("service")
    ]
    Comment.objects.bulk_create(
        comments,
        update_conflicts=True,
        unique_fields=["response"],
        update_fields=["text", "letters", "complains", "overall"],
    )
    mark(comments, dictionary())


def without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, BLACK)
    return text
