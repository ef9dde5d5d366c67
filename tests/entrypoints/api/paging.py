"""A list of the programming interface read page by page to its end."""

from __future__ import annotations

from typing import Any

from tests.entrypoints.api.asking import Asker


def everything(asker: Asker, path: str, limit: int) -> list[dict[str, Any]]:
    """All rows of a list, no page longer than ``limit``."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = asker.get(path, limit=limit, cursor=cursor).json()
        assert len(page["rows"]) <= limit
        rows += page["rows"]
        if page["next"] is None:
            return rows
        cursor = page["next"]
