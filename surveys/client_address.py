"""The network address of a request: for comparing in memory, never stored nor logged."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings

Address = IPv4Address | IPv6Address


def client_address(meta: Mapping[str, Any]) -> Address | None:
    """What the nearest peer is, or whom it speaks for where it is one of `TRUSTED_PROXIES`.

    Anybody can send X-Forwarded-For. Read from its end, each name in it was written by the peer
    before it: it is believed as long as that peer is trusted.
    """
    address = _read(meta.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return address
    hops = meta.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and address and _is_trusted(address):
        before = _read(hops.pop())
        if before is None:
            break
        address = before
    return address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _read(text: str) -> Address | None:
    """An address, with or without a port and brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
