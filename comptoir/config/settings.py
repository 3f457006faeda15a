"""The one settings file: everything that differs between installations comes from the environment.

`docs/operating.md` lists the variables. The `comptoir` command starts the embedded PostgreSQL and
sets `DATABASE_URL` when it is not set.
"""

import os
import secrets
import sys
import time
from ipaddress import ip_network
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from comptoir.config.variables import flag, folder, names, number, text

PACKAGE = Path(__file__).resolve().parent.parent
VAR = folder()


def _secret_key() -> str:
    """Return the key of the environment, or one made once for this installation."""
    if key := os.environ.get("COMPTOIR_SECRET_KEY"):
        return key
    path = VAR / "secret_key"
    VAR.mkdir(parents=True, exist_ok=True)
    try:
        # Of several first starts at once, one makes the file; the others read what it wrote.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret_key(path)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8")


def _read_secret_key(path: Path) -> str:
    """Return what a file holds, once it is written. Raises `RuntimeError` if it stays empty."""
    for _attempt in range(50):
        if key := path.read_text(encoding="utf-8"):
            return key
        time.sleep(0.1)
    raise RuntimeError(f"{path} is empty: delete it, and a new key is made.")


SECRET_KEY = _secret_key()
DEBUG = False
TESTING = "pytest" in sys.modules
DEMO = flag("COMPTOIR_DEMO")
BASE_URL = text("COMPTOIR_BASE_URL").rstrip("/")
SECURE = BASE_URL.startswith("https://")
# Whose site it is: said on its pages, in its mails and in the legal notice.
SITE_NAME = text("COMPTOIR_NAME")
PUBLISHER = text("COMPTOIR_PUBLISHER")
DIRECTOR = text("COMPTOIR_DIRECTOR")
CONTACT = text("COMPTOIR_CONTACT")
HOSTED_BY = text("COMPTOIR_HOSTED_BY")
CONTROLLER = text("COMPTOIR_CONTROLLER") or PUBLISHER
SOURCE = text("COMPTOIR_SOURCE")
# Where browsers find the live feeds: by a proxy, beside the site. Without them pages poll.
LIVE_URL = (
    text("COMPTOIR_LIVE_URL") if "COMPTOIR_LIVE_URL" in os.environ else BASE_URL if SECURE else ""
).rstrip("/")
# This machine's own names are always answered: whoever runs the site asks `/healthz` by them.
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [*names("COMPTOIR_HOSTS"), *LOOPBACK_HOSTS]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = number("COMPTOIR_PROXIES")

# Who says it as a bearer is told how this installation does (config.operator); none: nobody.
STATUS_TOKEN = text("COMPTOIR_STATUS_TOKEN")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "leaflet",
    "procrastinate.contrib.django",
    "comptoir.core",
    "comptoir.accounts",
    "comptoir.networks",
    "comptoir.notifications",
    "comptoir.catalogue",
    "comptoir.shops",
    "comptoir.events",
    "comptoir.stock",
    "comptoir.quotes",
    "comptoir.releases",
    "comptoir.draws",
    "comptoir.orders",
    "comptoir.post",
    "comptoir.payments",
    "comptoir.papers",
    "comptoir.terms",
    "comptoir.withdrawals",
    "comptoir.exchanges",
    "comptoir.purchases",
    "comptoir.rounds",
    "comptoir.alerts",
    "comptoir.archives",
    "comptoir.contracts",
    "comptoir.oversight",
    "comptoir.figures",
    "comptoir.search",
    "comptoir.webhooks",
    "comptoir.neighbours",
    "comptoir.ui",
    "comptoir.site",
    "comptoir.counter",
    "comptoir.api",
    "comptoir.office",
    "comptoir.demo",
    "comptoir.installation",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "comptoir.config.visits.Visits",
    "comptoir.config.hosts.Hosts",
    "comptoir.api.door.ApiDoor",
    "comptoir.ui.bodies.SmallBodies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "comptoir.ui.security.NoNul",
    "comptoir.accounts.sessions.HostSessions",
    "comptoir.ui.language.AddressLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "comptoir.ui.security.ContentSecurityPolicy",
    "comptoir.site.memory.DirectoryMemory",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comptoir.ui.floods.Guesses",
    "comptoir.ui.errors.DomainErrorPages",
]
CSRF_FAILURE_VIEW = "comptoir.ui.errors.csrf_failure"

ROOT_URLCONF = "comptoir.config.urls"
WSGI_APPLICATION = "comptoir.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("comptoir.ui.loader.Loader", ["django.template.loaders.app_directories.Loader"])
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comptoir.ui.context.site",
                "comptoir.site.basket.reader",
            ],
            "builtins": ["comptoir.ui.templatetags.ui"],
        },
    }
]

