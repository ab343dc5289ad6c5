"""Those drawn get an invitation and a ballot; every other contact goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeVar

from surveys import clock
from surveys.models import Ballot, Contact, Draw, DrawCell, Encounter, Invitation
from surveys.sampling.ballots import digest_of, new_token
from surveys.sampling.design import Design
from surveys.sampling.listing import Planned, Row, plan_cells
from surveys.sampling.sealing import seal, unseal, unseal_bytes
from surveys.sampling.selection import seed_of, select, strata
from surveys.sampling.sharing import shared_contacts

SMALLEST_POINT = 10
"""A ballot names its service point only among so many of the same point and cell."""
CHUNK = 500

T = TypeVar("T")


class _Drawn(NamedTuple):
    row: Row
    cell: DrawCell
    token: str


def invite(draw: Draw, rows: Sequence[Row]) -> None:
    """In the transaction of the draw, whose list these rows are."""
    design = Design.from_dict(draw.design)
    secret = unseal_bytes(draw.sealed_secret).decode()
    seed = seed_of(secret, draw.encounters_digest, draw.public_value)
    reachable = strata(row.listed(design.order) for row in rows)
    by_key = {row.key: row for row in rows}
    anywhere = {row.place: row for row in rows}
    shared = shared_contacts(draw)
    drawn: list[_Drawn] = []
    ballots: list[Ballot] = []
    for planned in plan_cells(design, rows):
        place = (planned.cell.service, planned.cell.channel)
        row = anywhere[place]
        cell = _cell(draw, planned, row, shared[row.service_id, row.channel_id])
        systematic = design.order != "random"
        keys = select(seed, reachable.get(place, []), planned.drawn, systematic=systematic)
        of_cell = [_Drawn(by_key[key], cell, new_token()) for key in keys]
        drawn += of_cell
        ballots += _ballots(draw, design, planned, of_cell)
    # In the order of random keys: neither table tells which row of the other is whose.
    Ballot.objects.bulk_create(sorted(ballots, key=lambda ballot: ballot.digest), batch_size=CHUNK)
    _address(drawn)
    _forget_contacts(draw, [each.row.pk for each in drawn])


def _cell(draw: Draw, planned: Planned, row: Row, shared: int) -> DrawCell:
    return DrawCell.objects.create(
        draw=draw,
        service_id=row.service_id,
        channel_id=row.channel_id,
        encounters=planned.cell.encounters,
        reachable=planned.cell.reachable,
        drawn=planned.drawn,
        shared=shared,
    )


def _ballots(
    draw: Draw, design: Design, planned: Planned, drawn: Sequence[_Drawn]
) -> Iterator[Ballot]:
    expires_on = min(clock.today() + timedelta(days=design.answer_days), draw.wave.ends_on)
    named = points_to_name(Counter(each.row.service_point_id for each in drawn))
    for _row, cell, token in drawn:
        point = _row.service_point_id
        yield Ballot(
            digest=digest_of(token),
            cell=cell,
            service_point_id=point if point in named else None,
            base_weight=planned.weight,
            expires_on=expires_on,
        )


def points_to_name(drawn: Counter[int | None]) -> set[int]:
    """The service points that ballots of a cell may name: of each at least SMALLEST_POINT, and as
    many or none without a name, who could otherwise be told by what is missing."""
    named = {
        point for point, number in drawn.items() if point is not None and number >= SMALLEST_POINT
    }
    for point in sorted(named, key=lambda point: drawn[point]):
        nameless = sum(number for other, number in drawn.items() if other not in named)
        if nameless == 0 or nameless >= SMALLEST_POINT:
            break
        named.discard(point)
    return named


def _address(drawn: Sequence[_Drawn]) -> None:
    """An invitation for each, with where it goes and the citizen's link sealed beside it."""
    invitations: list[Invitation] = []
    contacts: list[Contact] = []
    for chunk in _chunks(drawn):
        encounters = Encounter.objects.filter(pk__in=[each.row.pk for each in chunk])
        sealed = dict(encounters.exclude(contact=None).values_list("pk", "contact"))
        for row, cell, token in chunk:
            invitation = Invitation(cell=cell)
            invitations.append(invitation)
            content = unseal(sealed[row.pk] or b"") | {"token": token}
            contacts.append(Contact(invitation=invitation, sealed=seal(content)))
    invitations.sort(key=lambda invitation: invitation.pk)
    contacts.sort(key=lambda contact: contact.invitation_id)
    Invitation.objects.bulk_create(invitations, batch_size=CHUNK)
    Contact.objects.bulk_create(contacts, batch_size=CHUNK)


def _forget_contacts(draw: Draw, selected: Sequence[int]) -> None:
    """Who was drawn is kept for the audit under the keyed hash; every contact goes, as those drawn
    have theirs with the invitation."""
    listed = Encounter.objects.filter(draw=draw)
    listed.update(selected=False, contact=None, contact_mark="")
    for chunk in _chunks(selected):
        listed.filter(pk__in=chunk).update(selected=True)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
