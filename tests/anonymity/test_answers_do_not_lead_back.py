"""Draw, invite, answer, remind, close; then try everything that a database and its logs offer to
tell whose answer is whose. It must not do better than chance, and the same attacks must find what
was planted."""

import copy
import hashlib
import logging
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from config.log_secrets import Formatter, hide_secrets
from responses.models import Response
from surveys import clock
from surveys.models import Contact, Invitation
from surveys.sampling.ballots import digest_of, stop_code_of
from surveys.sampling.invitations import send_due, start_mailing
from tests.anonymity.attacks import Attack, Best, Dump, Truth, dump
from tests.closing import close_wave
from tests.invitations.conftest import BANGKOK
from tests.invitations.drawn import invite, new_draw
from tests.invitations.servers import mail_server

pytestmark = pytest.mark.django_db(transaction=True)

UNLIKELY = 1e-6
"""What chance alone would do once in a million runs is no chance."""


class Log(logging.Handler):
    """What the product writes, in the form in which it writes it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(Formatter("%(asctime)s %(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Log]:
    hide_secrets()
    root, handler = logging.getLogger(), Log()
    level, others = root.level, root.handlers
    root.handlers = [handler]
    root.setLevel(logging.DEBUG)
    logging.getLogger("granian.access").setLevel(logging.DEBUG)
    yield handler
    root.handlers = others
    root.setLevel(level)


class Browser:
    """A citizen's browser, before a server that logs as ours does."""

    def __init__(self) -> None:
        self.client = Client()

    def ask(self, method: str, url: str, data=None):
        page = getattr(self.client, method)(url, data)
        logging.getLogger("granian.access").info(
            "[%(time)s] %(method)s %(path)s %(status)d",
            {
                "time": clock.now(),
                "method": method.upper(),
                "path": url.split("?")[0],
                "status": page.status_code,
            },
        )
        return page


def answer(citizen, rng: random.Random, said: str = "") -> str:
    """Open, tap, sometimes complete, or write something. Gives the receipt."""
    browser = Browser()
    page = browser.ask("get", citizen.url).content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    tapped = {"form_token": token, "overall": str(rng.randint(1, 5))}
    more = browser.ask("post", citizen.url, tapped)["Location"]
    if said:
        browser.ask("post", more, {"D7": said})
    elif rng.random() < 0.5:
        browser.ask("post", more, {"P1": str(rng.randint(1, 5))})
    thanks = browser.ask("get", more.replace("/more/", "/thanks/")).content.decode()
    return re.search(r'class="receipt" aria-hidden="true">([^<]+)', thanks)[1]


@pytest.fixture
def happened(request, government, wave, send, settings, log) -> SimpleNamespace:
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    draw = new_draw(wave)
    start = datetime(2026, 11, 2, 10, 0, tzinfo=BANGKOK)
    with clock.at(start):
        citizens = [
            *invite(draw, government.licence, government.counter, 120),
            *invite(draw, government.licence, government.online, 70, base_weight="4"),
            *invite(draw, government.tax, government.online, 40, base_weight="1.25"),
        ]
        start_mailing(draw, None)
    truth, snapshots = Truth(), {}
    with mail_server() as mails:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mails.port
        failing = rng.sample(citizens, 15)
        mails.refuse = {citizen.address: "550 unknown" for citizen in failing}
        with clock.at(start):
            send_due()
        reached = [citizen for citizen in citizens if citizen not in failing]
        answering = rng.sample(reached, 120)
        early, late = answering[:80], answering[80:]
        refusing = rng.sample(reached, 10)
        receipts = {}
        for days, those in ((0, early), (7, late)):
            for number, citizen in enumerate(those):
                moment = start + timedelta(days=days, minutes=10 + 7 * number)
                with clock.at(moment):
                    receipts[citizen.token] = answer(citizen, rng)
                    if number % 5 == 0:  # others answer by open links meanwhile
                        send(government.licence, government.counter, 4)
            snapshots[f"answered by day {days}"] = dump()
            with clock.at(start + timedelta(days=days, hours=9)):
                for citizen in refusing[:5] if days == 0 else refusing[5:]:
                    Browser().ask("post", f"/stop/{stop_code_of(citizen.token)}/")
            with clock.at(start + timedelta(days=days + 7, seconds=1)):
                send_due()
            snapshots[f"reminded on day {days + 7}"] = dump()
            if days == 0:
                assert Contact.objects.filter(reminders=1).exists()
    close_wave(wave)
    snapshots["closed"] = dump()
    by_receipt = dict(Response.objects.values_list("receipt", "pk"))
    for citizen in citizens:
        key = str(citizen.invitation.pk)
        link = f"http://localhost:8000{citizen.url}"
        truth.told[key] = [citizen.address, citizen.token, link, digest_of(citizen.token)]
        if citizen.token in receipts:
            pair = (key, by_receipt[receipts[citizen.token]])
            truth.pairs[citizen.cell.pk].append(pair)
        elif citizen not in failing:
            truth.silent[citizen.cell.pk].append(key)
    return SimpleNamespace(
        citizens=citizens,
        receipts=receipts,
        early={str(citizen.invitation.pk) for citizen in early},
        truth=truth,
        snapshots=snapshots,
        log=log.lines,
        rng=rng,
    )


