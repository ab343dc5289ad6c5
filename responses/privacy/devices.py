"""Answers of one device are told within one wave, and by nobody once it has closed.

What is stored is a keyed hash of what the browser shows of itself. The key is random, belongs to
one wave, and is destroyed in the transaction that closes it; the marks themselves are cleared by
the next daily clearing (retention.py).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from ipaddress import IPv6Address
from typing import Any

from django.db.models.signals import post_save

from responses.models import DeviceKey
from surveys.client_address import Address, client_address
from surveys.models import Wave
from surveys.remembered import remembered

MARK_LENGTH = 22


def mark_of_browser(wave: Wave, meta: Mapping[str, Any]) -> str:
    """The mark of whatever sent this request; "" where its address is not known."""
    address = client_address(meta)
    if address is None:
        return ""
    return _mark(wave, f"{_household(address)}\n{meta.get('HTTP_USER_AGENT', '')}")


def mark_of_kiosk(wave: Wave, kiosk_id: int) -> str:
    return _mark(wave, f"kiosk {kiosk_id}")


def _household(address: Address) -> str:
    """Of IPv6 the half that names the network: devices change the other half by the hour."""
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else str(address)


def _mark(wave: Wave, device: str) -> str:
    secret = _secret(wave.pk)
    if not secret:
        return ""
    digest = hmac.digest(secret.encode(), device.encode("utf-8", "surrogatepass"), "sha256")
    return urlsafe_b64encode(digest).decode()[:MARK_LENGTH]


@remembered
def _secret(wave_id: int) -> str:
    """Made when the first answer comes; "" for a wave that is not open."""
    if not Wave.objects.filter(pk=wave_id, state=Wave.State.OPEN).exists():
        return ""
    key, _created = DeviceKey.objects.get_or_create(wave_id=wave_id)
    return key.secret


def _destroy_key(instance: Wave, **_signal: Any) -> None:
    if instance.state not in (Wave.State.DRAFT, Wave.State.OPEN):
        DeviceKey.objects.filter(wave_id=instance.pk).exclude(secret="").update(secret="")


def destroy_keys_of_closed_waves() -> None:
    """Each key goes within the transaction that closes its wave."""
    post_save.connect(_destroy_key, sender=Wave, dispatch_uid="responses.devices")
