"""Where the database is and who logs in, from the settings alone (no Django).

Five names per instance: ``<prefix>_owner`` owns everything and cannot log in; ``_web``, ``_worker`` and ``_stats`` log in
with generated passwords; the administrator's login (the private server's superuser, or the one in
``OPENIRU_DATABASE_URL``) is used to prepare and migrate only.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from openiru.settings import Config

PRIVATE_ADMIN = "openiru_admin"
MAX_SOCKET_DIR = 90  # bytes; a socket's whole path may have 107 (unix(7)), and ".s.PGSQL.5432" is added


def socket_dir(data_dir: Path) -> Path:
    """The 0700 directory of the private server's socket; elsewhere when the data directory's path is too long."""
    usual = data_dir / "run"
    if len(os.fsencode(usual)) <= MAX_SOCKET_DIR:
        return usual
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    base = Path("/run") if os.geteuid() == 0 else Path("/tmp")  # noqa: S108 - made 0700 and its owner is checked
    return base / f"openiru-{os.geteuid()}-{mark}"


def address(config: Config, role: str) -> dict[str, str]:
    """host, port, user, password for ``web``, ``worker``, ``stats`` or ``admin``."""
    own = role != "admin"
    if not config.database_url:
        user = f"{config.role_prefix}_{role}" if own else PRIVATE_ADMIN
        secret = f"database.{user}"
        return {
            "host": str(socket_dir(config.data_dir)),
            "port": "5432",
            "user": user,
            "password": config.secret(secret),
        }
    parts = urlsplit(config.database_url)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    user = f"{config.role_prefix}_{role}" if own else unquote(parts.username or "")
    password = config.secret(f"database.{user}") if own else unquote(parts.password or "")
    return {"host": host, "port": str(parts.port or 5432), "user": user, "password": password}


def role_names(config: Config) -> dict[str, str]:
    """owner, web, worker, stats -> names in the cluster."""
    return {role: f"{config.role_prefix}_{role}" for role in ("owner", "web", "worker", "stats")}
