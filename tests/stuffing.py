"""Many answers at once, honest and made up, through the door."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from responses.intake.door import Door, Submission
from responses.models import Response
from surveys.models import Channel, Service, ServicePoint, Wave

FIRST = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # a Monday, nine o'clock in Thailand
HONEST = (5, 4, 4, 2)
_numbers = count()


def answer_all(
    wave: Wave,
    service: Service,
    channel: Channel,
    answers: Iterable[tuple[datetime, int]],
    *,
    service_point: ServicePoint | None = None,
) -> list[Response]:
    """Store an overall rating for each moment, from devices and at paces unlike each other."""
    door = Door(wave)
    responses = [
        door.check(
            Submission(
                key=f"many-{next(_numbers)}",
                service=service,
                channel=channel,
                service_point=service_point,
                answers={"OV": overall},
                source=Response.Source.WEB,
                answered_at=moment,
                seconds=4 + k % 30,
            )
        )
        for k, (moment, overall) in enumerate(answers)
    ]
    return door.store_new(responses)


def everyday(days: int, ratings: tuple[int, ...] = HONEST) -> list[tuple[datetime, int]]:
    """The same ratings each day, an hour between them."""
    return [
        (FIRST + timedelta(days=day, hours=k), overall)
        for day in range(days)
        for k, overall in enumerate(ratings)
    ]


def one_night(day: int, fives: int, seconds: int = 60) -> list[tuple[datetime, int]]:
    """Fives in a row, from one o'clock in the morning on."""
    night = FIRST + timedelta(days=day, hours=16)
    return [(night + timedelta(seconds=seconds * k), 5) for k in range(fives)]
