"""Settings: read from the environment only, safe when nothing is set (docs/settings.md)."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from statuspage import env, mail_providers
from statuspage.databases import database

PROJECT_DIR = Path(__file__).resolve().parent
# In a checkout templates and static files stand beside this package, in a wheel within it.
ASSETS_DIR = next(
    folder
    for folder in (PROJECT_DIR / "_assets", PROJECT_DIR.parent)
    if (folder / "templates").is_dir()
)

DATA_DIR = env.folder("DATA_DIR", "data")
PUBLISHED_DIR = DATA_DIR / "published"

# Where we stand in the world.
PORT = env.integer("PORT", 8000, most=65535)
SITE_URL = env.site("SITE_URL", f"http://localhost:{PORT}")
PRODUCTION = urlsplit(SITE_URL).scheme == "https"
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", f"{env.host_of(SITE_URL)},localhost,127.0.0.1")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
OUTBOUND_ALLOW = env.networks("OUTBOUND_ALLOW")
OUTBOUND_AUTHORITIES = env.readable_file("OUTBOUND_AUTHORITIES")

# Secrets.
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA_DIR)
ENCRYPTION_KEY = env.kept_secret("ENCRYPTION_KEY", DATA_DIR)

# Where published pages go beside this host's own folder, and who is told of it.
PUBLISH_TO = env.addresses("PUBLISH_TO")
PUBLISH_HOOK = env.hook("PUBLISH_HOOK")
AWS_ACCESS_KEY_ID = env.text("AWS_ACCESS_KEY_ID")
AWS_SECRET_ACCESS_KEY = env.text("AWS_SECRET_ACCESS_KEY")
AWS_REGION = env.text("AWS_REGION")

DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "people",
    "incidents",
    "notifications",
    "customers",
    "credits",
    "publishing",
    "api",
    "console",
    "statuspage",
]

MIDDLEWARE = [
    "statuspage.probes.answer_probes",
    "statuspage.middleware.trust_proxies",
    "statuspage.middleware.take_small_files",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Against BREACH, Django masks its CSRF tokens and pads each answer at random.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "publishing.admission.keep_doors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "statuspage.urls"
WSGI_APPLICATION = "statuspage.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ASSETS_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database(env.text("DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People.
AUTH_USER_MODEL = "people.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "console:sign_in"
LOGIN_REDIRECT_URL = "console:home"
LOGOUT_REDIRECT_URL = "console:sign_in"

# Cookies and transport: plain http is a workshop, https is production.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "candor_session"
CSRF_COOKIE_NAME = "candor_csrf"
CSRF_FAILURE_VIEW = "console.views.untaken.untaken"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# Language and time: the record is kept in UTC, pages show their own zone.
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [ASSETS_DIR / "locale"]

# Static files: served by the application itself, from the finders, without a build step.
STATIC_URL = "/static/"
STATICFILES_DIRS = [ASSETS_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# Mail.
MAILERS = env.mailers("EMAIL_URL", "keep:")
# Called as long as people are told, by whoever watches the notifier.
WATCH_PING_URL = env.web_address("WATCH_PING_URL")
# Where mails that could not be delivered come back to, and who may report that.
BOUNCE_ADDRESS = env.return_address("BOUNCE_ADDRESS")
MAIL_EVENTS_LOGIN = env.login("MAIL_EVENTS_LOGIN")
ANYMAIL = mail_providers.webhook_settings(env.addresses("EMAIL_URL"), MAIL_EVENTS_LOGIN)
# What senders had accepted, on a disk of this host, until the database has it, too.
SENDER_JOURNAL = env.folder_or_none("SENDER_JOURNAL", str(DATA_DIR / "accepted"))

# SMS: paid for by the operator, to countries that the operator names.
SMS_URL = env.sms("SMS_URL")
SMS_SIGN_UP = env.switch("SMS_SIGN_UP")
MAIL_DOMAIN_BUDGETS = env.rates("MAIL_DOMAIN_BUDGETS")
SMS_COUNTRIES = env.calling_codes("SMS_COUNTRIES")
SMS_PER_DAY = env.integer("SMS_PER_DAY", 100)
# What one message costs, to be told before it is sent; nothing is told where it is not known.
SMS_PRICE = env.price("SMS_PRICE")
X_PRICE = env.price("X_PRICE")

# The queue: Redis when there is one, else a worker inside the web process.
REDIS_URL = env.broker("REDIS_URL")
EMBEDDED_WORKER = not REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Anybody may name a foreign host; a trace of each would fill the disk.
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
}
