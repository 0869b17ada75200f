"""Settings, read from the environment (see the README's table). Nothing needs setting on a developer's machine."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env
from sentry_sdk.utils import BadDsn

from alimactiv import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()
# Compose and .env files hand over empty what nobody filled in: as good as not set.
for _name in (
    *("DATABASE_URL", "CELERY_BROKER_URL", "DEBUG", "DEVELOPMENT", "TRUSTED_PROXY_COUNT"),
    *("LOG_FORMAT", "STAFF_NEEDS_SECOND_FACTOR", "TILES_URL"),
):
    if os.environ.get(_name) == "":
        del os.environ[_name]


def _local_secret_key() -> str:
    """A key of this machine's own, made once and kept in ``var/``: sessions survive a restart."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


# ``DEVELOPMENT`` opens a page with the mails that would have left and the demo accounts: never on a public site.
DEVELOPMENT = env.bool("DEVELOPMENT", False)
DEBUG = env.bool("DEBUG", False)
_public_hosts = env.list("ALLOWED_HOSTS", [])
PUBLIC = bool(_public_hosts)
ALLOWED_HOSTS = _public_hosts or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
SECRET_KEY = env.str("SECRET_KEY", "")
if PUBLIC and not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY manque : un site public (ALLOWED_HOSTS est défini) doit recevoir sa propre clé, "
        "longue, aléatoire et secrète, dans la variable d'environnement SECRET_KEY."
    )
if PUBLIC and DEVELOPMENT:
    raise ImproperlyConfigured(
        "DEVELOPMENT et ALLOWED_HOSTS s'excluent : la page des courriels de démonstration montre les codes "
        "de connexion, elle ne doit jamais être ouverte sur un site public."
    )
if PUBLIC and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG et ALLOWED_HOSTS s'excluent : les pages d'erreur de DEBUG montrent le code et les réglages du site."
    )
SECRET_KEY = SECRET_KEY or _local_secret_key()

# Applications, from the lowest floor up (see docs/architecture.md).
INSTALLED_APPS = [
    "alimactiv",
    "accounts",
    "outbox",
    "territories",
    "actors",
    "coordination",
    "evaluation",
    "privacy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "leaflet",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.sign_in_middleware",
    "accounts.middleware.second_factor_middleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alimactiv.middleware.pressed_again_middleware",
    "alimactiv.limits.limits_middleware",
]

ROOT_URLCONF = "alimactiv.urls"
WSGI_APPLICATION = "alimactiv.wsgi.application"
FORM_RENDERER = "alimactiv.forms.FormRenderer"
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
                "alimactiv.context_processors.site",
                "outbox.context_processors.worker",
            ],
            "builtins": ["alimactiv.templatetags.french"],
        },
    },
]

# Storage.
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'alimactiv.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(exist_ok=True)
    # Writers queue instead of failing half way: WAL for readers, the write lock taken at the start.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Seconds to connect, unless DATABASE_URL says otherwise: a page tells of a database that hangs, it does not too.
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5} | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "media"
# Uploaded files: a folder, or an S3-compatible store that all the machines of the site share.
_bucket = env.str("S3_BUCKET", "")
MEDIA_STORAGE = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if _bucket:
    MEDIA_STORAGE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _bucket,
            "endpoint_url": env.str("S3_ENDPOINT_URL", "") or None,
            "region_name": env.str("S3_REGION", "") or None,
            "access_key": env.str("S3_ACCESS_KEY", ""),
            "secret_key": env.str("S3_SECRET_KEY", ""),
            "default_acl": None,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": MEDIA_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a campaign's recipients are ticked on one page: two for each

# Work outside the request.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = VAR_DIR / "queue"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
# A task leaves the queue once done: if its process dies, another does it again. All of them bear that.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60  # it is told to end…
CELERY_TASK_TIME_LIMIT = 30 * 60  # …then ended
if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    # Seconds to connect and to be answered: someone may wait for the page. What is asked four times, as Celery does,
    # and not taken, is found again by the schedule.
    _redis_patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
    # After which Redis gives a task that a dead worker held to another: never while it may still run.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 2 * CELERY_TASK_TIME_LIMIT} | _redis_patience
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Europe/Paris"

# Rate limits are counted here, so it is shared by all web processes.
if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CACHES = {
        "default": {
            "BACKEND": "alimactiv.cache.ForgetfulCache",
            "LOCATION": CELERY_BROKER_URL,
            "OPTIONS": _redis_patience,
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},  # above it, entries are forgotten at random
        }
    }

