"""What people do is put on record here, once, for good."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model

from surveys import at_hand, clock
from surveys.act_chain import chain_new
from surveys.models import Act, User


def record(
    what: Act.What, about: Model | tuple[str, str], actor: User | None = None, **detail: Any
) -> None:
    """Note an act in the transaction that carries it out.

    `about`: the record that it was done to, or its kind and code. Where no `actor` is named it is
    whoever makes the request at hand, and outside of requests the command line. Put nothing of a
    citizen into `detail`.
    """
    actor = actor or at_hand.account()
    kind, code = about if isinstance(about, tuple) else named(about)
    Act.objects.create(
        at=clock.now(),
        by=actor,
        who=actor.get_username() if actor else "",
        what=what,
        kind=kind,
        about=code[:150],
        detail=detail,
        session=at_hand.session_mark(),
    )
    transaction.on_commit(chain_new, robust=True)


def named(about: Model) -> tuple[str, str]:
    """The kind of a record, and by what people know it."""
    for name in ("code", "username", "slug"):
        if known := getattr(about, name, ""):
            return about._meta.model_name or "", str(known)
    return about._meta.model_name or "", str(about.pk)
