"""A live instance from its first unit to a token that is withdrawn, played in a process whose settings say live.

``python -m tests.entrypoints.live_story`` installs the instance that the environment names and prints what was seen as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.entrypoints.program import Ran, ok, openiru

from openiru.entrypoints.worker import set_up


def main() -> None:
    """The whole story; every part answers with what it saw."""
    set_up()
    from openiru.entrypoints.instance import install

    install()
    seen = founded()
    seen |= {"clock": clock(), "service": service(seen["person"], seen["unit"]), "as": openiru_as()}
    (mine,) = ok("token", "list", "--json").objects
    ok("token", "withdraw", mine["id"])
    seen["withdrawn"] = refused("whoami")["message"]
    sys.stdout.write(json.dumps(seen, default=str))


def refused(*arguments: str) -> Any:
    ran: Ran = openiru(*arguments, "--json")
    assert ran.code != 0, ran.out
    return ran.error


def openiru_as() -> Any:
    return refused("whoami", "--as", "EU/root")["where"]


def founded() -> dict[str, Any]:
    """The first unit and its administrator, who logs in by token."""
    unit = ok("unit", "add", "EU", "--contact", "desk", "--json").object["units"]["EU"]
    added = ok("person", "add", "root", "--unit", "EU", "--role", "administrator", "--json").object
    token = ok("token", "issue", "EU/root", "--json").object["token"]
    ok("login", stdin=token.encode() + b"\n")
    return {"unit": unit, "person": added["people"]["root"], "who": ok("whoami", "--json").object}


def clock() -> dict[str, str]:
    """Who plays with the clock is refused by the command, and by the table itself whoever asks."""
    from django.db import DatabaseError, connections

    from openiru.core.errors import OpenIruError
    from openiru.foundation.database.acting import SERVICE, acting
    from openiru.foundation.operations.clock import set_clock

    said = {}
    try:
        set_clock(by=SERVICE, business=datetime(2020, 1, 1, tzinfo=UTC), rate=Decimal(0))
    except OpenIruError as error:
        said["command"] = error.message
    played: dict[str, object] = dict.fromkeys(("business_at", "wall_at"), "2020-01-01Z")
    played |= {"sole": True, "environment": "live", "rate": 0}
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO database_clock SELECT (jsonb_populate_record(NULL::database_clock, %s::jsonb)).*",
                [json.dumps(played)],
            )
    except DatabaseError as error:
        said["table"] = str(error)
    with acting(SERVICE) as now:
        return said | {"year": str(now.at.year), "environment": now.environment}


def service(person: str, unit: str) -> dict[str, Any]:
    """The machine itself works; a person without the token does not."""
    from openiru.core.errors import PermissionDeniedError
    from openiru.foundation.database.acting import By, acting
    from openiru.foundation.ledger.sequencer import sequence
    from openiru.foundation.ledger.verify import verify

    done, found = sequence(), verify()
    without = ""
    try:
        with acting(By(person=UUID(person), unit=UUID(unit))):
            pass
    except PermissionDeniedError as error:
        without = error.message
    return {"sequenced": done, "holds": found.holds, "leaves": found.leaves, "without_token": without}


if __name__ == "__main__":
    main()
