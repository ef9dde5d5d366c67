"""Everything a referral must know of its items, read in sets: one statement a question, however many items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openiru.core.assessment.tests import Problem
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import dicts
from openiru.foundation.directory import queries as directory
from openiru.foundation.operations import queries as operations
from openiru.foundation.people import queries as people
from openiru.foundation.registry import queries as registry
from openiru.stages.assessment.queries import wide_problems
from openiru.stages.intake.queries import Blocked, blocking

Row = Mapping[str, Any]
_STANDING_LINES = (
    "SELECT l.item_id, r.reference FROM referral_line l JOIN referral_referral r ON r.id = l.referral_id"
    " WHERE l.item_id = ANY(%s) AND l.withdrawn_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What stands about the items in the acting operation. Lists are empty where there is nothing."""

    operation: Row
    units: Mapping[UUID, Row]
    providers: Mapping[UUID, Row]
    provider_of: Mapping[str, UUID]
    items: Mapping[UUID, Row]
    verdicts: Mapping[UUID, list[Row]]
    facts: Mapping[UUID, list[Row]]
    words: Mapping[UUID, list[Row]]
    markings: Mapping[UUID, list[Row]]
    finders: Mapping[UUID, tuple[str, ...]]
    earlier: Mapping[UUID, list[Row]]
    proposals: Mapping[UUID, Row]
    blocked: Mapping[UUID, Blocked]
    wide: Mapping[UUID, list[Problem]]
    on_batch: Mapping[UUID, str]

    def provider(self, item: UUID) -> Row | None:
        """The provider of an item's platform; None when nobody is known."""
        found = self.provider_of.get(str(self.items[item]["platform"]))
        return self.providers.get(found) if found is not None else None

    def pair(self, item: UUID) -> tuple[Row, Row] | None:
        """Two *refer* verdicts of two people on the item's basis, in the order of their slots; None without them."""
        basis = self.items[item]["basis_digest"]
        said: dict[UUID, Row] = {}
        for row in sorted(self.verdicts.get(item, []), key=lambda one: str(one["slot"])):
            if row["verdict"] == Verdict.REFER.value and basis and row["basis_digest"] == basis:
                said.setdefault(row["person_id"], row)
        two = list(said.values())[:2]
        return (two[0], two[1]) if len(two) > 1 else None

    def deciding_unit(self, pair: tuple[Row, Row]) -> Row:
        """The unit that decided: that of both assessors, else the unit that leads the operation.

        Two people of two units decide for the operation, not for either of their units; its lead signs.
        """
        first, second = (row["unit_id"] for row in pair)
        return self.units[first if first == second else self.operation["lead_unit_id"]]


def know(now: Now, items: Sequence[UUID]) -> Known:
    """Read it all. Items that take no part in the operation are absent."""
    ids = list(items)
    if now.by.operation is None:
        raise LookupError("a referral belongs to an operation")
    return Known(
        operation=operations.by_id(now.by.operation),
        units={row["id"]: row for row in people.units()},
        providers={row["id"]: row for row in directory.providers()},
        provider_of=directory.provider_of_platforms(),
        items=registry.items(ids),
        verdicts=_lists(now, "SELECT * FROM iru.verdicts(%s)", ids),
        facts=_lists(now, "SELECT * FROM iru.decided_facts(%s) ORDER BY slot", ids),
        words=_lists(now, "SELECT * FROM iru.letter_words(%s)", ids),
        markings=_lists(now, "SELECT * FROM iru.letter_markings(%s)", ids),
        finders={
            item: tuple(rows[0]["units"])
            for item, rows in _lists(now, "SELECT item_id, units FROM iru.markings(%s)", ids).items()
        },
        earlier=_lists(now, "SELECT * FROM iru.earlier(%s) ORDER BY referred_at", ids),
        proposals={
            item: rows[-1]
            for item, rows in _lists(now, "SELECT * FROM iru.letter_proposals(%s)", ids).items()
        },
        blocked=blocking(ids),
        wide=wide_problems(ids, send_at=now.at),
        on_batch={item: rows[0]["reference"] for item, rows in _lists(now, _STANDING_LINES, ids).items()},
    )


def _lists(now: Now, query: str, ids: list[UUID]) -> dict[UUID, list[Row]]:
    now.cursor.execute(query, [ids])
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in dicts(now.cursor):
        found[row["item_id"]].append(row)
    return dict(found)
