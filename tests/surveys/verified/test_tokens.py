"""Issued once for each person and wave, spent once; what is kept of either."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from responses.intake.doors import service_called
from surveys import remembered
from surveys.holding import ClosedError
from surveys.method import Method
from surveys.models import IssuedToken, SpentToken, TokenKey, Wave
from surveys.sampling.rotation import rotate_keys
from surveys.verified.blind_rsa import NotBlinded
from surveys.verified.issuing import issue, public_key
from surveys.verified.marks import STORED_ANEW, AlreadyIssued, store
from surveys.verified.spending import is_token, spend
from surveys.waves import broken_seals, open_wave
from tests.closing import close_wave
from tests.new_files import in_new_files
from tests.tokens import token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(draft):
    draft.method = draft.method | {"tokens": "offered"}
    draft.save()
    return draft


def test_a_wave_offers_none_unless_it_says_so(government, questionnaire, draft):
    assert Method().tokens == "none"
    assert "tokens" not in Method().to_dict()
    draft.method = Method().to_dict()
    draft.save()
    wave = open_wave(draft)
    assert public_key(wave.pk) is None
    assert "tokens" not in wave.seal
    with pytest.raises(TokenKey.DoesNotExist):
        issue(wave, "somebody", bytes(255) + b"\x07")


def test_the_public_key_is_sealed(wave):
    assert len(wave.seal["tokens"]) == 64
    assert broken_seals(wave) == []
    TokenKey.objects.update(public=b"another")
    assert broken_seals(wave) == ["tokens"]


def test_one_for_each_person_and_wave(wave):
    token = token_for(wave, "somebody")
    assert is_token(wave, token)
    with pytest.raises(AlreadyIssued):
        token_for(wave, "somebody")
    assert token_for(wave, "somebody else") != token
    assert IssuedToken.objects.count() == 2


def test_what_cannot_be_signed_leaves_the_right_to_ask(wave):
    with pytest.raises(NotBlinded):
        issue(wave, "somebody", b"not blinded")
    assert token_for(wave, "somebody")


def test_spent_once(wave):
    token = token_for(wave, "somebody")
    assert spend(wave, token)
    assert not spend(wave, token)
    assert SpentToken.objects.count() == 1


def test_who_spends_one_makes_nobody_look_everything_up_again(wave):
    token = token_for(wave, "somebody")
    service_called("DLT-1")
    before = dict(remembered._memory.answers)
    assert before
    assert spend(wave, token)
    assert remembered._memory.answers == before


@pytest.mark.parametrize("token", ["", "x", "ไทย", "A" * 428, "=" * 428])
def test_what_nobody_signed_is_no_token(wave, token):
    assert not is_token(wave, token)


def test_what_is_kept_names_nobody(wave):
    token_for(wave, "somebody")
    kept = repr([*IssuedToken.objects.values(), *SpentToken.objects.values()])
    assert "somebody" not in kept
    assert {field.name for field in IssuedToken._meta.fields} == {"mark", "wave"}
    assert {field.name for field in SpentToken._meta.fields} == {"digest", "wave"}


def test_the_private_key_is_encrypted_and_goes_with_the_wave(wave):
    key = TokenKey.objects.get()
    assert b"PRIVATE" not in bytes(key.sealed)
    assert bytes(key.sealed).startswith(b"gAAAA")
    assert rotate_keys()["TokenKey"] == 1
    spend(wave, token_for(wave, "somebody"))
    close_wave(wave)
    assert TokenKey.objects.get().sealed is None
    assert not IssuedToken.objects.exists()
    assert not SpentToken.objects.exists()
    with pytest.raises((ClosedError, TokenKey.DoesNotExist)):
        token_for(wave, "somebody else")


def test_a_method_says_whether_tokens_are_offered():
    with pytest.raises(ValidationError):
        Method.from_dict({"tokens": "sold"})


def test_rows_lie_in_no_order_of_time(wave):
    """The new one is among those stored with it, at no place that tells."""
    seed = random.SystemRandom().randrange(2**32)
    rng = random.Random(seed)
    marks = [f"{rng.getrandbits(200):043d}"[:43] for _k in range(400)]
    places = []
    in_new_files(IssuedToken)
    for number, mark in enumerate(marks):
        store(wave, mark)
        if number >= 200:
            last = sorted(rows())[-(STORED_ANEW + 1) :]
            places.append([kept for _place, kept in last].index(mark))
    assert IssuedToken.objects.count() == len(marks)
    mean = sum(places) / len(places)
    assert abs(mean - STORED_ANEW / 2) < 5 * (STORED_ANEW / 12**0.5) / len(places) ** 0.5, seed


def rows() -> list[tuple[int, str]]:
    place = {"postgresql": "row_number() OVER (ORDER BY ctid)", "sqlite": "rowid"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {place[connection.vendor]}, mark FROM surveys_issuedtoken")
        return cursor.fetchall()


def test_who_has_had_one_gets_none_and_nothing_is_lost(wave):
    marks = [f"{number:043d}" for number in range(40)]
    for mark in marks:
        store(wave, mark)
    for mark in marks:
        with pytest.raises(AlreadyIssued):
            store(wave, mark)
    assert sorted(IssuedToken.objects.values_list("mark", flat=True)) == marks


def test_none_is_issued_once_the_wave_has_closed(wave):
    store(wave, "of an open wave")
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.CLOSED)
    with pytest.raises(ClosedError):
        store(wave, "of a closed one")
    assert IssuedToken.objects.get().mark == "of an open wave"
