"""The code that an authenticator app would show."""

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)


def code_of(secret: str) -> str:
    """Of this half minute, so that it is still taken in the next."""
    taken = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, taken[len(taken) // 2]))
