"""Every setting, each environment variable read once. docs/operations.md lists them."""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env
from kombu import Queue

from config.secret import local_secret

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env(BASE_DIR / ".env", recurse=False)

# "embedded" runs from one folder; "production" must pass the checks of config/checks.py.
DEPLOYMENT = env.str("DEPLOYMENT", "embedded")
if DEPLOYMENT not in {"embedded", "production"}:
    raise ImproperlyConfigured(f"DEPLOYMENT is “{DEPLOYMENT}”: use embedded or production.")
DEBUG = env.bool("DEBUG", False)
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")
# Answers, mails and keys lie below: for this account alone, whatever the shell's umask.
os.umask(0o077)
DATA_DIR.mkdir(parents=True, exist_ok=True)
if DATA_DIR.stat().st_uid == os.geteuid():
    DATA_DIR.chmod(0o700)

SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FROM_ENVIRONMENT = bool(SECRET_KEY)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
SECRET_KEY = SECRET_KEY or local_secret(DATA_DIR / "secret_key")
# What is encrypted at rest is sealed with the first and opened with any of them.
CONTACT_KEYS: list[str] = env.list("CONTACT_KEYS", [])
CONTACT_KEYS_FROM_ENVIRONMENT = bool(CONTACT_KEYS)
CONTACT_KEYS = CONTACT_KEYS or [
    local_secret(DATA_DIR / "contact_key", lambda: Fernet.generate_key().decode())
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")

HTTPS = env.bool("HTTPS", DEPLOYMENT == "production")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The peers whose X-Forwarded-For is believed.
TRUSTED_PEERS: list[str] = env.list("TRUSTED_PROXIES", [])
try:
    TRUSTED_PROXIES = [ip_network(peer.strip(), strict=False) for peer in TRUSTED_PEERS]
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}. Name addresses or networks.") from error
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # from its last use (surveys/idle.py)
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "config.apps.ProjectConfig",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "tree_queries",
    "rest_framework",
    "drf_spectacular",
    "surveys",
    "responses",
    "analytics",
]

MIDDLEWARE = [
    "config.request_ids.RequestIds",
    "config.health.Health",
    "config.middleware.NoNulCharacters",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.Isolation",
    "config.intake_first.IntakeFirst",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "surveys.idle.NoteUse",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "surveys.at_hand.RequestAtHand",
    "allauth.account.middleware.AccountMiddleware",
    "surveys.second_factor.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DEFAULT_EXCEPTION_REPORTER_FILTER = "config.error_reports.WithoutAnswers"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

if os.environ.get("DATABASE_URL") == "":
    raise ImproperlyConfigured("DATABASE_URL is empty: name a database, or unset it for SQLite.")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
# Opening SQLite for each request takes five times as long as answering it.
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASE_ENGINE = DATABASES["default"]["ENGINE"]
REPLICA_URL = env("REPLICA_URL", "")
if DATABASE_ENGINE.endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # What is deleted is overwritten: used ballots, citizens' addresses.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if REPLICA_URL:
    if DATABASE_ENGINE.endswith("sqlite3"):
        raise ImproperlyConfigured("REPLICA_URL is the replica of a PostgreSQL: set DATABASE_URL.")
    DATABASES["replica"] = env.dj_db_url("REPLICA_URL", conn_max_age=600, conn_health_checks=True)
    DATABASES["replica"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
    DATABASE_ROUTERS = ["config.replica.Router"]
    MIDDLEWARE.append("config.replica.ReadFromReplica")
DATABASE_ADDRESSES = [
    (str(one.get("HOST", "")), one.get("OPTIONS", {}).get("sslmode", ""))
    for one in DATABASES.values()
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Nobody else can read what goes to database, broker and cache: no TLS is demanded there.
TRUSTED_NETWORK = env.bool("TRUSTED_NETWORK", False)

CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"]["BACKEND"] = "config.cache.RedisOrMemory"
elif CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    # Attempts are counted in it: a few hundred names must not push each other out.
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 50_000

AUTH_USER_MODEL = "surveys.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "surveys.accounts.InvitedAccountsOnly"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"reset_password": "surveys.own_account.ResetByConfirmedAddress"}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Guessed passwords are counted by surveys/sign_in.py. A whole office may share one address.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",  # wrong codes of the second step, for an account
    "reset_password": "100/m/ip,5/m/key",
    "reset_password_from_key": "300/m/ip",
}
# "required" of whoever may publish or export, or "offered", as to the demonstration's accounts.
SECOND_FACTOR = env.str("SECOND_FACTOR", "required" if DEPLOYMENT == "production" else "offered")
if SECOND_FACTOR not in {"required", "offered"}:
    raise ImproperlyConfigured(f"SECOND_FACTOR is “{SECOND_FACTOR}”: use required or offered.")
SECOND_FACTOR_REQUIRED = SECOND_FACTOR == "required"
MFA_ADAPTER = "surveys.second_factor.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "OPDC"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are invited: nobody signs up with another's address
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
# Identities of the state, each off until its client is named. The key seals who they are.
IDENTITY_KEY = env.str("IDENTITY_KEY", "") or SECRET_KEY
IDENTITIES: list[dict[str, Any]] = [
    {
        "provider_id": code,
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server, "fetch_userinfo": False, "oauth_pkce_enabled": True},
    }
    for code, name, client, secret, server in (
        (
            "thaid",
            "ThaID",
            env.str("THAID_CLIENT_ID", ""),
            env.str("THAID_CLIENT_SECRET", ""),
            env.str("THAID_SERVER", "https://imauth.bora.dopa.go.th"),
        ),
        (
            "digital-id",
            "Digital ID",
            env.str("DIGITAL_ID_CLIENT_ID", ""),
            env.str("DIGITAL_ID_CLIENT_SECRET", ""),
            env.str("DIGITAL_ID_SERVER", "https://connect.egov.go.th"),
        ),
    )
    if client
]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "surveys.identity.SealedIdentity", "APPS": IDENTITIES}
}
SOCIALACCOUNT_ADAPTER = "surveys.identity.InvitedIdentitiesOnly"
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_STORE_TOKENS = False
# A form that leads there is redirected to it, which browsers count as sending it there.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
    "/".join(identity["settings"]["server_url"].split("/")[:3]) for identity in IDENTITIES
]
LOGIN_REDIRECT_URL = "analytics:mine"
LOGIN_URL = "account_login"

LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
IMPORT_SIZE_LIMIT = env.int("IMPORT_MAX_MB", 500) << 20
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail waits in a folder until a mail server is named.
EMAIL_CONFIG = env.dj_email_url("EMAIL_URL", "file://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = str(DATA_DIR / "outbox")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", "noreply@localhost")

# Invitations by SMS and LINE go to this address of a gateway, signed (docs/operations.md).
INVITATION_HOOK_URL = env.str("INVITATION_HOOK_URL", "")
INVITATION_HOOK_SECRET = env.str("INVITATION_HOOK_SECRET", "")
# Alerts of every agency go to this address too, signed in the same way.
ALERT_HOOK_URL = env.str("ALERT_HOOK_URL", "")
ALERT_HOOK_SECRET = env.str("ALERT_HOOK_SECRET", "")
# Days from the invitation to each reminder.
INVITATION_REMINDER_DAYS: list[int] = env.list("INVITATION_REMINDER_DAYS", [7, 14], subcast=int)
if (
    len(INVITATION_REMINDER_DAYS) > 2
    or sorted({days for days in INVITATION_REMINDER_DAYS if days > 0}) != INVITATION_REMINDER_DAYS
):
    raise ImproperlyConfigured("INVITATION_REMINDER_DAYS: at most two numbers of days, as in 7,14.")
# Under this key the addresses of those who do not want to be asked are hashed.
OPT_OUT_KEY = env.str("OPT_OUT_KEY", "") or SECRET_KEY
# The key that signs the checkpoints of logs is made from this; witnesses know its public half.
LOG_KEY = env.str("LOG_KEY", "") or SECRET_KEY
# Releases outlive a SECRET_KEY: they are signed where a key is named for that.
SIGN_RELEASES = bool(env.str("LOG_KEY", ""))
# Witnesses that are asked to cosign them, each as “https://witness.example name+hash+key”.
WITNESSES: list[str] = list(filter(None, env.list("WITNESSES", [])))
# Releases are stamped by this authority [RFC 3161], and a stamp is held against this PEM file.
TSA_URL = env.str("TSA_URL", "")
TSA_CERTIFICATES = env.str("TSA_CERTIFICATES", "")

# Who asks for /metrics with it is told; without one there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# A collector of OpenTelemetry that gets a span a request and a task; the library reads it too.
COLLECTOR = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")
if COLLECTOR:
    MIDDLEWARE.insert(1, "config.tracing.Spans")

