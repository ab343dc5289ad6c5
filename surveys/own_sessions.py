"""The sessions of an account, to be looked at and ended by its owner. Neither network address nor
the browser's whole name is kept: the family of the browser tells one's own devices apart."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - the column wants one
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def keep_no_traces() -> None:
    pre_save.connect(_without_traces, sender=UserSession)


def _without_traces(instance: UserSession, **_signal: Any) -> None:
    instance.ip = NO_ADDRESS
    instance.user_agent = family_of(instance.user_agent)


def family_of(user_agent: str) -> str:
    """As in "Firefox, Android"; what is said so already stays."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    return ", ".join(filter(None, [browser, system]))
