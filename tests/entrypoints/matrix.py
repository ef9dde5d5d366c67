"""People of the matrix at pages and at the interface, and how many rows every table has."""

from __future__ import annotations

from typing import Any

from django.test import Client
from tests.entrypoints.routes import ROLES, Place, Route
from tests.entrypoints.web.visiting import signed_in, visitor

from openiru.core.vocabulary import Role


class Asking:
    """Somebody of the world at pages by session, at the interface by token; ``name`` empty: nobody."""

    def __init__(self, place: Place, name: str, *, part: bool = True) -> None:
        self.client: Client = signed_in(visitor(), place.cast[name]) if name else visitor()
        #: Pages ask for a fragment where only the status counts: the frame of a page is dear.
        self.head = {"HX-Request": "true"} if part else {}
        self.token = {"Authorization": f"Bearer {place.tokens[name]}"} if name else {}

    def __call__(self, route: Route, ids: dict[str, str], *, key: bool = False) -> Any:
        if not route.api:
            return self.client.generic(route.method, route.at(ids), headers=self.head)
        head = self.token | ({"Idempotency-Key": "0190a000-0000-7000-8000-000000000001"} if key else {})
        body = b"" if route.method == "GET" else b"{}"
        return self.client.generic(
            route.method, route.at(ids), body, content_type="application/json", headers=head
        )


class Whoever:
    """For each route somebody of a unit whose role may."""

    def __init__(self, place: Place, unit: str, *, part: bool = True) -> None:
        self.asks: dict[Role, Asking] = {role: Asking(place, f"{unit}/{role}", part=part) for role in ROLES}

    def __call__(self, route: Route, ids: dict[str, str], *, key: bool = False) -> Any:
        return self.asks[route.role](route, ids, key=key)


def rows() -> dict[str, int]:
    """How many rows every table has, but for the browsers' sessions."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if "session" not in name]
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in tables)
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))
