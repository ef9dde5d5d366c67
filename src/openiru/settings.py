"""Every setting of an instance, read here and nowhere else; also Django's settings module.

Settings come from the environment only and begin with ``OPENIRU_``. A wrong one stops the program with what to do.
docs/reference/settings.md describes each; a test holds this file and that page together.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets as _secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from openiru.core.errors import SettingError
from openiru.core.vocabulary import Environment
from openiru.signing import signing

#: Every name that is read below; docs/reference/settings.md describes each.
NAMES: Final = frozenset(
    f"OPENIRU_{name}"
    for name in (
        *(
            "ENVIRONMENT",
            "DATA_DIR",
            "DATABASE_URL",
            "DATABASE_NAME",
            "DATABASE_ROLES",
            "ROLE",
            "WORKERS",
            "ZONE",
        ),
        *("NAMES_TABLE", "PROBE_SPECS", "DENIED_NETWORKS", "SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "SMTP_USER"),
        *("SMTP_PASSWORD_FILE", "SENDER_ADDRESS", "VANTAGE", "BIND", "HOSTS", "ORIGIN", "PROXIES"),
        *("ORGANISATIONS_FILE", "LOG_LEVEL"),
    )
)


def strange_names() -> dict[str, str]:
    """Names in the environment that look like settings and are none -> the setting that is probably meant, or nothing.

    ``OPENIRU_TEST_...`` belongs to the tests.
    """
    strange = [
        name
        for name in sorted(os.environ)
        if name.startswith("OPENIRU_") and name not in NAMES and not name.startswith("OPENIRU_TEST_")
    ]
    if not strange:
        return {}
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

    return {name: next(iter(get_close_matches(name, NAMES, 1, NEAR)), "") for name in strange}


DEFAULT_BIND: Final = "127.0.0.1:8470"
#: Names as alike as this are one name misspelt (difflib's ratio).
NEAR: Final = 0.9


def _text(name: str, default: str = "") -> str:
    return os.environ.get(f"OPENIRU_{name}", "").strip() or default


def _choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = _text(name, default)
    if value not in allowed:
        raise SettingError(
            f"OPENIRU_{name} is {value!r}", where=f"OPENIRU_{name}", hint=f"Use one of: {', '.join(allowed)}."
        )
    return value


def _number(name: str, default: int, low: int, high: int) -> int:
    raw = _text(name, str(default))
    if not raw.isdigit() or not low <= int(raw) <= high:
        raise SettingError(
            f"OPENIRU_{name} is {raw!r}",
            where=f"OPENIRU_{name}",
            hint=f"Use a whole number from {low} to {high}.",
        )
    return int(raw)


def _bind(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 1 <= int(port) <= 65535:  # noqa: PLR2004 - the ports there are
        raise SettingError(
            f"OPENIRU_BIND is {text!r}",
            where="OPENIRU_BIND",
            hint="Write address:port, e.g. 127.0.0.1:8470; a reverse proxy with TLS stands before it.",
        )
    return host.strip("[]"), int(port)


def _origin(text: str) -> str:
    """Where browsers reach the desk; without TLS only on this machine itself, since no passkey would work elsewhere."""
    if not text:
        return f"http://localhost:{_bind(_text('BIND', DEFAULT_BIND))[1]}"
    parts = urlsplit(text)
    plain = parts.scheme == "http" and parts.hostname == "localhost"
    if not parts.hostname or not (parts.scheme == "https" or plain) or parts.path.strip("/") or parts.query:
        raise SettingError(
            f"OPENIRU_ORIGIN is {text!r}",
            where="OPENIRU_ORIGIN",
            hint="Write https://name, as browsers reach the desk; http is possible for localhost only.",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _default_data_dir() -> Path:
    """Beside the virtual environment; for root under /var/lib/openiru, where the server's own user may enter."""
    home = Path(sys.prefix).parent if Path(sys.prefix).name == ".venv" else Path.cwd()
    if os.geteuid() == 0:
        mark = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:10]
        return Path("/var/lib/openiru") / f"instance-{mark}"
    return home / "data"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings, typed. ``database_url`` empty means the private server in the data directory."""

    environment: Environment
    data_dir: Path
    database_url: str
    database_name: str
    role_prefix: str
    role: str
    workers: int
    names_table: str
    probe_specs: str
    denied_networks: str
    default_zone: str
    smtp_host: str
    smtp_port: int
    smtp_tls: str
    smtp_user: str
    smtp_password_file: str
    sender_address: str
    vantage: str
    bind: tuple[str, int]
    hosts: tuple[str, ...]
    origin: str
    proxies: int
    organisations_file: str
    log_level: str

    @property
    def secrets_dir(self) -> Path:
        """Where generated passwords and keys lie, mode 0700."""
        return self.data_dir / "secrets"

    def secret(self, name: str) -> str:
        """A generated secret, made on first use, kept 0600 and never shown."""
        path = self.secrets_dir / name
        try:
            self.secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                _keep(path, _secrets.token_urlsafe(32) + "\n")
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise SettingError(
                f"the data directory {self.data_dir} cannot be used: {error.strerror}",
                where="OPENIRU_DATA_DIR",
                hint="Set OPENIRU_DATA_DIR to a directory that you may write to.",
            ) from error


def _keep(path: Path, text: str) -> None:
    """Write a file that is not there yet, 0600: it is there whole or not at all, and whoever comes first has made it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{_secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):  # another program was quicker: its secret stands
            os.link(draft, path)
    finally:
        draft.unlink()


