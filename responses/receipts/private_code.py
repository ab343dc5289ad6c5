"""The second code: it lets whoever answered see what is stored, and erase it.

The receipt may be shown around; the private code is the citizen's alone, so it appears on their
own screen only, never on a kiosk, to a telephone agent or to a program that sends: who is judged
by the answers must not be able to erase them. It is derived from the receipt and the server's
secret, and stored nowhere.
"""

from __future__ import annotations

from base64 import b32encode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from responses.models import RECEIPT_ALPHABET
from responses.receipts.receipt import read_code
from surveys import attempts

LENGTH, GROUP = 10, 5  # 50 bits
ATTEMPTS = 30
ATTEMPTS_PER = 3600
"""Wrong codes that one sender may try in so many seconds before it is told to stop. The right code
opens its receipt even then, or strangers could lock a citizen out: what keeps the answer is the
length of the code. At a thousand tries a second, half of all codes take eighteen thousand years."""

_SALT = "responses.private_code"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CODE = str.maketrans(_BASE32, RECEIPT_ALPHABET)


class WrongCode(Exception):
    """It is not the private code of this receipt; `too_many` came from this sender lately."""

    def __init__(self, *, too_many: bool = False) -> None:
        super().__init__()
        self.too_many = too_many


def private_code(receipt: str) -> str:
    return _derived(receipt, settings.SECRET_KEY)


def check(receipt: str, typed: str, sender: str) -> None:
    """Raise WrongCode."""
    code = read_code(typed, LENGTH, GROUP) or ""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    right = [constant_time_compare(code, _derived(receipt, secret)) for secret in secrets]
    if not any(right):
        tried = attempts.count(f"private-code:{sender}", seconds=ATTEMPTS_PER)
        raise WrongCode(too_many=tried > ATTEMPTS)


def _derived(receipt: str, secret: str | bytes) -> str:
    mac = salted_hmac(_SALT, receipt, secret=secret, algorithm="sha256").digest()
    letters = b32encode(mac).decode().translate(_TO_CODE)[:LENGTH]
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))