def by_then(happened: SimpleNamespace, when: str) -> Truth:
    """Who had answered at the time of a snapshot."""
    if not when.endswith((" 0", " 7")):
        return happened.truth
    if when == "answered by day 7":
        return happened.truth
    then = Truth(told=happened.truth.told)
    for cell, pairs in happened.truth.pairs.items():
        then.pairs[cell] = [pair for pair in pairs if pair[0] in happened.early]
        later = [invitation for invitation, _r in pairs if invitation not in happened.early]
        then.silent[cell] = [*happened.truth.silent[cell], *later]
    return then


def test_nothing_joins_a_response_to_an_invitation(happened):
    _the_whole_story_took_place(happened)
    for when, tables in happened.snapshots.items():
        attack = Attack(tables, by_then(happened, when), happened.rng)
        assert attack.by_equal_values() == [], when
        for best in (
            attack.by_order(),
            attack.by_correlation(),
            attack.who_answered(),
            attack.who_answered_by_gaps(tables),
        ):
            print(f"{when}: {best}")
            assert best.chance > UNLIKELY, f"{when}: {best}"
    _no_weight_tells_apart(happened)
    _the_logs_hold_no_secret(happened)
    _what_is_planted_is_found(happened)


def _the_whole_story_took_place(happened: SimpleNamespace) -> None:
    """What the attacks looked at is not empty."""
    states = list(Invitation.objects.values_list("state", flat=True))
    assert (states.count("failed"), states.count("refused")) == (15, 10)
    assert Response.objects.filter(selection="drawn").count() == 120
    assert not Contact.objects.exists()
    first = happened.snapshots["answered by day 0"]
    assert len(first["surveys_contact"]) == 230 - 15
    assert len(first["surveys_ballot"]) == 230 - 80


def _no_weight_tells_apart(happened: SimpleNamespace) -> None:
    for pairs in happened.truth.pairs.values():
        stored = Response.objects.filter(pk__in=[response for _i, response in pairs])
        shared = ("base_weight", "service_point", "entry_point", "device", "source", "selection")
        assert stored.values(*shared).distinct().count() == 1
        times = set(stored.values_list("answered_at", "received_at"))
        assert {time.astimezone(BANGKOK).hour for pair in times for time in pair} == {12}


def _the_logs_hold_no_secret(happened: SimpleNamespace) -> None:
    written = "\n".join(happened.log)
    assert written.count("POST /i/…") >= 100  # there was something to hide
    assert "invitations: " in written
    for citizen in happened.citizens:
        secrets = [
            citizen.token,
            digest_of(citizen.token),
            stop_code_of(citizen.token),
            citizen.address,
            str(citizen.invitation.pk),
        ]
        assert not any(secret in written for secret in secrets)
    assert not any(receipt in written for receipt in happened.receipts.values())


def _what_is_planted_is_found(happened: SimpleNamespace) -> None:
    """Attacks that find nothing prove nothing, unless they find what is there."""
    when = "reminded on day 7"
    truth = by_then(happened, when)
    of_pair = {i: r for pairs in truth.pairs.values() for i, r in pairs}

    def planted(change) -> Attack:
        tables: Dump = copy.deepcopy(happened.snapshots[when])
        change(tables)
        return Attack(tables, truth, happened.rng)

    def same_order(tables: Dump) -> None:
        ranks = {i: k for k, i in enumerate(sorted(of_pair))}
        order = {response: ranks[i] for i, response in of_pair.items()}
        for row in tables["responses_response"]:
            row["salt"] = f"{order.get(row['id'], 0):022}"

    def hashed(tables: Dump) -> None:
        keys = {response: i for i, response in of_pair.items()}
        for row in tables["responses_response"]:
            if row["id"] in keys:
                row["salt"] = hashlib.sha256(keys[row["id"]].encode()).hexdigest()

    def counted(tables: Dump) -> None:
        for row in tables["surveys_contact"]:
            key = next(i for i in happened.truth.told if _same(i, row["invitation_id"]))
            row["reminders"] = 0 if key in of_pair else 1

    ordered = planted(same_order)
    found: list[Best] = [ordered.by_order(), ordered.by_correlation()]
    found.append(planted(counted).who_answered())
    for best in found:
        assert best.chance < UNLIKELY, best
    assert set(planted(hashed).by_equal_values()) == set(of_pair.items())


def _same(one: object, other: object) -> bool:
    return str(one).replace("-", "") == str(other).replace("-", "")
