"""Further strategies: insiders, officers, invitations, tokens, devices. Each adds itself."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from responses.models import Kiosk, Response
from surveys import clock
from surveys.models import FrameCell
from tests.attacks.ground import FIRST, NIGHT, Ground
from tests.attacks.strategies import (
    NOT_FOUND,
    _from,
    _spread,
    _telephones,
    lift,
    smear,
)
from tests.invitations.drawn import invite, new_draw
from tests.tokens import token_for

NOT_FOUND |= {
    "three fives a day for eight weeks",
    "forty members of staff sign in and answer well",
    "forty rivals sign in and answer badly",
    "ten rivals, two ones a day each on telephones of their own",
}
KIOSK = FIRST + timedelta(days=40)


@lift("ten members of staff, two fives a day each on telephones of their own")
def staff(made: Ground) -> None:
    moments = [FIRST + timedelta(days=k // 20, minutes=19 * (k % 20)) for k in range(400)]
    _from(made, "A-counter", [5] * 400, lambda k: _telephones(made)(k % 10), moments)


@lift("staff on the office's Wi-Fi, forty a day, a browser without history each time")
def office_wifi(made: Ground) -> None:
    moments = [FIRST + timedelta(days=20 + k // 40, minutes=9 * (k % 40)) for k in range(320)]
    _from(made, "A-counter", [5] * 320, lambda _k: made.client("10.9.9.9"), moments)


@lift("three fives a day for eight weeks")
def slow_drip(made: Ground) -> None:
    _from(made, "A-counter", [5] * 168, _telephones(made), _spread(168, 56))


@lift("one network of IPv6, a new address each time")
def one_network(made: Ground) -> None:
    clients = [made.client(f"2001:db8::{k:x}") for k in range(300)]
    _from(made, "A-counter", [5] * 300, clients.__getitem__, _spread(300, 30))


@lift("embedded form from one address, 300 over a month")
def embed_one_address(made: Ground) -> None:
    moments = _spread(300, 30)
    _from(made, "A-counter", [5] * 300, lambda _k: made.client(), moments, embed=True)


@lift("the silent channel alone: 150 fives on the web in a night")
def silent_channel(made: Ground) -> None:
    moments = [NIGHT + timedelta(seconds=30 * k) for k in range(150)]
    _from(made, "A-web", [5] * 150, _telephones(made), moments)


@lift("own key, one key of a response sent a thousand times")
def one_key(made: Ground) -> None:
    key = made.key_of(made.lifted)
    row = {"key": "same", "service": "A-1", "channel": "counter", "answers": {"OV": 5}}
    for _k in range(10):
        with clock.at(FIRST + timedelta(days=30)):
            made.post_batch(key, [row] * 100)


@lift("own key, answers said to be of tomorrow")
def tomorrow(made: Ground) -> None:
    with clock.at(FIRST + timedelta(days=30)):
        later = clock.now() + timedelta(days=3)
        made.send(made.key_of(made.lifted), "A-1", [(5, later)] * 300)


@lift("own key, a weight of a hundred and a selection of its own choice")
def own_weight(made: Ground) -> None:
    row = {"service": "A-1", "channel": "counter", "answers": {"OV": 5}}
    claimed = {"base_weight": "100", "selection": "drawn", "own": False}
    with clock.at(FIRST + timedelta(days=30)):
        rows = [row | claimed | {"key": f"w{k}"} for k in range(300)]
        made.post_batch(made.key_of(made.lifted), rows)


@lift("an independent device's OpenRosa key lent, 200 forms in an hour")
def lent_device(made: Ground) -> None:
    key = made.key_of(made.lifted, independent=True)
    for k in range(200):
        with clock.at(KIOSK + timedelta(seconds=15 * k)):
            xml = (
                f'<data id="W:A-1:counter" version="1"><OV>5</OV>'
                f"<meta><instanceID>uuid:lent-{k}</instanceID></meta></data>"
            )
            file = SimpleUploadedFile("form.xml", xml.encode(), "text/xml")
            made.client().post(f"/openrosa/key/{key}/submission", {"xml_submission_file": file})


@lift("an agency account uploads a file of 500 fives with weights of its own")
def import_by_agency(made: Ground) -> None:
    client = made.client()
    client.force_login(made.account(made.lifted, "Agency analyst"))
    rows = "service,channel,OV,weight\n" + "A-1,counter,5,100\n" * 500
    file = SimpleUploadedFile("answers.csv", rows.encode(), "text/csv")
    made.refused += [client.post("/en/imports/", {"file": file, "wave": made.wave.pk}).status_code]


@lift("kiosk not confirmed, a dozen fives an evening")
def unconfirmed(made: Ground) -> None:
    with clock.at(KIOSK):
        kiosk = made.kiosk()
    for day in range(1, 15):
        with clock.at(KIOSK + timedelta(days=day)):
            made.tap(kiosk, [5] * 12, [20.0 * k for k in range(12)])


@lift("kiosk without its cookie, or with a forged one")
def forged_kiosk(made: Ground) -> None:
    with clock.at(KIOSK):
        kiosk = made.kiosk(confirmed=True)
        made.client().post(
            f"/kiosk/{kiosk.entry_point.slug}/answers/",
            {"answers": [{"key": "0" * 32, "wave": "W", "answers": {"OV": 5}, "age": 1}]},
            content_type="application/json",
            headers={"X-Kiosk": "1"},
        )


@lift("kiosk put up on the web's link")
def kiosk_on_web(made: Ground) -> None:
    from responses.channels.kiosk import devices

    account = made.account(made.lifted, "Agency analyst")
    try:
        with clock.at(KIOSK):
            kiosk = devices.put_up(made.links["A-web"], account, pin="4711")
            made.tap(kiosk, [5] * 200, [10.0 * k for k in range(200)])
    except ValidationError:
        made.refused += [400]


@lift("confirmed kiosk, its queue sent again ten times")
def kiosk_again(made: Ground) -> None:
    with clock.at(KIOSK):
        kiosk = made.kiosk(confirmed=True)
    for _k in range(10):
        with clock.at(KIOSK + timedelta(days=1)):
            numbers, made.numbers = made.numbers, iter(range(10**6, 2 * 10**6))
            made.tap(kiosk, [5] * 30, [60.0 * k for k in range(30)])
            made.numbers = numbers


@lift("an invitation's link used thirty times")
def link_again(made: Ground) -> None:
    (citizen,) = _invited(made, 1)
    for k in range(30):
        with clock.at(KIOSK + timedelta(minutes=k)):
            open_and_tap(made, citizen.url, "5")


@lift("mail scanners open every link, and send what they find there")
def scanners(made: Ground) -> None:
    for citizen in _invited(made, 120):
        with clock.at(KIOSK):
            client = made.client()
            client.get(citizen.url)
            client.head(citizen.url)
            open_and_tap(made, citizen.url, "")  # the first button of the form


@lift("invitations guessed, a thousand links")
def guessed_links(made: Ground) -> None:
    _invited(made, 30)
    with clock.at(KIOSK):
        for _k in range(1000):
            made.client().get(f"/i/{secrets.token_urlsafe(20)}/")


@lift("frame counts inflated by an agency's account")
def frame_by_agency(made: Ground) -> None:
    cell = FrameCell.objects.get(service__code="A-1", channel__code="web")
    client = made.client()
    client.force_login(made.account(made.lifted, "Agency manager"))
    address = reverse("admin:surveys_framecell_change", args=[cell.pk])
    made.refused += [client.post(address, {"encounters": 10**6}).status_code]
    assert FrameCell.objects.get(pk=cell.pk).encounters == cell.encounters


@lift("a bribed officer confirms the agency's kiosk, 300 fives in a day")
def bribed_officer(made: Ground) -> None:
    with clock.at(KIOSK):
        kiosk = made.kiosk()
    Kiosk.objects.filter(pk=kiosk.pk).update(confirmed_at=KIOSK)
    with clock.at(KIOSK + timedelta(days=1)):
        made.tap(Kiosk.objects.get(pk=kiosk.pk), [5] * 300, [80.0 * k for k in range(300)])


@lift("a bribed officer edits ones into fives in the admin")
def edited(made: Ground) -> None:
    client = made.client()
    client.force_login(made.account(made.lifted, "Survey office"))
    for response in Response.objects.filter(service__code="A-1", overall__lte=2)[:20]:
        address = f"/en/admin/responses/response/{response.pk}/change/"
        made.refused += [client.post(address, {"overall": 5, "answers": '{"OV": 5}'}).status_code]
    assert Response.objects.filter(service__code="A-1", overall__lte=2).count() >= 20


@lift("forty members of staff sign in and answer well")
def staff_tokens(made: Ground) -> None:
    _signed_in(made, "A-counter", [5] * 40)


@lift("one token sent 300 times")
def token_again(made: Ground) -> None:
    token = token_for(made.wave, "one")
    for k in range(300):
        _with_token(made, "A-counter", "5", token, k)


@lift("300 tokens that nobody signed")
def forged_tokens(made: Ground) -> None:
    for k in range(300):
        _with_token(made, "A-counter", "5", secrets.token_urlsafe(320)[:428], k)


@smear("forty rivals sign in and answer badly")
def rival_tokens(made: Ground) -> None:
    _signed_in(made, "B-counter", [1] * 40)


@smear("ten rivals, two ones a day each on telephones of their own")
def rivals(made: Ground) -> None:
    moments = [FIRST + timedelta(days=k // 20, minutes=19 * (k % 20)) for k in range(400)]
    _from(made, "B-counter", [1] * 400, lambda k: _telephones(made)(k % 10), moments)


@smear("one network of IPv6, a new address each time, ones")
def one_network_of_ones(made: Ground) -> None:
    clients = [made.client(f"2001:db8::{k:x}") for k in range(300)]
    _from(made, "B-counter", [1] * 300, clients.__getitem__, _spread(300, 30))


@smear("private codes guessed, to erase good answers")
def guessed_codes(made: Ground) -> None:
    receipts = Response.objects.filter(service__code="B-1").values_list("receipt", flat=True)[:30]
    with clock.at(KIOSK):
        for receipt in receipts:
            address = f"/receipt/{receipt}/own/"
            made.client().post(address, {"code": secrets.token_hex(5)})


@smear("an unknown kiosk sends ones")
def foreign_kiosk(made: Ground) -> None:
    with clock.at(KIOSK):
        kiosk = made.kiosk(confirmed=True)
        kiosk.entry_point = made.links["B-counter"]  # its cookie at the neighbour's address
        made.tap(kiosk, [1] * 300, [9.0 * k for k in range(300)])


def _invited(made: Ground, number: int) -> list:
    with clock.at(FIRST + timedelta(days=35)):
        link = made.links["A-counter"]
        return list(invite(new_draw(made.wave), link.service, link.channel, number))


def open_and_tap(made: Ground, url: str, rating: str) -> None:
    client = made.client()
    page = client.get(url).content.decode()
    if found := re.search(r'name="form_token" value="([^"]+)"', page):
        client.post(url, {"form_token": found[1], "overall": rating})


def _signed_in(made: Ground, link: str, ratings: list[int]) -> None:
    for k, rating in enumerate(ratings):
        _with_token(made, link, str(rating), token_for(made.wave, f"person {k}"), k)


def _with_token(made: Ground, link: str, rating: str, token: str, k: int) -> None:
    with clock.at(KIOSK + timedelta(minutes=k)):
        client = _telephones(made)(k)
        url, form_token = made.form(link, client)
        sent = {"form_token": form_token, "overall": rating, "verified_token": token}
        client.post(url, sent)
