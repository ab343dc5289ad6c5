"""Strategies by whom a list leaves out, and by what an officer does once answers are known. Each
adds itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse

from responses.models import Response
from surveys import clock
from surveys.models import Channel, Contact, Frame, FrameCell, Service, Wave
from surveys.sampling.counting import keep_opening_counts
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.sampling.sealing import unseal
from surveys.waves import open_wave
from tests.attacks.ground import DAYS, FIRST, LAST, Ground
from tests.attacks.insiders import open_and_tap
from tests.attacks.listed import DRAWN_ON, HONEST
from tests.attacks.strategies import NOT_FOUND, _mood, _telephones, lift, smear

NOT_FOUND |= {
    "encounters invented in place of real ones, and answered like those of a good service",
    "a channel of a fifth, whose citizens are discontent, is never listed",
    "confirmed kiosk, ones and twos never handed in",
}
Row = dict[str, str]
GOOD, BAD = (5,) * 30 + (2,), (5, 5, 5, 2, 2)


def encounters(
    number: int, ratings: tuple[int, ...] | list[int] = HONEST, **common: str
) -> list[Row]:
    """Whoever is behind the mailbox would rate as its name says."""
    return [
        {"service": "A-1", "channel": "counter"}
        | common
        | {"encounter": f"{common}{k}", "email": f"c{k}-{ratings[k % len(ratings)]}@mail.example"}
        for k in range(number)
    ]


def rating_of(address: str) -> int:
    return int(address.partition("@")[0][-1])


def listed_and_drawn(
    made: Ground, rows: list[Row], agency: str = "A", *, answers: Callable[[str], bool] = bool
) -> None:
    """Reported day by day; of 400 drawn in each place half of those who can answer do."""
    owner = made.lifted if agency == "A" else made.smeared
    key = made.key_of(owner, reports=True)
    for day in range(DRAWN_ON):
        with clock.at(FIRST + timedelta(days=day, hours=9)):
            now = clock.now().isoformat()
            made.report(key, [row | {"time": now} for row in rows[day::DRAWN_ON]])
    with clock.at(FIRST + timedelta(days=DRAWN_ON, hours=12)):
        make_draw(made.wave, Design(allocation="per_cell", number=400))
    drawn = [unseal(each.sealed) for each in Contact.objects.order_by("pk")]
    for k, each in enumerate(random.Random(5).sample(drawn, len(drawn) // 2)):
        if answers(each["address"]):
            with clock.at(FIRST + timedelta(days=DRAWN_ON + 1 + k % 10, minutes=3 * k)):
                open_and_tap(made, f"/i/{each['token']}/", str(rating_of(each["address"])))


@lift("drawn as they were served: an honest list of 1,750")
def honest_list(made: Ground) -> None:
    """No attack: what the others are held against."""
    listed_and_drawn(made, encounters(1750))


@lift("encounters invented in place of real ones, and answered like those of a good service")
def plausible(made: Ground) -> None:
    listed_and_drawn(made, encounters(1750, _mood(1750)))


@lift("contacts of the discontent left out")
def no_contacts(made: Ground) -> None:
    rows = encounters(1750)
    listed_and_drawn(made, [r | {"email": ""} if rating_of(r["email"]) < 4 else r for r in rows])


@lift("contacts of the discontent mistyped")
def mistyped(made: Ground) -> None:
    listed_and_drawn(made, encounters(1750), answers=lambda address: rating_of(address) > 3)


@lift("the discontent filed under a channel that counts little")
def misfiled(made: Ground) -> None:
    low = [row for row in encounters(1750) if rating_of(row["email"]) < 4]
    high = [row for row in encounters(1750) if rating_of(row["email"]) > 3]
    listed_and_drawn(made, high + [row | {"channel": "web"} for row in low[:215]])


@lift("forty mailboxes of staff, each in two languages")
def two_languages(made: Ground) -> None:
    rows = encounters(1750, [5])
    rows = [
        row | {"email": f"staff{k // 6}-5@mail.example", "language": "th" if k % 2 else "en"}
        for k, row in enumerate(rows)
    ]
    listed_and_drawn(made, rows)


@lift("a channel of a fifth, whose citizens are discontent, is never listed")
def unlisted(made: Ground) -> None:
    _a_fifth_on_the_web(made)
    listed_and_drawn(made, encounters(1750, GOOD))


@lift("no attack: the same, with the channel listed")
def listed_whole(made: Ground) -> None:
    _a_fifth_on_the_web(made)
    listed_and_drawn(made, encounters(1750, GOOD) + encounters(400, BAD, channel="web"))


def _a_fifth_on_the_web(made: Ground) -> None:
    cells = FrameCell.objects.filter(service__code="A-1")
    cells.filter(channel__code="web").update(encounters=700)
    cells.filter(channel__code="phone").delete()
    _kept_anew(made)


@lift("an officer has a good service count for more, once answers are known")
def reweighed(made: Ground) -> None:
    """Within what the lists allow: 1,500 and 1,500 become 2,900 and 900."""
    second = Service.objects.create(agency=made.lifted, code="A-2", name_th="A-2")
    cells = FrameCell.objects.filter(service__code="A-1")
    cells.exclude(channel__code="counter").delete()
    cells.update(encounters=1500)
    counter = Channel.objects.get(code="counter")
    days = {"starts_on": FIRST.date(), "ends_on": LAST}
    frame = Frame.objects.get(code="F")
    frame.cells.create(service=second, channel=counter, encounters=1500, **days)
    _kept_anew(made)
    listed_and_drawn(made, encounters(875, GOOD) + encounters(875, BAD, service="A-2"))
    cells.update(encounters=2900)
    FrameCell.objects.filter(service=second).update(encounters=900)


def _kept_anew(made: Ground) -> None:
    made.wave.opening_counts.delete()
    keep_opening_counts(Wave.objects.get(pk=made.wave.pk))


@lift("an officer erases the drawn who are discontent")
def erased(made: Ground) -> None:
    listed_and_drawn(made, encounters(1750))
    office = made.client()
    office.force_login(made.account(made.lifted, "Survey office"))
    low = Response.objects.filter(selection="drawn", overall__lte=3)
    with clock.at(FIRST + timedelta(days=DAYS - 2)):
        for receipt in low.values_list("receipt", flat=True)[:20]:
            office.post(reverse("answers:erasure"), {"receipt": receipt, "why": "a letter"})


@lift("an encounter reported to another wave, which then takes the bad weeks")
def another_wave(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=5)):
        frame = Frame.objects.create(code="F2", source="test")
        service = Service.objects.create(agency=made.smeared, code="B-9", name_th="B-9")
        counter = Channel.objects.get(code="counter")
        days = {"starts_on": FIRST.date(), "ends_on": LAST}
        frame.cells.create(service=service, channel=counter, encounters=9, **days)
        other = Wave(code="W2", title_th="W2", fiscal_year=2570, frame=frame, **days)
        other.questionnaire = made.wave.questionnaire
        other.save()
        open_wave(other)
        row = encounters(1)[0] | {"time": clock.now().isoformat()}
        sent = made.client().post(
            "/api/v1/encounters/",
            {"wave": "W2", "encounters": [row]},
            content_type="application/json",
            headers={"Authorization": f"Bearer {made.key_of(made.lifted, reports=True)}"},
        )
        assert sent.json()["results"][0]["status"] == "rejected"
    with clock.at(FIRST + timedelta(days=6)):
        url, token = made.form("A-counter")
        made.client().post(url, {"form_token": token, "overall": "1"})
    assert Response.objects.filter(wave=made.wave).count() == Response.objects.count()


@lift("confirmed kiosk, ones and twos never handed in")
def kiosk_of_the_content(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=1)):
        kiosk = made.kiosk(confirmed=True)
    for day in range(2, DAYS - 2):
        with clock.at(FIRST + timedelta(days=day, hours=9)):
            ratings = [HONEST[(k + day) % len(HONEST)] for k in range(12)]
            ages = [2400.0 * k + (37 * k * day) % 900 for k in range(12)]
            sent = [(r, age) for r, age in zip(ratings, ages, strict=True) if r > 3]
            made.tap(kiosk, [r for r, _age in sent], [age for _r, age in sent])


@lift("shared screen, ones and twos tapped again as fives")
def tapped_again(made: Ground) -> None:
    """Citizens answer at the counter; whoever stands there goes back within the hour."""
    for k in range(700):
        client = _telephones(made)(k)
        rating = HONEST[k % len(HONEST)]
        with clock.at(FIRST + timedelta(days=k % 58, minutes=(37 * k) % 480)):
            url, token = made.form("A-counter", client)
            client.post(url, {"form_token": token, "overall": str(rating)})
        if rating < 4:
            with clock.at(FIRST + timedelta(days=k % 58, minutes=(37 * k) % 480 + 20)):
                client.post(url, {"form_token": token, "overall": "5"})


@smear("ones by open links, so that the drawn stand apart")
def open_ones(made: Ground) -> None:
    listed_and_drawn(made, encounters(1750, [*GOOD, 5, 5], service="B-1"), "B")
    for k in range(600):
        with clock.at(FIRST + timedelta(days=k % DAYS, minutes=(37 * k) % 480)):
            client = _telephones(made)(k)
            url, token = made.form("B-counter", client)
            client.post(url, {"form_token": token, "overall": "1"})
