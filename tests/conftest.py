"""The house for tests: one private server, one migrated template, a clone of it for each test that asks.

Tests log in as the web role, as the program does. With OPENIRU_DATABASE_URL set the same suite runs on that server.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is no reason to fail a law: examples count, their time does not.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _data_dir() -> Path:
    mark = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    base = Path("/var/lib/openiru") if os.geteuid() == 0 else ROOT / "data"
    return base / f"test-{mark}"


def _tables_mark() -> str:
    """Changes when a migration does: the template is made anew then."""
    found = sorted((ROOT / "src").rglob("migrations/*"))
    files = [f for f in found if f.suffix in {".py", ".sql"}]
    database = ROOT / "src/openiru/foundation/database"
    files += [ROOT / "src/openiru/entrypoints/instance.py", database / "sql.py", database / "prepare.py"]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


TEMPLATE = f"openiru_t_{_tables_mark()}"
os.environ["DJANGO_SETTINGS_MODULE"] = "openiru.settings"
os.environ["OPENIRU_ENVIRONMENT"] = "demo"
os.environ["OPENIRU_DATA_DIR"] = str(_data_dir())
os.environ["OPENIRU_DATABASE_ROLES"] = "openiru_test"
URL = os.environ.get("OPENIRU_DATABASE_URL", "")
if URL:
    head, mark, query = URL.partition("?")
    os.environ["OPENIRU_DATABASE_URL"] = head.rsplit("/", 1)[0] + f"/{TEMPLATE}{mark}{query}"
else:
    os.environ["OPENIRU_DATABASE_NAME"] = TEMPLATE


def _old_templates(admin: Any) -> list[str]:
    """Templates of earlier states of the migrations."""
    found = admin.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, 'openiru_t_')"
    ).fetchall()
    return [name for (name,) in found]


@pytest.fixture(scope="session")
def template() -> str:
    """The name of a migrated database with an instance in it, made once for each state of the migrations."""
    import fcntl

    import django

    django.setup()
    from django.db import connections

    from openiru.entrypoints.instance import install
    from openiru.foundation.database import server
    from openiru.foundation.database.prepare import admin_connection
    from openiru.settings import CONFIG

    CONFIG.data_dir.mkdir(parents=True, exist_ok=True)
    with (CONFIG.data_dir / ".template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.start(CONFIG)
        maintenance = "postgres"
        with admin_connection(CONFIG, maintenance) as admin:
            if not CONFIG.database_url:
                for name in ("fsync", "synchronous_commit", "full_page_writes"):
                    admin.execute(f"ALTER SYSTEM SET {name} = off")  # tests lose nothing when the power fails
                admin.execute("SELECT pg_reload_conf()")
            ready = admin.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [f"{TEMPLATE}_ok"]
            ).fetchone()
            if not ready:
                for name in _old_templates(admin):
                    admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                admin.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}" WITH (FORCE)')
                install()
                connections.close_all()
                admin.execute(f'ALTER DATABASE "{TEMPLATE}" RENAME TO "{TEMPLATE}_ok"')
    return f"{TEMPLATE}_ok"


@pytest.fixture
def database(template: str) -> Iterator[str]:
    """A database of its own for one test; Django's connections point to it. Commits are real."""
    with cloned(template) as name:
        yield name


@contextmanager
def cloned(template: str) -> Iterator[str]:
    """A clone of the template, for as long as it lasts."""
    from django.db import connections

    from openiru.foundation.database.ids import new_id
    from openiru.foundation.database.prepare import admin_connection
    from openiru.settings import CONFIG

    name = f"t_{WORKER}_{new_id().hex[-12:]}"
    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        roles = ", ".join(f'"openiru_test_{role}"' for role in ("owner", "web", "worker", "stats"))
        admin.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {roles}')
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    os.environ["OPENIRU_TEST_DATABASE"] = name
    yield name
    connections.close_all()
    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
