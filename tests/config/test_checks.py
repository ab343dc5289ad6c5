"""A production deployment does not start with an unsafe configuration."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config import checks
from config.checks import UNSAFE, production_is_safe, reports_are_made_as_tested

SAFE = {
    "DEPLOYMENT": "production",
    "DEBUG": False,
    "SECRET_KEY_FROM_ENVIRONMENT": True,
    "SECRET_KEY": "k" * 50,
    "CONTACT_KEYS_FROM_ENVIRONMENT": True,
    "CONTACT_KEYS": [Fernet.generate_key().decode()],
    "INVITATION_HOOK_URL": "https://gateway.example.go.th/messages",
    "INVITATION_HOOK_SECRET": "whsec_" + "c2VjcmV0" * 4,
    "ALERT_HOOK_URL": "https://alerts.example.go.th/",
    "ALERT_HOOK_SECRET": "whsec_" + "c2VjcmV0" * 4,
    "ALLOWED_HOSTS": ["survey.example.go.th"],
    "HTTPS": True,
    "PUBLIC_URL": "https://survey.example.go.th",
    "DATABASE_ENGINE": "django.db.backends.postgresql",
    "CELERY_BROKER_URL": "rediss://broker/0",
    "TRUSTED_NETWORK": False,
    "DATABASE_ADDRESSES": [("database", "verify-full")],
    "SECOND_FACTOR_REQUIRED": True,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}},
}


@pytest.fixture
def production(settings):
    for name, value in SAFE.items():
        setattr(settings, name, value)
    return settings


def refused() -> list[str]:
    return [message.id for message in production_is_safe(None)]


def test_a_safe_configuration_passes(production):
    assert refused() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "project.E001"),
        ("SECRET_KEY_FROM_ENVIRONMENT", False, "project.E002"),
        ("SECRET_KEY", "short", "project.E002"),
        ("ALLOWED_HOSTS", ["*"], "project.E003"),
        ("HTTPS", False, "project.E004"),
        ("PUBLIC_URL", "http://survey.example.go.th", "project.E004"),
        ("DATABASE_ENGINE", "django.db.backends.sqlite3", "project.E005"),
        ("CELERY_BROKER_URL", "filesystem://", "project.E006"),
        ("CACHES", {"default": {"BACKEND": "x.locmem.Cache"}}, "project.E007"),
        ("CONTACT_KEYS_FROM_ENVIRONMENT", False, "project.E008"),
        ("CONTACT_KEYS", ["short"], "project.E009"),
        ("INVITATION_HOOK_URL", "http://gateway.example.go.th/", "project.E010"),
        ("ALERT_HOOK_URL", "http://alerts.example.go.th/", "project.E014"),
        ("ALERT_HOOK_SECRET", "whsec_short", "project.E015"),
        ("SECOND_FACTOR_REQUIRED", False, "project.E013"),
        ("DATABASE_ADDRESSES", [("database", "")], "project.E016"),
        ("DATABASE_ADDRESSES", [("database", "prefer")], "project.E016"),
        ("DATABASE_ADDRESSES", [("database", "verify-full"), ("other", "")], "project.E016"),
        ("CELERY_BROKER_URL", "redis://broker/0", "project.E017"),
        ("CELERY_BROKER_URL", "amqp://10.0.0.7", "project.E017"),
        ("CACHES", {"default": {"BACKEND": "", "LOCATION": "redis://cache/1"}}, "project.E017"),
        (
            "CACHES",
            {"default": {"BACKEND": "", "LOCATION": ["redis://10.0.0.9/1"]}},
            "project.E017",
        ),
        ("INVITATION_HOOK_SECRET", "", "project.E011"),
        ("INVITATION_HOOK_SECRET", "whsec_c2VjcmV0", "project.E011"),
        ("INVITATION_HOOK_SECRET", "whsec_!" + "c2VjcmV0" * 4, "project.E011"),
    ],
)
def test_each_danger_is_named_with_a_way_out(production, name, value, code):
    setattr(production, name, value)
    assert refused() == [code]
    assert production_is_safe(None)[0].hint


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.2", "::1", "/run/postgresql"])
def test_what_does_not_leave_the_machine_needs_no_tls(production, host):
    production.DATABASE_ADDRESSES = [(host, "")]
    if not host.startswith("/"):
        shown = f"[{host}]" if ":" in host else host
        production.CELERY_BROKER_URL = f"redis://{shown}:6379/0"
    assert refused() == []


def test_a_network_may_be_said_to_be_trusted(production):
    production.TRUSTED_NETWORK = True
    production.DATABASE_ADDRESSES = [("database", "")]
    production.CELERY_BROKER_URL = "amqp://broker"
    assert refused() == []


def test_the_embedded_default_is_not_held_to_it(production):
    production.DEPLOYMENT = "embedded"
    production.DEBUG = True
    assert refused() == []


def test_every_check_has_a_code_of_its_own():
    codes = [code for code, *_rest in UNSAFE]
    assert len(codes) == len(set(codes))


def test_the_pdf_library_is_the_tested_one(monkeypatch):
    assert reports_are_made_as_tested(None) == []
    pinned = Path("requirements.txt").read_text(encoding="utf-8")
    assert f"weasyprint=={checks.TESTED_WEASYPRINT} " in pinned
    monkeypatch.setattr(checks, "version", lambda name: f"{checks.TESTED_WEASYPRINT}.1")
    assert [message.id for message in reports_are_made_as_tested(None)] == ["project.E012"]
