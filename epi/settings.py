"""Settings of EPI: one file, read from environment variables, documented in .env.example.

`EPI_ENV` chooses the ground rules: `embedded` (default: SQLite, a worker without a broker, files under var/),
`test`, or `production` (which refuses to start without a real secret, hosts and a database server).
"""

import os
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if os.environ.get("EPI_ENV") != "test" and (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

EPI_ENV = env.str("EPI_ENV", default="embedded")
if EPI_ENV not in {"embedded", "test", "production"}:
    raise ImproperlyConfigured("EPI_ENV must be embedded, test or production.")
PRODUCTION = EPI_ENV == "production"
EPI_DEMO = env.bool("EPI_DEMO", default=False)
EPI_DEMO_PASSWORD = env.str("EPI_DEMO_PASSWORD", default="")
DEBUG = not PRODUCTION and env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("EPI_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _embedded_secret() -> str:
    """A secret of this installation's own, made at the first start and kept under var/."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


def _production_secret() -> str:
    secret = env.str("SECRET_KEY", default="")
    if len(secret) < 50 or len(set(secret)) < 5 or "change" in secret.lower():
        raise ImproperlyConfigured(
            "Production needs SECRET_KEY: at least 50 random characters. "
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    return secret


def _production_value(name: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Production needs {name}; see .env.example.")
    return value


if PRODUCTION:
    SECRET_KEY = _production_secret()
    ALLOWED_HOSTS = [host.strip() for host in _production_value("ALLOWED_HOSTS").split(",")]
    _production_value("DATABASE_URL")
    _production_value("REDIS_URL")
else:
    SECRET_KEY = env.str("SECRET_KEY", default="") or _embedded_secret()
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])

# Applications -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "epi",
    "cities",
    "icc_index",
    "strategy",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "epi.middleware.ReaderLanguageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "epi.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "epi.middleware.TooManyTriesMiddleware",
]

ROOT_URLCONF = "epi.urls"
WSGI_APPLICATION = "epi.wsgi.application"
FORM_RENDERER = "epi.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "epi.context.site",
            ],
        },
    }
]

# Data ---------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'epi.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500  # a list of 1,000 rows may leave two doubts a row to decide

# Static files: ours, and those of the packages that carry them ----------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
FONT_DIR = Path(find_spec("fontpkg_source_sans_3").origin).parent / "files"  # type: ignore[union-attr, arg-type]
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(find_spec("django_include_bootstrap").origin).parent / "static"),  # type: ignore[union-attr, arg-type]
    ("fonts", FONT_DIR),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

# People -------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "cities.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "overview"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 60 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "epi.views.csrf_failure"
ACCOUNT_ADAPTER = "cities.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "cities.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# How many proxies of our own stand before the site: whose word on the visitor's address counts for rate limits.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "EPI"
SOCIALACCOUNT_ADAPTER = "cities.adapters.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
if env.str("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env.str("OIDC_NAME", default="Single sign-on"),
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_SECRET"),
                    "settings": {"server_url": env.str("OIDC_SERVER_URL")},
                }
            ]
        }
    }

# Languages ----------------------------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pl", "Polski")]
LOCALE_PATHS = [BASE_DIR / "locale"]

# Mail ---------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="EPI <no-reply@localhost>")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# Work in the background -------------------------------------------------------------------------------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
if REDIS_URL:
    CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 15 * 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
    }
else:
    _queue = VAR_DIR / "celery"
    for _folder in ("queue", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "queue"),
        "data_folder_out": str(_queue / "queue"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.05,
    }
JOB_STALE_AFTER = env.int("JOB_STALE_AFTER", default=30)  # seconds without a sign of life: queued again
JOB_MAX_ATTEMPTS = 3
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "epi.tasks.sweep_jobs", "schedule": env.float("JOB_SWEEP_EVERY", default=10.0)},
    # Once an hour, not once a night: a machine that was off at night catches up.
    "forget-persons": {"task": "strategy.tasks.forget_persons", "schedule": 60 * 60.0},
    "make-public-pacts": {"task": "strategy.tasks.make_public_pacts", "schedule": 60.0},
    # By the day of each city: somewhere it begins in every hour.
    "remind-of-body-tasks": {"task": "strategy.tasks.remind_of_body_tasks", "schedule": 60 * 60.0},
    # By the day, and the Monday morning, of each city: somewhere it begins in every hour.
    "remind-owners": {"task": "strategy.tasks.remind_owners", "schedule": 60 * 60.0},
    "send-digests": {"task": "strategy.tasks.send_digests", "schedule": 60 * 60.0},
}

# Security ----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# EPI's own parts ----------------------------------------------------------------------------------------------------
# Chapters of the assessment report, in order: callables that take the report's input and give a rendered chapter.
EPI_REPORT_CHAPTERS = [
    "icc_index.reports.chapters.introduction",
    "icc_index.reports.chapters.method",
    "strategy.reports.chapters.participation",
    "icc_index.reports.chapters.city_overview",
    "icc_index.reports.chapters.policy_context",
    "icc_index.reports.chapters.indicators",
    "strategy.reports.chapters.findings",
    "icc_index.reports.chapters.overall_results",
    "icc_index.reports.trends_chapter.common_trends",
    "strategy.reports.exchange.exchange_meeting",
    "icc_index.reports.chapters.recommendations",
    "icc_index.reports.chapters.annex",
]
# Voices beside a question or an indicator (S6): callables from subjects of one assessment to what is said of each.
EPI_VOICES = ["strategy.findings.voices.stakeholders", "icc_index.voices.last_round"]
# What is contradicted far enough to be looked at first: callables from assessments to subjects by primary key.
EPI_CONTRADICTIONS = ["strategy.findings.voices.contradictions"]
# So many points (of 100) between a rating by stakeholders and the city's own score make a contradiction.
EPI_CONTRADICTION_STEP = env.int("EPI_CONTRADICTION_STEP", default=25)
# What could be evidence (icc_index/proposals.py): callables from person, assessment and question to an offer.
EPI_EVIDENCE_PROPOSALS = ["strategy.whatnext.offers.delivered"]
# What lies on a person's desk beside the index: callables from a user to lines (icc_index/desk.py).
EPI_DESK = [
    "strategy.overview.desk.items",
    "strategy.plan.desk.items",
    "strategy.body.desk.items",
    "strategy.launch.desk.items",
    "strategy.pact.desk.items",
    "strategy.milestones.desk.items",
    "strategy.monitoring.desk.items",
]
# What a city's public page shows of other apps: callables from a city to links (icc_index/public_links.py).
EPI_CITY_LINKS = [
    "strategy.plan.public.links",
    "strategy.launch.public.links",
    "strategy.pact.public.links",
    "strategy.documents.public.links",
]
# What the city will do, on the public page of its launch event: callables from a city to links, too.
EPI_LAUNCH_SHOWS = ["strategy.plan.public_actions.main_actions"]
# What the page of a pilot action shows of other parts: callables from an action to a panel (strategy/plan/panels.py).
EPI_ACTION_PANELS = ["strategy.milestones.panel.of_action"]
# Workflows that docs/workflow.md tells of, in order.
EPI_WORKFLOWS = [
    "icc_index.workflow.ASSESSMENT",
    "strategy.sessions.workflow.MINUTES",
    "strategy.plan.workflow.PILOT_ACTION",
    "strategy.pact.workflow.PACT",
    "strategy.milestones.workflow.MILESTONE",
]
# Parts of the demo network beyond the assessments: callables that take a seeded random.Random and are safe to repeat.
EPI_DEMO_PARTS = ["strategy.demo.build"]
# How long a stakeholder's contact person is kept when their consent names no day; never beyond five years. As long are
# members of a coordinating body kept after they left it.
EPI_CONTACTS_KEPT_MONTHS = env.int("EPI_CONTACTS_KEPT_MONTHS", default=24)
# After so many days without a change of its own, a city is silent on the network board.
EPI_SILENT_AFTER_DAYS = env.int("EPI_SILENT_AFTER_DAYS", default=30)
# Apps whose objects are told in events by kind and number alone: their titles and reasons may name people.
EPI_EVENTS_WITHOUT_WORDS = ["strategy"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
