"""Django settings: what differs between installations comes from the environment (`dms.env`)."""

from pathlib import Path

from dms import env, profiles

VANKHO_DATA = env.data_directory()
BASE_DIR = env.BASE_DIR
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret(VANKHO_DATA / "keys" / "secret.key")
ALLOWED_HOSTS = env.listed("HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = env.flag("HTTPS")
CSRF_TRUSTED_ORIGINS = env.listed("ORIGINS")
LEDGER_KEY_FILE = VANKHO_DATA / "keys" / "ledger.pem"
LEDGER_EXPORT_DIR = Path(env.text("LEDGER_EXPORT", str(VANKHO_DATA / "ledger-export")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "reversion",
    "dms",
    "dms.audit",
    "dms.accounts",
    "dms.pipeline",
    "dms.documents",
    "ocr_pipeline",
    "search",
]

MIDDLEWARE = [
    "dms.middleware.ContentSecurityPolicy",  # outside of all that answers, static files too
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dms.accounts.preferences.LanguageOfReader",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dms.middleware.TokenSignIn",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dms.middleware.SignInRequired",
    "dms.middleware.TranslateErrors",
]

ROOT_URLCONF = "dms.urls"
WSGI_APPLICATION = "dms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "dms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "dms.chrome.chrome",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

_PROFILE = profiles.embedded(VANKHO_DATA)
DATABASES = _PROFILE["DATABASES"]
OBJECT_STORES = _PROFILE["OBJECT_STORES"]
SEARCH_ENGINES = _PROFILE["SEARCH_ENGINES"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Files, shared by all web processes, so that login rate limits hold across them; of the usual 300,
    # guesses of many names would push out the counts.
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VANKHO_DATA / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
ACCOUNT_ADAPTER = "dms.accounts.adapter.StaffOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.flag("BEHIND_PROXY"))  # else everybody shares one address
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "dms" / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Asia/Ho_Chi_Minh")
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # grouped where a page says so; never in ids and attributes
FORMAT_MODULE_PATH = ["dms.formats"]

STATIC_URL = "static/"
STATIC_ROOT = VANKHO_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Upward wiring: names of classes and tables in the packages above, proven by a system check.
STEPS = {
    "inspect": "ocr_pipeline.tasks.Inspect",
    "read": "ocr_pipeline.tasks.Read",
    "describe": "ocr_pipeline.tasks.Describe",
    "index": "search.tasks.Index",
    "render": "ocr_pipeline.tasks.Render",
    "pdfa": "ocr_pipeline.tasks.MakePdfA",
}
CRON = {
    "append_ledger": (2, "dms.audit.tasks.append_ledger"),
    "checkpoint_ledger": (3600, "dms.audit.tasks.checkpoint_ledger"),
    "watch_folder": (5, "dms.documents.tasks.watch_folder"),
    "reconcile": (600, "dms.documents.tasks.reconcile"),
    "keep_index": (5, "search.tasks.keep_index"),
    "check_index": (86_400, "search.tasks.check_index"),
    "sweep_objects": (86_400, "dms.documents.tasks.sweep_objects"),
}
BLOB_REFERRERS = ["dms.documents.queries.referenced_blobs"]
WORKER_ROOM = "ocr_pipeline.tasks.room"
PROBLEM_TELLER = "dms.documents.presenting.problem_sentence"
LIGHTING = "search.lighting.lit_spans"
STEP_TARGETS = "dms.documents.operating.visible_targets"
HEALTH_FACTS = [
    "dms.documents.operating.search_lag",
    "dms.documents.alerts.locked_documents",
]
HOME_PANELS = [
    "dms.documents.alerts.secrecy_alert",
    "dms.documents.home_panels.waiting",
    "dms.documents.home_panels.on_their_way",
    "dms.documents.home_panels.recent",
]
PROBLEM_SENTENCES = ["ocr_pipeline.problems.SENTENCES"]
EVENT_KINDS = [
    "dms.accounts.events.EVENTS",
    "dms.pipeline.events.EVENTS",
    "dms.documents.events.EVENTS",
]

# Limits of intake, and of reading one file: these of `ocr_pipeline.limits.Limits`, and the others by their names.
INTAKE_MAX_BYTES = env.number("MAX_FILE_MB", 1024) * 1024 * 1024
INTAKE_QUOTA_BYTES = env.number("USER_QUOTA_GB", 500) * 1024**3
INTAKE_RESERVE_BYTES = env.number("DISK_RESERVE_MB", 512) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
READING_LIMITS = {
    "pages": env.number("MAX_PAGES", 5_000),
    "page_pixels": env.number("MAX_PAGE_MEGAPIXELS", 120) * 1_000_000,
    "memory_bytes": env.number("READING_MEMORY_MB", 2_048) * 1024**2,
    "wall_s": env.number("READING_SECONDS", 600),
}
OCR_LANGUAGES = env.text("OCR_LANGUAGES", "vie")
OCR_CHANNEL_LANGUAGES: dict[str, str] = {}
WATCHED_FOLDER = VANKHO_DATA / "incoming"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
