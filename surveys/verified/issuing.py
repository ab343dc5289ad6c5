"""A token is issued once for each person and wave, blind: what is signed is read by nobody here.

Of whom it was issued to a keyed hash is kept, without a time (marks.py).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from django.conf import settings
from django.db import connection

from surveys.models import IssuedToken, SpentToken, TokenKey, Wave
from surveys.remembered import remembered
from surveys.sampling.sealing import seal_bytes, unseal_bytes
from surveys.verified.blind_rsa import blind_sign, new_key
from surveys.verified.marks import store

_SEALED = f"""
SELECT sealed FROM {TokenKey._meta.db_table} WHERE wave_id = %s AND sealed IS NOT NULL
"""  # noqa: S608


def make_token_key(wave: Wave) -> str:
    """A key for the wave; gives the digest of its public half, for the seal."""
    key = new_key()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    TokenKey.objects.create(wave=wave, public=public, sealed=seal_bytes(private))
    return sha256(public).hexdigest()


def token_key_digest(wave: Wave) -> str | None:
    key = TokenKey.objects.filter(wave=wave).first()
    return sha256(bytes(key.public)).hexdigest() if key else None


@remembered
def public_key(wave_id: int) -> rsa.RSAPublicKey | None:
    """None for a wave that offers no tokens."""
    key = TokenKey.objects.filter(wave=wave_id).first()
    loaded = load_der_public_key(bytes(key.public)) if key else None
    return loaded if isinstance(loaded, rsa.RSAPublicKey) else None


def issue(wave: Wave, identity: str, blinded: bytes) -> bytes:
    """Sign what the bearer of `identity` (a keyed hash already) sends. Raise AlreadyIssued,
    NotBlinded, ClosedError, or TokenKey.DoesNotExist for a wave that offers no tokens."""
    signature = blind_sign(_private_key(wave), blinded)
    store(wave, _mark(wave, identity))
    return signature


def end_tokens(wave: Wave) -> None:
    """Destroy the private key, and forget who had a token and which were spent. Part of closing the
    wave, in its transaction."""
    TokenKey.objects.filter(wave=wave).update(sealed=None)
    IssuedToken.objects.filter(wave=wave).delete()
    SpentToken.objects.filter(wave=wave).delete()


def _private_key(wave: Wave) -> rsa.RSAPrivateKey:
    with connection.cursor() as cursor:
        cursor.execute(_SEALED, [wave.pk])
        found = cursor.fetchone()
    if found is None:
        raise TokenKey.DoesNotExist
    # Sealed by us, and each signature is checked: to examine the key takes five times as long.
    octets = unseal_bytes(found[0])
    key = load_der_private_key(octets, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _mark(wave: Wave, identity: str) -> str:
    message = f"token\0{wave.code}\0{identity}".encode()
    digest = hmac.digest(settings.IDENTITY_KEY.encode(), message, sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
