"""Whoever does not want to be asked says so once."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db import transaction

from surveys import addresses, clock
from surveys.models import Contact, Invitation, OptOut
from surveys.sampling.sealing import unseal

KEPT_FOR = timedelta(days=5 * 365)
"""Then the address may have another holder."""
_SALT = "surveys.opt_out"


def address_hash(kind: str, address: str) -> str:
    """43 characters that only whoever holds OPT_OUT_KEY can compute. Addresses are compared
    without their case."""
    key = sha256(f"{_SALT}:{settings.OPT_OUT_KEY}".encode()).digest()
    digest = hmac.digest(key, f"{kind}:{address.strip().casefold()}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def is_opted_out(kind: str, address: str) -> bool:
    return OptOut.objects.filter(pk=address_hash(kind, address)).exists()


def stop_link(stop_code: str, kind: str, address: str) -> str:
    """The whole address to opt out at, good as long as the message is kept: it names the address's
    hash, so that none need be kept here."""
    signed = _signer().sign(address_hash(kind, address))
    return addresses.stop(stop_code, signed)


def opt_out(stop_code: str, signed_hash: str = "") -> bool:
    """Send nothing more to whom the link belongs: the contact is deleted, the invitation refused,
    the address remembered as a hash. False where nothing is known of them any more.

    Whether they have answered is neither looked at nor recorded.
    """
    known = _hash_in(signed_hash)
    with transaction.atomic():
        contact = Contact.objects.select_for_update().filter(stop_code=stop_code).first()
        if contact:
            sent_to = unseal(contact.sealed)
            known = address_hash(sent_to["kind"], sent_to["address"])
            refuse(contact)
        if known:
            OptOut.objects.update_or_create(pk=known, defaults={"until": clock.today() + KEPT_FOR})
    return bool(known)


def refuse(contact: Contact) -> None:
    """Record that this citizen does not want to be asked, and forget where they are reached."""
    Contact.objects.filter(pk=contact.pk).delete()
    Invitation.objects.filter(pk=contact.pk).update(state=Invitation.State.REFUSED)


def forget_old_opt_outs() -> None:
    OptOut.objects.filter(until__lt=clock.today()).delete()


def _hash_in(signed: str) -> str:
    try:
        return _signer().unsign(signed)
    except signing.BadSignature:
        return ""


def _signer() -> signing.Signer:
    return signing.Signer(key=settings.OPT_OUT_KEY, salt=_SALT)
