"""Citizens read replies, ask OPDC and rate again. Neither the agency with all its pages, nor
somebody with the whole database, learns who reads, or whose answer it is."""

import copy
import random
import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST
from analytics.tasks import send_digests
from responses.comments import after_reply
from responses.models import Comment, LaterRating, Response
from responses.models.naming import name_of
from responses.receipts.private_code import private_code
from surveys import clock
from tests.anonymity.attacks import Attack, Truth, dump
from tests.anonymity.test_answers_do_not_lead_back import answer
from tests.invitations.conftest import BANGKOK
from tests.invitations.drawn import invite, new_draw

pytestmark = pytest.mark.django_db(transaction=True)
UNLIKELY = 1e-6
CITIZENS = 60


@pytest.fixture
def rng() -> random.Random:
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    return random.Random(seed)


@pytest.fixture
def replied(send, government, wave, comments_due) -> list[Response]:
    place = government.licence, government.counter
    sent = [send(*place, 1 + k % 3, D7=f"รอนาน {k}") for k in range(CITIZENS)]
    tally.fold(wave)
    Comment.objects.update(reply="เพิ่มช่องบริการแล้ว", replied_on=clock.today())
    return sent


def reads(response: Response) -> tuple[Client, str]:
    client = Client()
    code = {"private_code": private_code(response.receipt)}
    own = client.post(f"/receipt/{response.receipt}/own/", code)["Location"]
    assert "เพิ่มช่องบริการแล้ว" in client.get(own).content.decode()
    return client, own


@translation.override("en")
def agency_sees(client, wave, replied) -> dict[str, str]:
    """Every page of the agency that shows comments or what came of them, its file and its mail."""
    listed = reverse("analytics:comments", args=[wave.code, "DLT"])
    pages = [f"{listed}?page={k}" for k in (1, 2, 3)]
    pages += [
        reverse("analytics:comment", args=[wave.code, "DLT", name_of(each.pk)]) for each in replied
    ]
    pages += [f"/en/agency/DLT/{tab}?wave={wave.code}" for tab in ("", "improvements/", "first/")]
    seen = {page: _plain(client.get(page).content.decode()) for page in pages}
    file = client.get(f"{listed}?format=csv").streaming_content
    mail.outbox.clear()
    send_digests()
    bodies = [message.body for message in mail.outbox]
    return seen | {"file": b"".join(file).decode(), "mail": "".join(bodies)}


def _plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", page)


def test_reading_leaves_nothing_in_the_database(replied, rng):
    before = dump()
    for response in rng.sample(replied, CITIZENS // 2):
        reads(response)
    assert dump() == before


def test_the_agency_sees_the_same_whoever_reads_asks_and_rates(client, bob, wave, replied, rng):
    client.force_login(bob)
    monday = clock.now() + timedelta(days=7)
    with clock.at(monday):
        before = agency_sees(client, wave, replied)
    readers = rng.sample(replied, CITIZENS // 2)
    for response in readers:
        citizen, own = reads(response)
        if rng.random() < 0.5:
            citizen.post(f"{own}appeal/")
        if len(LaterRating.objects.all()) < FEWEST - 1:
            citizen.post(f"{own}again/", {"overall": "5"})
    assert Comment.objects.exclude(appealed_on=None).exists()
    assert LaterRating.objects.count() == FEWEST - 1
    with clock.at(monday + timedelta(days=7)):
        after = agency_sees(client, wave, replied)
    assert after == before
    assert after["mail"]


def test_more_of_them_change_one_number_that_names_nobody(client, bob, wave, replied, rng):
    """Of 60 who were replied to 14 rate again: ten are told of on one page, and each may be one."""
    client.force_login(bob)
    later = clock.now() + timedelta(days=2)
    with clock.at(later):
        before = agency_sees(client, wave, replied)
    for response in rng.sample(replied, 14):
        after_reply.rate_again(response, 5)
    with clock.at(later):
        after = agency_sees(client, wave, replied)
    changed = {name for name in before if before[name] != after[name]}
    (newest,) = changed - {"mail"}
    assert newest.endswith("comments/?page=1")
    added = re.search(r"<section><h2>Rated again.*?</section>", after[newest], re.S)[0]
    assert re.findall(r'class="number">(\d+)<', added) == ["10", "10"]
    assert after[newest].replace(added, "") == before[newest]


@pytest.fixture
def drawn(government, wave, send, rng) -> SimpleNamespace:
    """Drawn citizens answer, write, read the reply in another order and rate again."""
    start = datetime(2026, 11, 2, 10, 0, tzinfo=BANGKOK)
    truth = Truth()
    with clock.at(start):
        citizens = invite(new_draw(wave), government.licence, government.counter, 90)
    for number, citizen in enumerate(rng.sample(citizens, 60)):
        with clock.at(start + timedelta(minutes=5 * number)):
            receipt = answer(citizen, rng, said=f"รอนาน {rng.random()}")
        response = Response.objects.get(receipt=receipt)
        truth.pairs[0].append((str(citizen.invitation.pk), response.pk))
        link = f"http://localhost:8000{citizen.url}"
        truth.told[str(citizen.invitation.pk)] = [citizen.address, citizen.token, link]
    tally.fold(wave)
    Comment.objects.update(reply="เพิ่มช่องบริการแล้ว")
    for number, (_key, pk) in enumerate(rng.sample(truth.pairs[0], 60)):
        with clock.at(start + timedelta(days=1, minutes=7 * number)):
            after_reply.rate_again(Response.objects.get(pk=pk), rng.randint(1, 5))
    return SimpleNamespace(truth=truth, tables=dump(), rng=rng)


def test_nothing_joins_a_later_rating_to_an_invitation(drawn):
    assert LaterRating.objects.count() == 60
    attack = Attack(drawn.tables, drawn.truth, drawn.rng)
    profile = next(iter(attack.of_response.values()))
    assert any(name.startswith("responses_comment.") for name in profile)
    assert attack.by_equal_values() == []
    for best in (attack.by_order(), attack.by_correlation()):
        print(best)
        assert best.chance > UNLIKELY, best
    tables = copy.deepcopy(drawn.tables)
    order = {pk: k for k, (_key, pk) in enumerate(sorted(drawn.truth.pairs[0]))}
    for row in tables["responses_laterrating"]:
        row["rated_on"] = f"{order[row['comment_id']]:04}"
    planted = Attack(tables, drawn.truth, drawn.rng)
    assert planted.by_correlation().chance < UNLIKELY
