"""Each does what an attacker would, through the views; what is refused adds nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from surveys import clock
from tests.attacks.ground import AGENT, DAYS, FIRST, NIGHT, Ground

Attack = Callable[[Ground], object]
LIFTS: dict[str, Attack] = {}
SMEARS: dict[str, Attack] = {}
NOT_FOUND = {
    "many telephones, five fives a day from the first day on",
    "a plausible mix from many telephones, six a day",
    "many telephones, five ones a day from the first day on",
}
"""What no rule tells from honest answers."""


def _mood(number: int) -> list[int]:
    """As the answers of a good service are: nobody can tell one from another."""
    return random.Random(7).choices([5, 4, 3], [60, 36, 4], k=number)


def lift(name: str) -> Callable[[Attack], Attack]:
    return lambda attack: LIFTS.setdefault(name, attack)


def smear(name: str) -> Callable[[Attack], Attack]:
    return lambda attack: SMEARS.setdefault(name, attack)


def _spread(number: int, days: int = DAYS) -> list[datetime]:
    """Moments in office hours all over the wave."""
    return [FIRST + timedelta(days=k % days, minutes=(37 * k) % 480) for k in range(number)]


@lift("nothing is done")
def nothing(_made: Ground) -> None:
    pass


@lift("own key, 1,000 back-dated over the wave")
def own_key(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=58)):
        made.send(
            made.key_of(made.lifted), "A-1", list(zip(_mood(1000), _spread(1000, 58), strict=True))
        )


@lift("own key, forty a day on time")
def own_key_daily(made: Ground) -> None:
    key = made.key_of(made.lifted)
    for day in range(10, 50):
        with clock.at(FIRST + timedelta(days=day, hours=8)):
            made.send(key, "A-1", [(rating, None) for rating in _mood(40)])


@lift("own OpenRosa device, 100 forms")
def own_device(made: Ground) -> None:
    key = made.key_of(made.lifted)
    for k, moment in enumerate(_spread(100, 50)):
        with clock.at(moment):
            xml = (
                f'<data id="W:A-1:counter" version="1"><OV>5</OV>'
                f"<meta><instanceID>uuid:{k}</instanceID></meta></data>"
            )
            file = SimpleUploadedFile("form.xml", xml.encode(), "text/xml")
            made.client().post(f"/openrosa/key/{key}/submission", {"xml_submission_file": file})


@lift("own kiosk, 1,000 back-dated over the wave")
def own_kiosk(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=58)):
        ages = [(clock.now() - moment).total_seconds() for moment in _spread(1000, 58)]
        made.tap(made.kiosk(), _mood(1000), ages)


@lift("confirmed kiosk, 400 fives in an hour")
def confirmed_kiosk(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=40)):
        kiosk = made.kiosk(confirmed=True)
    with clock.at(FIRST + timedelta(days=41)):
        made.tap(kiosk, [5] * 400, [9.0 * k for k in range(400)])


@lift("confirmed kiosk, 1,000 said to be older than it")
def kiosk_of_today(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=58)):
        ages = [(clock.now() - moment).total_seconds() for moment in _spread(1000, 58)]
        made.tap(made.kiosk(confirmed=True), [5] * 1000, ages)


@lift("confirmed kiosk, a dozen fives an evening for a month")
def kiosk_evenings(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=20)):
        kiosk = made.kiosk(confirmed=True)
    for day in range(20, 50):
        with clock.at(FIRST + timedelta(days=day, hours=8)):
            made.tap(kiosk, [5] * 12, [20.0 * k for k in range(12)])


@lift("own staff enter 150 calls")
def own_calls(made: Ground) -> None:
    client = made.client()
    client.force_login(made.account(made.lifted, "Telephone agent"))
    address = reverse("responses:agent-call", args=["A-1", "phone"])
    for k, moment in enumerate(_spread(150, 50)):
        with clock.at(moment):
            client.post(address, {"OV": "5", "key": f"{k:022}"})


@lift("independent program bribed, 1,000 back-dated over the wave")
def bribed_program(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=58)):
        key = made.key_of(made.lifted, independent=True)
        made.send(key, "A-1", list(zip(_mood(1000), _spread(1000, 54), strict=True)))


@lift("independent program bribed, 300 fives within two days")
def bribed_in_time(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=50)):
        key = made.key_of(made.lifted, independent=True)
        moments = [clock.now() - timedelta(minutes=8 * k) for k in range(300)]
        made.send(key, "A-1", [(5, moment) for moment in moments])


@lift("one address, 300 fives over a month")
def one_address(made: Ground) -> None:
    _from(made, "A-counter", [5] * 300, lambda _k: made.client(), _spread(300, 30))


@lift("one address, forged X-Forwarded-For each time")
def forged_address(made: Ground) -> None:
    moments = _spread(300, 30)
    for k, moment in enumerate(moments):
        with clock.at(moment):
            client = made.client()
            client.defaults["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{k % 250}"
            url, token = made.form("A-counter", client)
            client.post(url, {"form_token": token, "overall": "5"})


@lift("one night, a new telephone each time")
def one_night(made: Ground) -> None:
    moments = [NIGHT + timedelta(seconds=20 * k) for k in range(300)]
    _from(made, "A-counter", [5] * 300, _telephones(made), moments)


@lift("the last ten days, thirty a day from many telephones")
def last_days(made: Ground) -> None:
    moments = [FIRST + timedelta(days=50 + k % 10, minutes=16 * (k // 10)) for k in range(300)]
    _from(made, "A-counter", [5] * 300, _telephones(made), moments)


@lift("many telephones, five fives a day from the first day on")
def drip(made: Ground) -> None:
    _from(made, "A-counter", [5] * 300, _telephones(made), _spread(300))


@lift("a plausible mix from many telephones, six a day")
def plausible_drip(made: Ground) -> None:
    _from(made, "A-counter", _mood(360), _telephones(made), _spread(360))


@lift("embedded form, 300 in one night")
def embed_night(made: Ground) -> None:
    moments = [NIGHT + timedelta(seconds=20 * k) for k in range(300)]
    _from(made, "A-counter", [5] * 300, _telephones(made), moments, embed=True)


@lift("embedded form, forty fives a day for a week")
def embed_week(made: Ground) -> None:
    moments = [FIRST + timedelta(days=30 + k // 40, minutes=11 * (k % 40)) for k in range(280)]
    _from(made, "A-counter", [5] * 280, _telephones(made), moments, embed=True)


@lift("one form's token sent 300 times")
def replayed(made: Ground) -> None:
    with clock.at(NIGHT):
        url, token = made.form("A-counter")
        for k in range(300):
            client = _telephones(made)(k)
            client.post(url, {"form_token": token, "overall": "5"})


@lift("300 tokens farmed at once, sent from many telephones in a day")
def farmed(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=40)):
        forms = [made.form("A-counter") for _k in range(300)]
    for k, (url, token) in enumerate(forms):
        with clock.at(FIRST + timedelta(days=40, minutes=1 + 1.5 * k)):
            _telephones(made)(k).post(url, {"form_token": token, "overall": "5"})


@lift("a neighbour's key sends for it")
def anothers_key(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=30)):
        told = made.send(made.key_of(made.smeared), "A-1", [(5, None)] * 300)
        assert set(told) == {"rejected"}


@smear("nothing is done")
def no_smear(_made: Ground) -> None:
    pass


@smear("one address, 400 ones over a month")
def smear_one_address(made: Ground) -> None:
    _from(made, "B-counter", [1] * 400, lambda _k: made.client(), _spread(400, 30))


@smear("one address, 400 ones in one night")
def smear_one_night(made: Ground) -> None:
    moments = [NIGHT + timedelta(seconds=15 * k) for k in range(400)]
    _from(made, "B-counter", [1] * 400, lambda _k: made.client(), moments)


@smear("a rival's key sends ones")
def smear_by_key(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=30)):
        told = made.send(made.key_of(made.lifted), "B-1", [(1, None)] * 300)
        assert set(told) == {"rejected"}


@smear("a rival's telephone agent enters ones")
def smear_by_calls(made: Ground) -> None:
    client = made.client()
    client.force_login(made.account(made.lifted, "Telephone agent"))
    address = reverse("responses:agent-call", args=["B-1", "phone"])
    for k, moment in enumerate(_spread(100, 50)):
        with clock.at(moment):
            client.post(address, {"OV": "1", "key": f"{k:022}"})


@smear("many telephones, five ones a day from the first day on")
def smear_drip(made: Ground) -> None:
    _from(made, "B-counter", [1] * 300, _telephones(made), _spread(300))


def _telephones(made: Ground) -> Callable[[int], Client]:
    return lambda k: made.client(f"203.0.{k // 250}.{k % 250}", AGENT.format(k))


def _from(
    made: Ground,
    link: str,
    ratings: Sequence[int],
    client_of: Callable[[int], Client],
    moments: Sequence[datetime],
    *,
    embed: bool = False,
) -> None:
    for k, (rating, moment) in enumerate(zip(ratings, moments, strict=True)):
        client = client_of(k)
        with clock.at(moment - timedelta(seconds=5 + k * 7 % 40)):
            url, token = made.form(link, client)
        if embed:
            url = f"/embed/{made.links[link].slug}/"
        with clock.at(moment):
            client.post(url, {"form_token": token, "overall": str(rating)})
