"""Strategies by the list that citizens are drawn from. Each adds itself."""

from __future__ import annotations

import random
from datetime import timedelta

from surveys import clock
from surveys.models import Contact, CountedFromLog
from surveys.sampling.counting import count_from_log
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.sampling.sealing import unseal
from tests.attacks.ground import FIRST, Ground
from tests.attacks.insiders import open_and_tap
from tests.attacks.strategies import _mood, lift

DRAWN_ON = 35
HONEST = (5, 5, 4, 5, 2, 4, 5, 4, 5, 1, 4, 5, 5, 4)


@lift("encounters honest: 1,750 reported, two in five answer")
def honest(made: Ground) -> None:
    """No attack: what the others are held against."""
    _report(made, 1750)
    _answer(made, 300, list(HONEST), 0.4)


@lift("encounters invented: 150 staff are reported alone, and all answer well")
def invented(made: Ground) -> None:
    _report(made, 150)
    _answer(made, 150, [5])


@lift("encounters invented: 150 on ten telephones of staff")
def few_telephones(made: Ground) -> None:
    _report(made, 1750, people=10)
    _answer(made, 400, [5], 0.4)


@lift("encounters invented beyond the frame, 4,000 of 3,000")
def beyond(made: Ground) -> None:
    _report(made, 4000)
    _answer(made, 400, [5], 0.4)


@lift("encounters chosen: 400 content citizens alone are reported")
def chosen(made: Ground) -> None:
    _report(made, 400)
    _answer(made, 300, _mood(150), 0.5)


@lift("encounters invented in place of real ones, and all answer")
def all_answer(made: Ground) -> None:
    _report(made, 1750)
    _answer(made, 150, [5])


@lift("encounters invented in place of real ones, and two in five answer")
def in_place(made: Ground) -> None:
    _report(made, 1750)
    _answer(made, 400, [5], 0.4)


@lift("encounters invented by an agency whose own log has replaced the frame's counts")
def uncounted(made: Ground) -> None:
    with clock.at(FIRST + timedelta(hours=1)):
        count_from_log(made.wave, made.lifted)
        assert CountedFromLog.objects.filter(wave=made.wave, agency=made.lifted).exists()
    _report(made, 400)
    _answer(made, 400, [5], 0.4)


def _report(made: Ground, number: int, people: int | None = None) -> None:
    """By the API with the agency's own key, a part of them each day."""
    key = made.key_of(made.lifted, reports=True)
    for day in range(DRAWN_ON):
        with clock.at(FIRST + timedelta(days=day, hours=9)):
            made.report(
                key,
                [
                    {
                        "encounter": f"E{k}",
                        "service": "A-1",
                        "channel": "counter",
                        "time": clock.now().isoformat(),
                        "email": f"citizen{k % (people or number)}@mail.example",
                    }
                    for k in range(day, number, DRAWN_ON)
                ],
            )


def _answer(made: Ground, drawn: int, ratings: list[int], share: float = 1.0) -> None:
    """This share of those drawn answers, and their ratings go round."""
    with clock.at(FIRST + timedelta(days=DRAWN_ON, hours=12)):
        make_draw(made.wave, Design(allocation="per_cell", number=drawn))
    links = [unseal(each.sealed)["token"] for each in Contact.objects.order_by("pk")]
    choose = random.Random(5)
    for k, link in enumerate(choose.sample(links, round(share * len(links)))):
        with clock.at(FIRST + timedelta(days=DRAWN_ON + 1 + k % 10, minutes=3 * k)):
            open_and_tap(made, f"/i/{link}/", str(ratings[k % len(ratings)]))