def _check_together(config: Config) -> Config:
    if config.environment is Environment.LIVE and config.names_table:
        raise SettingError(
            "a live instance cannot use a table of played names",
            where="OPENIRU_NAMES_TABLE",
            hint="Unset OPENIRU_NAMES_TABLE, or set OPENIRU_ENVIRONMENT to exercise.",
        )
    if config.smtp_tls == "none" and config.smtp_host not in {"", "127.0.0.1", "localhost", "::1"}:
        raise SettingError(
            "mail without TLS is only possible to this machine",
            where="OPENIRU_SMTP_TLS",
            hint="Use starttls or implicit.",
        )
    return config


def _database_name(url: str) -> str:
    if url:
        parts = urlsplit(url)
        name = unquote(parts.path.lstrip("/"))
        if parts.scheme not in {"postgresql", "postgres"} or not name:
            raise SettingError(
                "OPENIRU_DATABASE_URL is not a PostgreSQL address with a database name",
                where="OPENIRU_DATABASE_URL",
                hint="Write postgresql://user:password@host:5432/openiru (PostgreSQL 15 or newer).",
            )
        return name
    return _text("DATABASE_NAME", "openiru")


def load() -> Config:
    """Read the environment. Raises SettingError that names the setting and says what to do.

    A misspelt setting stops the program too: it would be passed over, and a live instance opened as a demonstration.
    """
    for name, meant in strange_names().items():
        if meant:
            raise SettingError(
                f"{name} is no setting", where=name, hint=f"Write {meant}, or unset {name} if it is not ours."
            )
    url = _text("DATABASE_URL")
    name = _database_name(url)
    return _check_together(
        Config(
            environment=Environment(_choice("ENVIRONMENT", ("live", "exercise", "demo"), "demo")),
            data_dir=Path(_text("DATA_DIR") or _default_data_dir()).absolute(),
            database_url=url,
            database_name=name,
            role_prefix=_text("DATABASE_ROLES", name),
            role=_choice("ROLE", ("web", "worker"), "web"),
            workers=_number("WORKERS", 2, 1, 64),
            names_table=_text("NAMES_TABLE"),
            probe_specs=_text("PROBE_SPECS"),
            denied_networks=_text("DENIED_NETWORKS"),
            default_zone=_text("ZONE", "Europe/Brussels"),
            smtp_host=_text("SMTP_HOST"),
            smtp_port=_number("SMTP_PORT", 587, 1, 65535),
            smtp_tls=_choice("SMTP_TLS", ("starttls", "implicit", "none"), "starttls"),
            smtp_user=_text("SMTP_USER"),
            smtp_password_file=_text("SMTP_PASSWORD_FILE"),
            sender_address=_text("SENDER_ADDRESS", "referrals@unit.invalid"),
            vantage=_text("VANTAGE", "default"),
            bind=_bind(_text("BIND", DEFAULT_BIND)),
            hosts=tuple(name for name in _text("HOSTS").replace(",", " ").split() if name),
            origin=_origin(_text("ORIGIN")),
            proxies=_number("PROXIES", 0, 0, 9),
            organisations_file=_text("ORGANISATIONS_FILE"),
            log_level=_choice("LOG_LEVEL", ("debug", "info", "warning", "error"), "warning"),
        )
    )


