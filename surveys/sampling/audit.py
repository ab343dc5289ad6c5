"""The end of the secret: draws are revealed, and written down so that anybody can repeat them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.models import Ballot, Draw, Encounter, Wave, WaveKey
from surveys.sampling.listing import header_of, order_of
from surveys.sampling.sealing import unseal_bytes


def end_sampling(wave: Wave) -> None:
    """In the transaction that closes a wave: no encounter is taken any more, contacts that no draw
    has passed are deleted, all secrets told, and the key of the hashes destroyed."""
    draws = Draw.objects.filter(wave=wave, revealed_at=None).order_by("number")
    for draw in draws.select_for_update(of=("self",)):
        _tell(draw)
    Encounter.objects.filter(wave=wave).exclude(contact=None).update(contact=None, contact_mark="")
    WaveKey.objects.filter(wave=wave).delete()


@transaction.atomic
def reveal(draw: Draw) -> Draw:
    """Tell the secret of a draw before its wave closes. Raise ValidationError as long as somebody
    who was drawn may still answer: until then nobody is to know who was."""
    draw = Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
    if draw.drawn_at is None:
        raise ValidationError(_("Draw %(draw)s has not been made.") % {"draw": draw})
    waiting = Ballot.objects.filter(cell__draw=draw, expires_on__gte=clock.today())
    if draw.revealed_at is None:
        if waiting.exists():
            raise ValidationError(
                _("Citizens drawn in %(draw)s may still answer: it is not revealed yet.")
                % {"draw": draw}
            )
        _tell(draw)
    return draw


def _tell(draw: Draw) -> None:
    draw.secret = unseal_bytes(draw.sealed_secret).decode()
    draw.revealed_at = clock.now()
    draw.save()


def is_public(draw: Draw) -> bool:
    """Whether the record may go to anybody. A systematic draw lists days, by which an agency could
    tell its encounters apart: that record is for the auditor."""
    return bool(draw.revealed_at and draw.drawn_at) and draw.design.get("order") == "random"


def record_of(draw: Draw) -> Iterator[str]:
    """The record of a revealed draw as JSON, piece by piece: what was promised, the list, who was
    drawn. Raise ValidationError for one that is not revealed, or was never made."""
    if not (draw.revealed_at and draw.drawn_at):
        raise ValidationError(_("Draw %(draw)s has not been revealed.") % {"draw": draw})
    return _pieces(draw)


def _pieces(draw: Draw) -> Iterator[str]:
    about = about_draw(draw) | {"list_header": header_of(draw)}
    yield json.dumps(about, ensure_ascii=False, default=str)[:-1] + ', "list": [\n'
    order = draw.design["order"]
    rows = (
        Encounter.objects.filter(draw=draw)
        .order_by("key")
        .values_list(
            "service__code",
            "channel__code",
            "key",
            "reachable",
            "service_point__code",
            "happened_on",
            "selected",
        )
    )
    comma = ""
    for service, channel, key, reachable, point, day, selected in rows.iterator():
        along = order_of(order, point, day)
        row = [service, channel, key, int(reachable), along, int(bool(selected))]
        yield comma + json.dumps(row, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


def about_draw(draw: Draw) -> dict[str, Any]:
    """What anybody may know of a draw at any time; the secret once it is told."""
    return {
        "wave": draw.wave.code,
        "draw": draw.number,
        "commitment": draw.commitment,
        "committed_at": draw.committed_at,
        "list_closed_at": draw.list_closed_at,
        "encounters": draw.encounters,
        "encounters_digest": draw.encounters_digest or None,
        "design": draw.design or None,
        "public_source": draw.public_source or None,
        "public_value": draw.public_value or None,
        "drawn_at": draw.drawn_at,
        "secret": draw.secret or None,
        "revealed_at": draw.revealed_at,
    }
