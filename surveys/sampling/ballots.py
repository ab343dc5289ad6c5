"""Ballots and the citizen's link. The token stands in the link alone; what is kept of it are
digests that lead neither to it nor to each other."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from surveys import clock
from surveys.models import Ballot, Wave

TOKEN_BYTES = 20  # 160 random bits


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """The ballot's primary key: 43 characters."""
    return _digest(b"ballot:", token)


def stop_code_of(token: str) -> str:
    """What the link to refuse further messages names: the contact is found by it, no ballot is."""
    return _digest(b"stop:", token)[:22]


def _digest(about: bytes, token: str) -> str:
    return urlsafe_b64encode(sha256(about + token.encode()).digest()).decode().rstrip("=")


def ballot_of(token: str) -> Ballot | None:
    """The ballot that this token may use; None once it is used, or when it never was."""
    return (
        Ballot.objects.filter(pk=digest_of(token))
        .select_related("cell__draw__wave", "cell__service__agency", "cell__channel")
        .select_related("service_point")
        .first()
    )


def is_usable(ballot: Ballot) -> bool:
    """Whether its day has not passed and its wave takes answers."""
    wave = ballot.cell.draw.wave
    today = clock.today()
    return wave.state == Wave.State.OPEN and wave.starts_on <= today and today <= ballot.expires_on


def spend(ballot: Ballot) -> bool:
    """Delete the ballot; False where somebody was faster. To be called in the transaction that
    stores the answer, after it: the wave is locked first, as by whoever closes it."""
    deleted, _by_model = Ballot.objects.filter(pk=ballot.pk).delete()
    return deleted == 1
