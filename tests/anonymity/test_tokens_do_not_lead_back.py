"""Citizens sign in, get a token blind and answer with it. Somebody with the tables of both sides,
issuer and receiver, and what the provider of identities knows, tries to tell whose answer is whose.
It must not do better than chance, and the same attacks must find what is planted."""

import copy
import random
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from responses.models import Response
from surveys import clock
from surveys.identity import sealed
from surveys.models import IssuedToken
from surveys.verified import issuing
from tests.anonymity.attacks import Attack, Truth, dump
from tests.form_pages import form_token
from tests.invitations.conftest import BANGKOK
from tests.tokens import token_for

pytestmark = pytest.mark.django_db(transaction=True)
UNLIKELY = 1e-6
CITIZENS = 90


class BothSides(Attack):
    """Marks of those who had a token take the place of invitations."""

    def __init__(self, tables, truth, rng):
        super().__init__(tables, truth, rng)
        marks = {row["mark"]: row for row in tables["surveys_issuedtoken"]}
        self.of_invitation = {
            mark: {f"issued.{name}": value for name, value in marks[mark].items()}
            for pairs in truth.pairs.values()
            for mark, _response in pairs
        }


@pytest.fixture
def draft(draft):
    draft.method = draft.method | {"tokens": "offered"}
    draft.save()
    return draft


@pytest.fixture
def happened(wave, licence_counter, send, government, client) -> SimpleNamespace:
    """One after the other, each answers as soon as there is a token; others answer meanwhile."""
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    rng, truth, tokens = random.Random(seed), Truth(), {}
    start = datetime(2026, 11, 2, 9, 0, tzinfo=BANGKOK)
    link = licence_counter.get_absolute_url()
    for number in range(CITIZENS):
        with clock.at(start + timedelta(minutes=4 * number)):
            sub = f"1-1037-{number:05}-00-7"
            uid = sealed("thaid", sub)
            token = token_for(wave, uid)
            form = form_token(client.get(link))
            sent = {
                "form_token": form,
                "overall": str(rng.randint(1, 5)),
                "verified_token": token,
            }
            assert client.post(link, sent).status_code == 303
            mark = issuing._mark(wave, uid)
            response = Response.objects.latest("pk").pk
            truth.pairs[0].append((mark, response))
            truth.told[mark] = [sub, uid, str(clock.now())]
            tokens[mark] = token
            if number % 5 == 0:
                send(government.licence, government.counter, 4)
    return SimpleNamespace(truth=truth, tables=dump(), rng=rng, tokens=tokens)


def test_nothing_joins_an_answer_to_whoever_signed_in(happened):
    assert Response.objects.filter(selection="verified").count() == CITIZENS
    assert IssuedToken.objects.count() == CITIZENS
    attack = BothSides(happened.tables, happened.truth, happened.rng)
    assert attack.by_equal_values() == []
    for best in (attack.by_order(), attack.by_correlation()):
        print(best)
        assert best.chance > UNLIKELY, best
    for mark, token in happened.tokens.items():  # nor does the token itself stand anywhere
        assert token[:60] not in repr(happened.tables), mark
    _what_is_planted_is_found(happened)


def _what_is_planted_is_found(happened) -> None:
    pairs = happened.truth.pairs[0]
    tables = copy.deepcopy(happened.tables)
    order = {mark: number for number, (mark, _response) in enumerate(pairs)}
    for row in tables["surveys_issuedtoken"]:
        row["id"] = order[row["mark"]]
    attack = BothSides(tables, happened.truth, happened.rng)
    assert attack.by_order().score >= CITIZENS
    assert attack.by_correlation().chance < UNLIKELY

    tables = copy.deepcopy(happened.tables)
    of_response = {response: mark for mark, response in pairs}
    for row in tables["responses_response"]:
        row["respondent"] = of_response.get(row["id"], "")
    attack = BothSides(tables, happened.truth, happened.rng)
    assert len(attack.by_equal_values()) >= CITIZENS