PREPARE_AFTER = number("COMPTOIR_PREPARE_AFTER")
_database = conninfo_to_dict(os.environ.get("DATABASE_URL", "postgresql:///comptoir"))
DATABASES = {
    "default": {
        "ENGINE": "comptoir.core.backend",
        "NAME": _database.pop("dbname", "comptoir"),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": _database.pop("port", ""),
        "OPTIONS": {
            **_database,
            # Statements are planned once a connection, after so many times; 0: each time anew.
            "server_side_binding": PREPARE_AFTER > 0,
            "prepare_threshold": PREPARE_AFTER or None,
            # A reader waits this long for a database that is gone; then each of them tries anew, so
            # that nobody waits for a reconnection that was put off for minutes.
            "pool": not TESTING
            and {
                "min_size": 1,
                # So many serve more threads: of those, most wait for each other (core.backend).
                "enough": 4,
                "max_size": 24,
                "timeout": 1.5,
                "reconnect_timeout": 1.0,
                "max_idle": 10.0,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "comptoir.counter.entry.Adapter"
# Not by mailbox, whoever asks: a stranger would keep its owner out. `counter.entry` counts those.
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip"}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "comptoir.accounts.factor.AuthenticateForm",
    "reauthenticate": "comptoir.accounts.factor.ReauthenticateForm",
}
MFA_TOTP_ISSUER = "Comptoir"
# The clock of a telephone may be one step off (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/comptoir/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
USE_I18N = True
FORMAT_MODULE_PATH = "comptoir.config.formats"
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
AGENT_FILES = VAR / "agent"
"""The agent's files that are handed out to the PCs of tills."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Each client of a test has middleware of its own: it looks for a file when one is asked for.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING

# Without a domain, cookies are of their host; so is what is behind them.
SESSION_ENGINE = "comptoir.accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS: list[str] = []

EMAIL_BACKEND = "comptoir.core.exits.mail.Gate"
MAIL_BACKEND = os.environ.get(
    "COMPTOIR_EMAIL_BACKEND",
    "django.core.mail.backends.dummy.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = text("COMPTOIR_SMTP_HOST")
EMAIL_PORT = number("COMPTOIR_SMTP_PORT")
EMAIL_HOST_USER = text("COMPTOIR_SMTP_USER")
EMAIL_HOST_PASSWORD = text("COMPTOIR_SMTP_PASSWORD")
# Port 465 is encrypted from the first byte (RFC 8314), any other by STARTTLS.
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = flag("COMPTOIR_SMTP_TLS") and not EMAIL_USE_SSL
# A mail server that answers nothing must not hold the worker, and with it every deadline.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("COMPTOIR_FROM")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

LEAFLET_CONFIG: dict[str, list[str]] = {"TILES": []}
# Where the images of covers may lie (`images.example`, `*.example`); elsewhere, a cover is drawn.
COVER_HOSTS = names("COMPTOIR_COVER_HOSTS")
# Behind the points of the map: a file of our own, before somebody's server; without both, outlines.
MAP_FILE = text("COMPTOIR_MAP_FILE")
MAP_TILES_URL = "" if MAP_FILE else text("COMPTOIR_MAP_TILES")
MAP_ATTRIBUTION = text("COMPTOIR_MAP_ATTRIBUTION")
# A file of rules of selling (`quotes/rules.toml`); empty: ours.
SELLING_RULES = text("COMPTOIR_SELLING_RULES")
# The dated rules of law on selling at a distance (`terms/law.toml`); empty: those of this version.
CONSUMER_LAW = text("COMPTOIR_CONSUMER_LAW")
# A folder with the Commission's graphic of the notice on the legal guarantee (`terms.graphic`).
GUARANTEE_NOTICE = text("COMPTOIR_GUARANTEE_NOTICE")
CARRIER_TABLES = text("COMPTOIR_CARRIER_TABLES")
# Which electronic address of a private buyer an invoice has (`papers.apps`).
INVOICE_BUYER_ADDRESS = text("COMPTOIR_INVOICE_BUYER_ADDRESS")
# What encrypts the secrets of payment accounts: the first of them, all decrypt (payments.vault).
PAYMENTS_KEYS = tuple(
    key for part in text("COMPTOIR_PAYMENTS_KEY").split(",") if (key := part.strip())
)
TRIAL_PAYMENTS = flag("COMPTOIR_TRIAL_PAYMENTS")
STRIPE_URL = text("COMPTOIR_STRIPE_URL").rstrip("/")
MOLLIE_URL = text("COMPTOIR_MOLLIE_URL").rstrip("/")
# Services that `comptoir shops place` and `comptoir shops registry` ask; nobody else does.
GEOCODER_URL = text("COMPTOIR_GEOCODER")
REGISTRY_URL = text("COMPTOIR_REGISTRY")

# What a network decides for its region.
CONFIRM_MINUTES = number("COMPTOIR_CONFIRM_MINUTES")
# What may be held for reservations that nobody has confirmed (orders.operations.bounds): shares of
# the copies that are free, never fewer than the least, and numbers of copies.
UNVERIFIED_PERCENT = number("COMPTOIR_UNVERIFIED_PERCENT")
UNVERIFIED_LEAST = number("COMPTOIR_UNVERIFIED_LEAST")
UNVERIFIED_PHONE_PERCENT = number("COMPTOIR_UNVERIFIED_PHONE_PERCENT")
LAST_COPIES_PERCENT = number("COMPTOIR_LAST_COPIES_PERCENT")
LAST_COPY_MINUTES = number("COMPTOIR_LAST_COPY_MINUTES")
UNVERIFIED_PER_ORDER = number("COMPTOIR_UNVERIFIED_PER_ORDER")
UNVERIFIED_PER_ADDRESS = number("COMPTOIR_UNVERIFIED_PER_ADDRESS")
UNVERIFIED_PER_RANGE = number("COMPTOIR_UNVERIFIED_PER_RANGE")
# How long the prefix of a range is, and the networks that are one range because many share them.
RANGE_IPV4 = number("COMPTOIR_RANGE_IPV4")
RANGE_IPV6 = number("COMPTOIR_RANGE_IPV6")
SHARED_NETWORKS = tuple(str(ip_network(each)) for each in names("COMPTOIR_SHARED_NETWORKS"))
OPEN_ORDERS_PER_PERSON = number("COMPTOIR_OPEN_ORDERS_PER_PERSON")
ORDERS_PER_ADDRESS = number("COMPTOIR_ORDERS_PER_ADDRESS")
ORDERS_PER_RANGE = number("COMPTOIR_ORDERS_PER_RANGE")
FLOOD_PER_MINUTE = number("COMPTOIR_FLOOD_PER_MINUTE")
MAILS_PER_STRANGER = number("COMPTOIR_MAILS_PER_STRANGER")
ORDERS_PER_HOUR = number("COMPTOIR_ORDERS_PER_HOUR")
ALERT_DAYS = number("COMPTOIR_ALERT_DAYS")
ALERTS_PER_PERSON = number("COMPTOIR_ALERTS_PER_PERSON")
ALERTS_PER_ADDRESS = number("COMPTOIR_ALERTS_PER_ADDRESS")
ALERTS_PER_RANGE = number("COMPTOIR_ALERTS_PER_RANGE")
ALERT_LINKS_PER_HOUR = number("COMPTOIR_ALERT_LINKS_PER_HOUR")
ALERT_MAILS_PER_HOUR = number("COMPTOIR_ALERT_MAILS_PER_HOUR")
HIDE_STOCK_AFTER_HOURS = number("COMPTOIR_HIDE_STOCK_AFTER_HOURS")
HIDE_COPIES_AFTER_DAYS = number("COMPTOIR_HIDE_COPIES_AFTER_DAYS")
SILENT_AFTER_HOURS = number("COMPTOIR_SILENT_AFTER_HOURS")
NETWORK_AFTER_HOURS = number("COMPTOIR_NETWORK_AFTER_HOURS")
NETWORK_EMAIL = text("COMPTOIR_NETWORK_EMAIL")
ANSWER_HOURS = number("COMPTOIR_ANSWER_HOURS")
ERASE_AFTER_DAYS = number("COMPTOIR_ERASE_AFTER_DAYS")
ERASE_POSTED_AFTER_DAYS = number("COMPTOIR_ERASE_POSTED_AFTER_DAYS")
PAY_MINUTES = number("COMPTOIR_PAY_MINUTES")
AUDIT_DAYS = number("COMPTOIR_AUDIT_DAYS")
BACKUP_DAYS = number("COMPTOIR_BACKUP_DAYS")
LOG_DAYS = number("COMPTOIR_LOG_DAYS")
MICRO_BUSINESS = flag("COMPTOIR_MICRO_BUSINESS")
# How long a body may take beyond what a slow line needs for it.
BODY_SECONDS = number("COMPTOIR_BODY_SECONDS")
# Pages and answers a minute to one network address; to one that many share, ten times as many.
READS_PER_ADDRESS = number("COMPTOIR_READS_PER_ADDRESS")
WORKERS = number("COMPTOIR_WORKERS")
RATE_LIMITS = flag("COMPTOIR_RATE_LIMITS")
# Lets addresses that shops type be plain http, and lead into this server's own network.
OUTGOING_ANYWHERE = flag("COMPTOIR_OUTGOING_ANYWHERE")
_drop = text("COMPTOIR_DROP_FOLDER")
DROP_FOLDER = Path(_drop).resolve() if _drop else None
SIMULATE_TILLS = flag("COMPTOIR_SIMULATE_TILLS")

# A line of the log is for people, or one JSON object for programs.
LOG_JSON = flag("COMPTOIR_LOG_JSON")
ACCESS_LOG = flag("COMPTOIR_ACCESS_LOG")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "comptoir.core.watch.trail.LineFormatter",
            "fmt": "{asctime} {levelname} {name}{at}: {message}",
            "style": "{",
        },
        "json": {"()": "comptoir.core.watch.trail.JsonFormatter"},
    },
    "filters": {"numbered": {"()": "comptoir.core.watch.trail.Numbered"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_JSON else "line",
            "filters": ["numbered"],
        }
    },
    "loggers": {
        # A page that is not there, a copy that has gone: the reader sees it, the operator need not.
        "django.request": {"level": "ERROR"},
        "comptoir.access": {"level": "INFO" if ACCESS_LOG else "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": text("COMPTOIR_LOG")},
}
