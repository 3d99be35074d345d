"""Settings, each from the environment with a safe default; docs/settings.md lists them for users."""

from __future__ import annotations

from pathlib import Path

from monitor import env
from monitor.home import embedded_url, prepare_home, secret_key
from monitor.version import newest

BASE_DIR = Path(__file__).resolve().parent.parent

MONITOR_HOME = prepare_home(Path(env.text("MONITOR_HOME") or BASE_DIR / "var"))
SECRET_KEY = env.text("SECRET_KEY") or secret_key(MONITOR_HOME)
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")

REDIS_EMBEDDED = not env.text("REDIS_URL")
REDIS_URL = env.text("REDIS_URL") or embedded_url(MONITOR_HOME)

TICKS_ARCHIVE = MONITOR_HOME / "archive"
TICKS_HEARTBEAT_S = env.seconds("TICKS_HEARTBEAT_S", 15.0, least=0.1)
TICKS_RING_BYTES = env.integer("TICKS_RING_BYTES", 64 << 20, least=1 << 20)
TICKS_HOTLOG_BYTES = env.integer("TICKS_HOTLOG_BYTES", 64 << 20, least=1 << 20)
TICKS_WINDOW_BYTES = env.integer("TICKS_WINDOW_BYTES", 4 << 20, least=64 << 10)
TICKS_FSYNC = env.choice("TICKS_FSYNC", "interval", ("always", "interval", "never"))
TICKS_KEEP_DAYS = env.days("TICKS_KEEP_DAYS", 0.0)
TICKS_KEEP_BYTES = env.size("TICKS_KEEP_BYTES", 0)
TICKS_KEEP_ROLLUPS_DAYS = env.days("TICKS_KEEP_ROLLUPS_DAYS", 0.0, no_less_than="TICKS_KEEP_DAYS")
TICKS_MAX_CONNECTIONS = env.integer("TICKS_MAX_CONNECTIONS", 5000)
TICKS_MAX_PER_STREAM = env.integer("TICKS_MAX_PER_STREAM", 4000)
TICKS_MAX_PER_IP = env.integer("TICKS_MAX_PER_IP", 20)
TICKS_API_RATE = env.integer("TICKS_API_RATE", 1200)
TICKS_EXPORT_RATE = env.integer("TICKS_EXPORT_RATE", 60)
TICKS_TRUSTED_PROXIES = env.integer("TICKS_TRUSTED_PROXIES", 0)
# Who is believed to say whom they were asked by is believed to say how.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TICKS_TRUSTED_PROXIES else None

INSTALLED_APPS = [
    "monitor.apps.DaphneConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "ticks",
]
MIDDLEWARE = [
    "monitor.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "monitor.middleware.PrivateAnswers",
    "monitor.middleware.PackedAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "monitor.middleware.PageLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
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
                "ticks.texts.texts",
            ]
        },
    }
]
ROOT_URLCONF = "monitor.urls"
ASGI_APPLICATION = "monitor.asgi.application"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": MONITOR_HOME / "db.sqlite3",
        # Readers and one writer at a time, from several processes.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Each client counts once in each scope: where they were more than this, some would be let off what they had.
    "throttles": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttles",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "ticks.live.layer.ChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "protocol": 2}], "prefix": "ticks"},
    }
}

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "monitor.sheets.Finder",
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ticks.api.authentication.TokenAuthentication",
        "ticks.api.authentication.LinkAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["ticks.api.permissions.StaffOrPublicStream"],
    "DEFAULT_THROTTLE_CLASSES": ["ticks.api.throttles.ScopeThrottle"],
    "DEFAULT_SCHEMA_CLASS": "ticks.api.schema.auto.AsSaid",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "ticks.api.rendering.negotiation.Negotiation",
    "URL_FORMAT_OVERRIDE": None,  # `Negotiation` reads it; it is not to go into links
    "EXCEPTION_HANDLER": "ticks.api.errors.handle",
    "DEFAULT_RENDERER_CLASSES": [
        "ticks.api.rendering.json.Json",
        "ticks.api.rendering.browsable.Browsable",
    ],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tick Monitor",
    "DESCRIPTION": "The past of every stream, over any range at any zoom. Streams that are public need no sign-in.",
    "VERSION": newest(BASE_DIR / "CHANGELOG.md"),
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVE_INCLUDE_SCHEMA": False,
    # From here, and from nowhere else.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_links": {"()": "monitor.logs.WithoutLinks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_links"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Every wrong URL of a visitor is not the operator's news.
        "django.request": {"level": "ERROR"},
        "django.channels": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
