"""However many send one token at the same moment, one answer is stored with it."""

from functools import partial

from django.db import transaction

from responses.channels.web.verified import Spent
from responses.intake.door import Door, Submission
from responses.models import Response
from surveys.models import SpentToken
from surveys.verified.spending import is_token, spend
from surveys.waves import open_wave
from tests.postgres.conftest import at_once
from tests.tokens import token_for

TOKENS, SENDERS = 12, 8


def test_no_token_is_spent_twice(draft, government):
    draft.method = draft.method | {"tokens": "offered"}
    draft.save()
    wave = open_wave(draft)
    tokens = [token_for(wave, f"person {k}") for k in range(TOKENS)]
    assert all(is_token(wave, token) for token in tokens)

    def send(sender: int) -> int:
        door, stored = Door(wave), 0
        for number, token in enumerate(tokens):
            try:
                with transaction.atomic():
                    door.receive(
                        Submission(
                            key=f"{sender}-{number}",
                            service=government.licence,
                            channel=government.counter,
                            answers={"OV": 4},
                            source=Response.Source.WEB,
                            selection=Response.Selection.VERIFIED,
                        )
                    )
                    if not spend(wave, token):
                        raise Spent
            except Spent:
                continue
            stored += 1
        return stored

    assert sum(at_once([partial(send, k) for k in range(SENDERS)])) == TOKENS
    assert Response.objects.count() == SpentToken.objects.count() == TOKENS
