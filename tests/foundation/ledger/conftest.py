"""The owner may make temporary tables in the database it owns; a test's clone belongs to the administrator instead."""

from __future__ import annotations

import pytest


@pytest.fixture
def owned(database: str) -> str:
    """``database``, with the owner's right to temporary tables."""
    from openiru.dsn import role_names
    from openiru.foundation.database.prepare import admin_connection
    from openiru.settings import CONFIG

    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO "{role_names(CONFIG)["owner"]}"')
    return database
