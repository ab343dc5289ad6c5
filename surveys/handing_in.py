"""A list for a register is handed in by one person and approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys import clock
from surveys.access import (
    Visitor,
    may_approve_registers,
    may_enter_registers,
    may_see_every_agency,
    reach,
)
from surveys.acts import record
from surveys.differences import Difference, apply, compare
from surveys.models import Act, RegisterList, User
from surveys.registers import REGISTERS, StrategyRegister
from surveys.row_files import Row

WORDS_KEPT = 200
"""So many changes of one list are kept in words."""


def register_for(code: str, user: Visitor) -> StrategyRegister[Any]:
    """The register as far as `user` may enter into it."""
    return REGISTERS[code](reach(user) if may_enter_registers(user) else reach(user).none())


def lists_for(user: Visitor) -> QuerySet[RegisterList]:
    """OPDC sees every list, an agency those of its own people."""
    lists = RegisterList.objects.select_related("entered_by", "decided_by")
    if may_see_every_agency(user):
        return lists
    return lists.filter(entered_by__agency__in=reach(user).values("pk"))


@transaction.atomic
def hand_in(
    code: str, rows: Sequence[tuple[int, Row]], *, name: str, whole: bool, actor: User
) -> RegisterList:
    """Keep the list until somebody else approves it. Raise ValidationError where it would do
    nothing."""
    difference = compare(register_for(code, actor), rows, whole=whole)
    if not difference.does_something:
        raise ValidationError(
            _("This list would change nothing. Rejected rows: %(count)s. %(first)s")
            % {
                "count": len(difference.rejected),
                "first": " ".join(f"{r.row}: {r.field}: {r.why}" for r in difference.rejected[:3]),
            }
        )
    handed_in = RegisterList.objects.create(
        register=code,
        name=name[:250],
        whole=whole,
        rows=list(rows),
        entered_by=actor,
        entered_at=clock.now(),
    )
    record(Act.What.MAKE, handed_in, actor, register=code)
    return handed_in


def difference_of(handed_in: RegisterList) -> Difference[Any]:
    """What the list would do now, within what its author may enter."""
    register = register_for(handed_in.register, handed_in.entered_by)
    rows = [(number, row) for number, row in handed_in.rows]
    return compare(register, rows, whole=handed_in.whole)


@transaction.atomic
def approve(handed_in: RegisterList, digest: str, *, actor: User) -> None:
    """Apply the difference with this digest. Raise ValidationError where the register has changed
    since it was shown, or where `actor` may not decide."""
    locked = _to_decide(handed_in, actor)
    difference = difference_of(locked)
    if difference.digest() != digest:
        raise ValidationError(
            _("The register has changed since this page was opened. Look at the difference again.")
        )
    apply(register_for(locked.register, locked.entered_by), difference)
    locked.done = _told(difference)
    locked.approve(actor)
    record(Act.What.APPROVE, locked, actor, register=locked.register, **difference.counts())


@transaction.atomic
def refuse(handed_in: RegisterList, why: str, *, actor: User) -> None:
    """Raise ValidationError where no reason is given, or where `actor` may not decide."""
    _to_decide(handed_in, actor).refuse(actor, why)
    record(Act.What.CHANGE, handed_in, actor, state="refused")


@transaction.atomic
def withdraw(handed_in: RegisterList, *, actor: User) -> None:
    """Take one's own list back. Raise ValidationError where it is decided, or another's."""
    locked = RegisterList.objects.select_for_update(no_key=True).get(pk=handed_in.pk)
    if locked.state != RegisterList.State.PENDING or locked.entered_by_id != actor.pk:
        raise ValidationError(_("Only your own list can be taken back, before it is decided."))
    locked.refuse(actor, _("taken back by whoever handed it in"))


def _to_decide(handed_in: RegisterList, actor: User) -> RegisterList:
    if not may_approve_registers(actor):
        raise ValidationError(_("Only OPDC approves what was entered."))
    return RegisterList.locked_for(handed_in.pk, actor)


def _told(difference: Difference[Any]) -> dict[str, Any]:
    words = [
        [each.record.code, label, before, after]
        for each in difference.changed
        for label, before, after in each.in_words
    ]
    return {"counts": difference.counts(), "changes": words[:WORDS_KEPT]}