# Mail.
_mail_url = env.str("EMAIL_URL", "")
if _mail_url:
    if not _mail_url.startswith(("smtp://", "submission://")):
        raise ImproperlyConfigured(
            "EMAIL_URL doit s'écrire smtp://hôte:port, submission://hôte:port ou smtp://hôte:465?ssl=True."
        )
    _mail = env.dj_email_url("EMAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# The site's address as mails write it: those sent by a worker have no request to ask.
SITE_URL = env.str("SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PUBLIC else f"http://127.0.0.1:{env.int('PORT', 8000)}")
SITE_URL = SITE_URL.rstrip("/")
if not SITE_URL.startswith(("http://", "https://")) or SITE_URL.startswith(("https://.", "https://*")):
    raise ImproperlyConfigured(
        "SITE_URL manque : c'est l'adresse du site dans les courriels, par exemple https://alimactiv.example.org."
    )
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Alim'Activ <ne-pas-repondre@alimactiv.example>")

# Sign-in: a code by mail, no password. Accounts are opened by ANSA's staff.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {"confirm_login_code": "accounts.forms.ConfirmLoginCodeForm"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 15 * 60
# Guessing: 5 tries a code, 10 codes an hour and address, out of 100 million.
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip",
    "request_login_code": "3/m/key,10/h/key",
    "membership_claim": "20/d/ip,5/d/key",  # actors/views/arrivals.py: each may send a mail
    "directory_suggestion": "20/h/ip",
    "directory_link": "20/h/ip,3/h/key",
}
# How many proxies of ours stand in front: the visitor's own address is the one that the first of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if PUBLIC else 0)
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Alim'Activ"
MFA_TOTP_TOLERANCE = 1  # a code still works while the next one shows: people type slowly
# ProConnect, for the agents of the State and of local authorities: signs in who has an account here, opens none.
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS = {}
if _proconnect := env.str("PROCONNECT_URL", ""):
    _application = {
        "provider_id": "proconnect",
        "name": "ProConnect",
        "client_id": env.str("PROCONNECT_CLIENT_ID"),
        "secret": env.str("PROCONNECT_SECRET"),
        "settings": {
            "server_url": _proconnect,
            "token_auth_method": "client_secret_post",
            "oauth_pkce_enabled": True,
            # The administrations behind ProConnect answer for their agents' addresses.
            "email_authentication": True,
            "verified_email": True,
            "scope": ["openid", "email"],
        },
    }
    SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_application]}}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

# Language.
LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Maps. The site stays whole when the tiles do not load.
TILES_URL = env.str(
    "TILES_URL",
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
    "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
)
LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (48.8, 2.45),
    "DEFAULT_ZOOM": 9,
    "MIN_ZOOM": 4,
    "MAX_ZOOM": 18,
    "TILES": [("Plan IGN", TILES_URL, {"attribution": "© IGN – Plan IGN"})],
    "RESET_VIEW": False,
    "NO_GLOBALS": False,
}

# Addresses. Empty: none is asked, and communes are found by their name alone.
GEOCODER_URL = env.str("GEOCODER_URL", "https://data.geopf.fr").rstrip("/")
if GEOCODER_URL and not GEOCODER_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("GEOCODER_URL doit s'écrire https://hôte, ou rester vide pour s'en passer.")

# Safety.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC
SECURE_SSL_REDIRECT = PUBLIC
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PUBLIC else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PUBLIC
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PUBLIC:
    SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take it from no other site of the same domain
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"


def _origin(address: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(address))


# Everything comes from this site, but the tiles of maps. A script or style within a page needs the answer's nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", _origin(TILES_URL)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        # Browsers also look at where the answer to a form leads: « Se connecter avec ProConnect » leads there.
        "form-action": [SELF, *([_origin(_proconnect)] if _proconnect else [])],
        "frame-ancestors": [NONE],
    }
}
# Whether ANSA's team must have a second factor before it does anything else.
STAFF_NEEDS_SECOND_FACTOR = env.bool("STAFF_NEEDS_SECOND_FACTOR", False)

# Where to write about a weakness of the site (``/.well-known/security.txt``, RFC 9116).
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "") or DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")

# Where to write about a page that one cannot use (the accessibility page).
ACCESSIBILITY_CONTACT = env.str("ACCESSIBILITY_CONTACT", "") or SECURITY_CONTACT

# Who answers for the personal data that the site keeps, and where to write to them (RGPD art. 13.1).
DATA_CONTROLLER = env.str("DATA_CONTROLLER", "") or "l’organisme qui exploite ce site"
DATA_CONTACT = env.str("DATA_CONTACT", "") or SECURITY_CONTACT

# What happens, one line each: in words, or as JSON for who gathers it. Never an address, a name or a token.
LOGGING = logs.configuration(env.str("LOG_FORMAT", "words"))
if _dsn := env.str("SENTRY_DSN", ""):
    try:
        logs.tell_sentry(_dsn, environment=env.str("SENTRY_ENVIRONMENT", "production"))
    except BadDsn as _error:
        raise ImproperlyConfigured(
            "SENTRY_DSN doit être l'adresse que donne Sentry : https://clé@hôte/numéro."
        ) from _error
