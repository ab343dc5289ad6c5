"""What a production deployment must not start with. Each check has a code and a way to mend it."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

TESTED_WEASYPRINT = "70.0"
"""Two attributes of this version are replaced (analytics/reporting/pdf.py)."""

Unsafe = tuple[str, Callable[[], bool], str, str]

UNSAFE: list[Unsafe] = [
    (
        "project.E001",
        lambda: settings.DEBUG,
        "DEBUG is on: errors would show source code and settings.",
        "Unset DEBUG.",
    ),
    (
        "project.E002",
        lambda: not settings.SECRET_KEY_FROM_ENVIRONMENT or len(settings.SECRET_KEY) < 50,
        "SECRET_KEY is not set, or shorter than 50 characters.",
        "Set SECRET_KEY to 50 or more random characters, the same on every host.",
    ),
    (
        "project.E003",
        lambda: not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS,
        "ALLOWED_HOSTS accepts any host name: reset mails could be poisoned.",
        "Set ALLOWED_HOSTS to the names that the site is served under.",
    ),
    (
        "project.E004",
        lambda: not settings.HTTPS or not settings.PUBLIC_URL.startswith("https://"),
        "The site is not served over HTTPS.",
        "Set HTTPS=true and a PUBLIC_URL that begins with https://.",
    ),
    (
        "project.E005",
        lambda: settings.DATABASE_ENGINE.endswith("sqlite3"),
        "SQLite serves one machine only.",
        "Set DATABASE_URL to a PostgreSQL database.",
    ),
    (
        "project.E006",
        lambda: settings.CELERY_BROKER_URL.startswith("filesystem"),
        "A folder as broker serves one machine only.",
        "Set BROKER_URL to Redis or RabbitMQ.",
    ),
    (
        "project.E007",
        lambda: "locmem" in settings.CACHES["default"]["BACKEND"],
        "Sign-in limits are counted in one process only.",
        "Set CACHE_URL to Redis.",
    ),
    (
        "project.E008",
        lambda: not settings.CONTACT_KEYS_FROM_ENVIRONMENT,
        "CONTACT_KEYS is not set: citizens' addresses would be encrypted with a key that lies"
        " beside them, and that other hosts lack.",
        "Set CONTACT_KEYS to a key made by cryptography's Fernet.generate_key(), on every host.",
    ),
    (
        "project.E009",
        lambda: not all(map(_is_fernet_key, settings.CONTACT_KEYS)),
        "CONTACT_KEYS holds something that is not a key.",
        "Each key is 44 characters, made by cryptography's Fernet.generate_key(); commas between.",
    ),
    (
        "project.E010",
        lambda: (
            bool(settings.INVITATION_HOOK_URL)
            and not settings.INVITATION_HOOK_URL.startswith("https://")
        ),
        "INVITATION_HOOK_URL is not https: telephone numbers and links would travel in the open.",
        "Set INVITATION_HOOK_URL to an address that begins with https://, or unset it.",
    ),
    (
        "project.E011",
        lambda: (
            bool(settings.INVITATION_HOOK_URL)
            and not _is_hook_secret(settings.INVITATION_HOOK_SECRET)
        ),
        "INVITATION_HOOK_SECRET is no secret of Standard Webhooks: the gateway could not tell our"
        " messages from forged ones.",
        "Set INVITATION_HOOK_SECRET to whsec_ and 24 to 64 random bytes in base64.",
    ),
    (
        "project.E014",
        lambda: (
            bool(settings.ALERT_HOOK_URL) and not settings.ALERT_HOOK_URL.startswith("https://")
        ),
        "ALERT_HOOK_URL is not https: what agencies are told would travel in the open.",
        "Set ALERT_HOOK_URL to an address that begins with https://, or unset it.",
    ),
    (
        "project.E015",
        lambda: bool(settings.ALERT_HOOK_URL) and not _is_hook_secret(settings.ALERT_HOOK_SECRET),
        "ALERT_HOOK_SECRET is no secret of Standard Webhooks: the receiver could not tell our"
        " messages from forged ones.",
        "Set ALERT_HOOK_SECRET to whsec_ and 24 to 64 random bytes in base64.",
    ),
    (
        "project.E013",
        lambda: not settings.SECOND_FACTOR_REQUIRED,
        "SECOND_FACTOR is not required: a guessed password would do to publish and to export.",
        "Unset SECOND_FACTOR, or set it to required.",
    ),
    (
        "project.E016",
        lambda: not settings.TRUSTED_NETWORK and _database_in_the_open(),
        "The database is on another host and DATABASE_URL, or REPLICA_URL, demands no TLS: answers"
        " would travel in the open.",
        "End DATABASE_URL with ?sslmode=verify-full (or require), or set TRUSTED_NETWORK=true where"
        " nobody else can read that network.",
    ),
    (
        "project.E017",
        lambda: not settings.TRUSTED_NETWORK and _broker_in_the_open(),
        "The broker or the cache is on another host and its address demands no TLS.",
        "Begin BROKER_URL and CACHE_URL with rediss:// or amqps://, or set TRUSTED_NETWORK=true"
        " where nobody else can read that network.",
    ),
]


def unsafe() -> list[CheckMessage]:
    """What a production deployment must not start with; nothing elsewhere."""
    if settings.DEPLOYMENT != "production":
        return []
    return [
        Error(message, hint=hint, id=code)
        for code, is_unsafe, message, hint in UNSAFE
        if is_unsafe()
    ]


def refuse_unsafe() -> None:
    """Raise ImproperlyConfigured where a production deployment would start unsafe: servers ask
    this, which Django's own checks are not run by."""
    if found := unsafe():
        raise ImproperlyConfigured(
            "This deployment would not be safe, so it does not start.\n"
            + "\n".join(f"{each.id}: {each.msg} {each.hint}" for each in found)
        )


def _database_in_the_open() -> bool:
    sealed = {"require", "verify-ca", "verify-full"}
    addresses = settings.DATABASE_ADDRESSES
    return any(_is_elsewhere(host) and mode not in sealed for host, mode in addresses)


def _broker_in_the_open() -> bool:
    cache = settings.CACHES["default"].get("LOCATION", "")
    addresses = [settings.CELERY_BROKER_URL, *([cache] if isinstance(cache, str) else cache)]
    return any(
        address.startswith(("redis://", "amqp://"))
        and _is_elsewhere(urlsplit(address).hostname or "")
        for address in addresses
    )


def _is_elsewhere(host: str) -> bool:
    """Whether what is sent there leaves this machine; a path is a socket."""
    if host in {"", "localhost"} or host.startswith("/"):
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _is_hook_secret(text: str) -> bool:
    if not text.startswith("whsec_"):
        return False
    try:
        return 24 <= len(b64decode(text.removeprefix("whsec_"), validate=True)) <= 64
    except ValueError:
        return False


@register()
def production_is_safe(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return unsafe()


@register()
def reports_are_made_as_tested(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """Another WeasyPrint may draw Thai without its text, and say nothing."""
    if (found := version("weasyprint")) == TESTED_WEASYPRINT:
        return []
    return [
        Error(
            f"WeasyPrint is {found}; the Thai text of reports was tested with {TESTED_WEASYPRINT}.",
            hint="Install requirements.txt, or run the tests of the PDF and raise the version.",
            id="project.E012",
        )
    ]
