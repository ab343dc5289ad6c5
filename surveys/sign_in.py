"""How often passwords may be guessed, without letting strangers lock anybody out.

Wrong passwords are counted for an account *and* their sender: whoever guesses from elsewhere, or at
another account behind the same shared address, keeps nobody from signing in. A browser in which the
account has signed in before is counted by itself: its owner gets in even while somebody guesses
at the very account behind the very address.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from surveys import attempts
from surveys.acts import record
from surveys.client_address import client_address
from surveys.models import Act, User

ATTEMPTS, SECONDS = 5, 300
WRONG_OF_SENDER = 600
"""Wrong passwords of a sender for all accounts in SECONDS: each costs the server some time."""
COOKIE, COOKIE_AGE = "known_browser", 365 * 86_400
ON_RECORD = (1, 10, 100, 1_000)
"""Which wrong passwords for an account in SECONDS are acts: guessing does not fill the record."""
_SALT = "surveys.known_browser"


def account_named(login: str) -> User | None:
    login = login.strip()
    named = Q(username__iexact=login) | Q(email__iexact=login)
    return User.objects.filter(named).order_by("pk").first() if login else None


def may_try(request: HttpRequest, login: str) -> bool:
    """Counts the attempt: before the password is looked at, so that many at once gain nothing."""
    name, known = _counted_as(request, login)
    if attempts.count(name, seconds=SECONDS) > ATTEMPTS:
        return False
    return known or attempts.counted(_sender(request)) < WRONG_OF_SENDER


def was_wrong(request: HttpRequest, login: str) -> None:
    """An account that is guessed at learns of it from the record; what was typed, which may be a
    password, is not kept."""
    attempts.count(_sender(request), seconds=SECONDS)
    if account := account_named(login):
        tried = attempts.count(f"sign-in-failed:{account.pk}", seconds=SECONDS)
        if tried in ON_RECORD:
            record(Act.What.FAILED, account, attempts=tried)


def was_right(request: HttpRequest, login: str) -> None:
    attempts.forget(_counted_as(request, login)[0])


def remember_browser(response: HttpResponse, user: User) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps([user.pk, get_random_string(12)], salt=_SALT),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _counted_as(request: HttpRequest, login: str) -> tuple[str, bool]:
    """The name of the count, and whether the browser is known to the account."""
    account = account_named(login)
    whose = account.pk if account else login.strip().lower()
    browser = _browser_of(request, account) if account else ""
    return f"sign-in:{whose}:{browser or _sender(request)}", bool(browser)


def _browser_of(request: HttpRequest, account: User) -> str:
    try:
        pk, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=COOKIE_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(browser) if pk == account.pk else ""


def _sender(request: HttpRequest) -> str:
    return f"sign-in-from:{client_address(request.META)}"