# A folder is the broker until a server is named; jobs themselves are rows in the database,
# so work whose message was lost is found again (analytics/reporting/requests.py).
CELERY_BROKER_URL = env.str("BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem://"):
    BROKER_DIR = DATA_DIR / "broker"
    for folder in ("messages", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "config.pool:TaskPool"
# A process that makes PDFs grows by 1.6 MB each and never shrinks: a new one begins.
CELERY_WORKER_MAX_TASKS_PER_CHILD = env.int("WORKER_TASKS", 100)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
# Each kind of work has a queue. A worker takes from all of them, unless -Q names some: then a long
# import delays no report, and reports delay no figures.
CELERY_TASK_DEFAULT_QUEUE = "counting"
CELERY_TASK_QUEUES = [Queue(name) for name in ("counting", "reports", "imports", "sending")]
CELERY_TASK_ROUTES = {
    "analytics.reporting.*": {"queue": "reports"},
    "analytics.releases.stamping.stamp_releases": {"queue": "sending"},
    "analytics.releases.*": {"queue": "imports"},
    "analytics.crosstabs.making.make_crosstab": {"queue": "reports"},
    "analytics.crosstabs.*": {"queue": "imports"},
    "responses.tasks.run_import": {"queue": "imports"},
    "responses.tasks.learn_complaints": {"queue": "imports"},
    "surveys.registry_files.*": {"queue": "imports"},
    "surveys.tasks.*": {"queue": "sending"},
    "analytics.tasks.send_digests": {"queue": "sending"},
}


def _every(task: str, **interval: int) -> dict[str, Any]:
    """A message that nobody has taken when the next is sent says nothing any more."""
    between = timedelta(**interval)
    return {"task": task, "schedule": between, "options": {"expires": between.total_seconds()}}


CELERY_BEAT_SCHEDULE = {
    "count": _every("analytics.tasks.refresh_open_waves", seconds=15),
    "screen": _every("responses.tasks.screen_waves", minutes=5),
    "tell-of-danger": _every("responses.tasks.tell_of_danger", seconds=20),
    "send-digests": _every("analytics.tasks.send_digests", minutes=20),
    "clear-what-is-due": _every("responses.tasks.clear_what_is_due", days=1),
    "learn-complaints": _every("responses.tasks.learn_complaints", days=1),
    "publish-roots": _every("responses.tasks.publish_roots", minutes=15),
    "resume-papers": _every("analytics.reporting.papers.resume_papers", minutes=1),
    "find-lost-reports": _every("analytics.reporting.requests.requeue_lost_reports", minutes=1),
    "publish-what-is-due": _every("analytics.desk.publishing.publish_due", minutes=1),
    "look-for-alerts": _every("analytics.tasks.look_for_alerts", hours=1),
    "find-lost-examinations": _every(
        "analytics.desk.examining.requeue_lost_examinations", minutes=1
    ),
    "find-lost-release-checks": _every(
        "analytics.releases.checking.requeue_lost_release_checks", minutes=1
    ),
    "stamp-releases": _every("analytics.releases.stamping.stamp_releases", minutes=5),
    "resume-microdata": _every("analytics.releases.microdata.resume_microdata", minutes=1),
    "find-lost-cross-tabs": _every("analytics.crosstabs.making.requeue_lost_crosstabs", minutes=1),
    "refresh-months": _every("analytics.crosstabs.making.refresh_months", hours=1),
    "find-lost-registry-files": _every(
        "surveys.registry_files.requeue_lost_registry_files", minutes=1
    ),
    "find-lost-imports": _every("responses.tasks.requeue_lost_imports", minutes=1),
    "send-invitations": _every("surveys.tasks.send_invitations", minutes=1),
    "forget-contacts": _every("surveys.tasks.forget_contacts", hours=6),
}

# What counting answers freely may take of a worker (analytics/crosstabs/counting.py).
CROSSTAB_MEMORY_MB = env.int("CROSSTAB_MEMORY_MB", 1_000)
CROSSTAB_THREADS = env.int("CROSSTAB_THREADS", 2)

# Whom citizens may ask about their data, as the notice says: a mail address, a telephone number.
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", "")
# How long single answers are kept after their wave has closed: 24 months, as the notice says.
ANSWERS_KEPT = timedelta(days=env.int("ANSWERS_KEPT_DAYS", 730))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "responses.api.paging.ByOffset",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "responses.api.problems.answer",
    "PAGE_SIZE": 100,
}
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 3_000)
SPECTACULAR_SETTINGS = {
    "TITLE": "Citizen satisfaction",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "DispositionEnum": "responses.models.Response.Disposition",
        "SentEnum": "responses.api.description.SENT",
        "StoredEnum": "responses.api.description.STORED",
    },
}

LOG_FORMAT = env.str("LOG_FORMAT", "line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is “{LOG_FORMAT}”: use line or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.log_secrets.Formatter",
            "format": "%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s",
        },
        "json": {"()": "config.log_secrets.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "WARNING"}},
}
