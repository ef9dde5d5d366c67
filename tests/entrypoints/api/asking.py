"""Asking the programming interface as people of the cast do: by token, over Django's own client."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
from django.test import Client
from tests.people import World

from openiru.foundation.database.acting import SERVICE, By
from openiru.foundation.people.commands import issue_token

ROOT = "/api/v1"


class Asker:
    """Somebody of the cast with a token."""

    def __init__(self, world: World, name: str) -> None:
        self.name = name
        self._client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        who = world.outside(name)
        self.token = issue_token(
            by=By(person=SERVICE.person, unit=who.unit, using="worker"), person=who.person, label="tests"
        )

    def get(self, path: str, **query: Any) -> Any:
        """GET; the response of Django's test client."""
        return self._client.get(ROOT + path, query, headers=self._headers())

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        """POST a JSON body, with a request id of its own unless one is given."""
        return self._send("post", path, body, {"Idempotency-Key": key or str(uuid4())})

    def put(self, path: str, body: Any) -> Any:
        """PUT a JSON body."""
        return self._send("put", path, body, {})

    def _send(self, verb: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        return getattr(self._client, verb)(
            ROOT + path,
            b"" if body is None else orjson.dumps(body),
            content_type="application/json",
            headers=self._headers() | headers,
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}
