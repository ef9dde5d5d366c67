"""An import puts its leaves together by the column: each is still a leaf of version 1, and opened by what stands beside it."""

from __future__ import annotations

from typing import Any

from tests.people import action_day

from openiru.core.evidence.leaf import opens, read_leaf
from openiru.foundation.database.prepare import admin_connection
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.ports.formats import Row
from openiru.settings import CONFIG
from openiru.stages.intake.commands import Source, import_rows

PLACES = ("https://t.me/openiru_demo_a/1", "https://pages.test/a", "https://pages.test/“b”/ж%0A")


def test_each_leaf_is_canonical_and_opens_with_its_payload(database: str) -> None:
    world = action_day()
    rows = [
        Row(
            number,
            place,
            reason=f'an invented\n"reason" \\ \x1f\x1e \u2028 {number}',
            digest=f"{number % 4:064x}",
        )
        for number, place in enumerate(PLACES * 3, 2)
    ]
    for unit in ("RS/ana", "HR/hana"):
        source = Source(rows=rows, file_name="a.csv", file_digest="sha256:00", format="csv")
        assert import_rows(by=world.by(unit), source=source).counts["taken"] == len(rows)
    with admin_connection(CONFIG, database) as reader:
        found: list[Any] = reader.execute(
            "SELECT l.body, o.salt, o.payload FROM ledger_leaf l JOIN ledger_opening o ON o.id = l.id"
            " WHERE l.type = 'intake.contributed'"
        ).fetchall()
    assert len(found) == 2 * len(rows)
    for body, salt, payload in found:
        leaf = read_leaf(str(body).encode())
        assert opens(leaf, bytes(salt), payload)
        assert "operation" in payload
    sequence()
    assert verify().problems == []
