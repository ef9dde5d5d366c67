"""Short ways to the pages of one operation, for tests of several rooms."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.test import Client
from tests.entrypoints.web.visiting import visiting
from tests.people import World

from openiru.foundation.people.fresh import PLACE, wall

ROOT = "/o/day"


def desk(world: World, name: str = "AG/deputy") -> Client:
    """A browser of somebody of the cast who has just shown that it is them."""
    client = visiting(world.by(name))
    session = client.session
    session[PLACE] = wall()
    session.save()
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    """A page of the operation *day*."""
    found = client.get(ROOT + path)
    assert found.status_code == status, f"{path}: {words(found.content.decode())[:2_000]}"
    return found.content.decode()


def words(html: str) -> str:
    """What a person reads of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def act(client: Client, path: str, key: str = "", **fields: Any) -> Any:
    """A form that is sent, with a request id of its own unless one is given."""
    return client.post(ROOT + path, {"request_id": key or str(uuid4()), **fields})
