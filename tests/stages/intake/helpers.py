"""Small true deeds for tests of intake: a unit brings addresses, somebody holds something."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.people import START

from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.registry.queries import page
from openiru.ports.formats import Row
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.holds import NewHold

KEY = "telegram:post:openiru_demo_a/1"
ADDRESS = "https://t.me/openiru_demo_a/1"
NOISE = ("https://t.me/openiru_demo_noise/7", "https://pages.test/noise")


def bring(by: By, *addresses: str, tlp: str = "", restriction: str = "") -> UUID:
    """One unit brings addresses; the import."""
    rows = [
        Row(number, address, reason="invented", tlp=tlp, restriction=restriction)
        for number, address in enumerate(addresses, 2)
    ]
    done = import_rows(
        by=by, source=Source(rows=rows, file_name="a.csv", file_digest="sha256:00", format="csv")
    )
    assert done.import_id is not None
    assert done.counts["refused"] == 0
    return done.import_id


def items(by: By) -> dict[str, dict[str, object]]:
    """Every item of the operation by key."""
    with acting(by):
        return {row["key"]: row for row in page(limit=10_000)}


def ident(by: By, key: str = KEY) -> UUID:
    """The id of an item."""
    return UUID(str(items(by)[key]["id"]))


def hold(
    subject: str = ADDRESS,
    scope: HoldScope = HoldScope.KEY,
    *,
    kind: HoldKind = HoldKind.UNIT,
    expires_at: datetime | None = START + timedelta(days=2),
    authority: str = "",
    everywhere: bool = False,
) -> NewHold:
    """A hold with nothing special about it."""
    return NewHold(
        kind=kind,
        scope=scope,
        subject=subject,
        reason="an invented inquiry that nobody else may read",
        expires_at=expires_at,
        authority=authority,
        everywhere=everywhere,
    )


def wait(time: timedelta) -> None:
    """Business time stands this much after the start of the day."""
    set_clock(by=SERVICE, business=START + time, rate=Decimal(0))


def leaves(by: By, kind: str) -> int:
    """How many leaves of a type the log holds."""
    with acting(SERVICE) as now:
        now.cursor.execute("SELECT count(*) FROM ledger_leaf WHERE type = %s", [kind])
        return int(now.cursor.fetchone()[0])