CONFIG: Final = load()


def _database(alias_role: str, *, set_role: str = "") -> dict[str, Any]:
    """Django's description of one login. ``admin`` is the login of the URL or of the private server."""
    from openiru.dsn import address  # noqa: PLC0415 - kept apart so that tools can use it without Django

    place = address(CONFIG, alias_role)
    options: dict[str, Any] = {"application_name": f"openiru-{alias_role}", "server_side_binding": True}
    if set_role:
        options["options"] = f"-c role={set_role} -c jit=off"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": CONFIG.database_name,
        "USER": place["user"],
        "PASSWORD": place["password"],
        "HOST": place["host"],
        "PORT": place["port"],
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
        "TEST": {"MIGRATE": False},
    }


DATABASES: dict[str, dict[str, Any]] = {
    "default": _database(CONFIG.role),
    "worker": _database("worker"),
    "stats": _database("stats"),
    "owner": _database("admin", set_role=f"{CONFIG.role_prefix}_owner"),
}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "openiru.entrypoints.web.signin",
    "openiru.foundation.database",
    "openiru.foundation.ledger",
    "openiru.foundation.people",
    "openiru.foundation.operations",
    "openiru.foundation.directory",
    "openiru.foundation.registry",
    "openiru.stages.intake",
    "openiru.stages.assessment",
    "openiru.stages.referral",
    "openiru.stages.verification",
    "openiru.stages.impact",
]
WEB: Final = Path(__file__).parent / "entrypoints" / "web"
ROOT_URLCONF = "openiru.entrypoints.web.urls"
MIDDLEWARE = [
    "openiru.entrypoints.web.headers.headers",
    "openiru.entrypoints.web.rates.rates",
    "openiru.entrypoints.web.assets.Static",
    "openiru.entrypoints.web.languages.language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "openiru.entrypoints.web.session.sessions",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "openiru.entrypoints.web.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "openiru.entrypoints.web.tags",
            ],
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "openiru.entrypoints.web.faults.forged"
# Collected under the data directory when the server starts, under names that change with the content.
STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data_dir / "static"
STATICFILES_DIRS = [WEB / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "openiru.entrypoints.web.assets.Hashed"},
}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sr", "Српски"), ("sr-latn", "Srpski"), ("ar", "العربية")]
LOCALE_PATHS = [
    CONFIG.data_dir / "locale"
]  # compiled from the catalogues of the package when the server starts
LANGUAGE_COOKIE_NAME = "language"
APPEND_SLASH = False
#: Bytes of a body that is read whole into memory; files are streamed to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["openiru.foundation.operations.uploads.Bounded"]
SECRET_KEY = CONFIG.secret("django")
USE_TZ = True
TIME_ZONE = "UTC"
DEBUG = False
ALLOWED_HOSTS: list[str] = [
    *("localhost", "127.0.0.1", "[::1]"),
    *CONFIG.hosts,
    urlsplit(CONFIG.origin).hostname or "localhost",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_ON_APP_READY = "openiru.foundation.database.queue.on_app_ready"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_DATABASE_ALIAS = "default"
JOURNEY = "openiru.journey.follow"
globals().update(signing(CONFIG.origin, CONFIG.proxies, CONFIG.organisations_file))
