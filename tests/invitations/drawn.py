"""A draw as its maker leaves it: cells, invitations with their sealed contacts, and ballots, each
in an order of its own."""

import random
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from surveys import clock
from surveys.models import (
    Ballot,
    Channel,
    Contact,
    Draw,
    DrawCell,
    Invitation,
    Service,
    ServicePoint,
    Wave,
)
from surveys.sampling.ballots import digest_of
from surveys.sampling.sealing import seal, seal_bytes


@dataclass(frozen=True)
class Citizen:
    """What nobody but the test knows together."""

    token: str
    invitation: Invitation
    cell: DrawCell
    address: str
    kind: str

    @property
    def url(self) -> str:
        return f"/i/{self.token}/"


def new_draw(wave: Wave) -> Draw:
    return Draw.objects.create(
        wave=wave,
        number=wave.draws.count() + 1,
        commitment=secrets.token_hex(32),
        committed_at=clock.now(),
        sealed_secret=seal_bytes(secrets.token_hex(32).encode()),
        drawn_at=clock.now(),
    )


def invite(
    draw: Draw,
    service: Service,
    channel: Channel,
    count: int,
    *,
    kind: str = "email",
    language: str = "th",
    expires_on: date | None = None,
    service_point: ServicePoint | None = None,
    base_weight: str = "2.5",
    address: str = "",
) -> list[Citizen]:
    """Draw `count` citizens of a cell."""
    cell = DrawCell.objects.create(
        draw=draw,
        service=service,
        channel=channel,
        encounters=count * 4,
        reachable=count * 2,
        drawn=count,
    )
    citizens = []
    for number in range(count):
        usual = {
            "email": f"citizen{cell.pk}-{number}@example.org",
            "telephone": f"+6681{cell.pk % 100:02}{number:05}",
            "line": f"U{cell.pk:08x}{number:024x}",
        }
        citizens.append(
            Citizen(
                secrets.token_urlsafe(20), Invitation(cell=cell), cell, address or usual[kind], kind
            )
        )
    in_some_order = random.sample(citizens, len(citizens))
    Invitation.objects.bulk_create([citizen.invitation for citizen in in_some_order])
    Contact.objects.bulk_create(
        Contact(
            invitation=citizen.invitation,
            sealed=seal(
                {
                    "kind": kind,
                    "address": citizen.address,
                    "language": language,
                    "token": citizen.token,
                }
            ),
        )
        for citizen in random.sample(citizens, len(citizens))
    )
    Ballot.objects.bulk_create(
        Ballot(
            digest=digest,
            cell=cell,
            service_point=service_point,
            base_weight=Decimal(base_weight),
            expires_on=expires_on or clock.today() + timedelta(days=30),
        )
        for digest in sorted(digest_of(citizen.token) for citizen in citizens)
    )
    return citizens
