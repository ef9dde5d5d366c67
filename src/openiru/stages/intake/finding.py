"""Finding items: the list with its filters by keyset, copies of one content, and what stands beside an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from openiru.core.intake.patterns import after_prefix
from openiru.core.lifecycle import Milestone, State
from openiru.engines.addresses import AddressError, try_canonicalise
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.registry.queries import items

#: So many items are shown beside one.
BESIDE: Final = 20
_HERE: Final = "registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is to show; empty: everything. ``text``: an address, or the beginning of a key."""

    states: tuple[State, ...] = ()
    platform: str = ""
    language: str = ""
    kind: str = ""
    own: bool = False
    held: bool = False
    text: str = ""


def find(wanted: Wanted, *, after: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Items of the acting operation by key, behind the key ``after``. Columns as ``registry.queries.items``."""
    now = current()
    low, high = _range(wanted.text)
    states = [state.value for state in wanted.states]
    now.cursor.execute(
        f"SELECT oi.item_id FROM {_HERE} WHERE i.key > %s AND i.key >= %s AND (%s::text IS NULL OR i.key < %s)"
        " AND (%s::text[] = '{}' OR oi.state = ANY(%s::text[])) AND (%s = '' OR i.platform = %s)"
        " AND (%s = '' OR oi.language = %s) AND (%s = '' OR i.kind = %s) AND (NOT %s OR oi.milestones & %s <> 0)"
        " AND (NOT %s OR EXISTS (SELECT FROM intake_contribution c WHERE c.item_id = oi.item_id"
        "  AND c.unit_id = %s AND c.operation_id = oi.operation_id AND c.undone_at IS NULL))"
        " ORDER BY i.key LIMIT %s",
        [
            *(after, low, high, high, states, states, wanted.platform, wanted.platform),
            *(wanted.language, wanted.language, wanted.kind, wanted.kind, wanted.held, int(Milestone.HELD)),
            *(wanted.own, now.by.unit, limit),
        ],
    )
    return _in_order([row[0] for row in now.cursor.fetchall()])


def _range(text: str) -> tuple[str, str | None]:
    """The keys that a text means: of an address its own and those that begin so, else those that begin like the text."""
    begin = key_prefix(text)
    return begin, after_prefix(begin) if begin else None


def key_prefix(text: str) -> str:
    """The beginning of the keys that a person means by an address, a key, or a part of one."""
    text = text.strip().replace("\x00", "")
    head, colon, tail = text.partition(":")
    if not text or (colon and head.isalnum() and not tail.startswith("//") and not tail[:1].isdigit()):
        return text
    found = try_canonicalise(text)
    return text if isinstance(found, AddressError) else found.key


def _in_order(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    found = items(ids)
    return [found[one] for one in ids if one in found]


def facets() -> dict[str, list[str]]:
    """Platforms and languages of the directory and of the operation's scope, to choose from; no item is counted."""
    cursor = current().cursor
    # A loose index scan would need an index for each; the names come from the first thousand items instead.
    cursor.execute(
        "SELECT array_agg(DISTINCT f.platform), array_agg(DISTINCT f.language) FROM (SELECT i.platform, oi.language"
        f" FROM {_HERE} LIMIT 5000) f"
    )
    platforms, languages = cursor.fetchone()
    return {"platforms": platforms or [], "tongues": [one for one in languages or [] if one]}


def copies(*, after: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Items behind which more than one contribution stands, by key, with how many and from which units."""
    cursor = current().cursor
    cursor.execute(
        f"SELECT oi.item_id FROM {_HERE} WHERE i.key > %s AND oi.milestones & %s <> 0 ORDER BY i.key LIMIT %s",
        [after, int(Milestone.DUPLICATE), limit],
    )
    found = _in_order([row[0] for row in cursor.fetchall()])
    ids = [row["id"] for row in found]
    cursor.execute("SELECT item_id, n FROM iru.standing_contributions(%s)", [ids])
    counts: dict[UUID, int] = dict(cursor.fetchall())
    cursor.execute("SELECT item_id, units FROM iru.markings(%s)", [ids])
    units: dict[UUID, list[str]] = dict(cursor.fetchall())
    return [
        row | {"contributions": counts.get(row["id"], 0), "units": units.get(row["id"], [])} for row in found
    ]


def works(*, after: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Contents that stand at more than one item of the operation, by digest: how many items, and on which platforms."""
    cursor = current().cursor
    cursor.execute(
        "SELECT w.digest, count(*) AS items, array_agg(DISTINCT i.platform ORDER BY i.platform) AS platforms,"
        " array_agg(DISTINCT oi.state) AS states, min(i.key) AS first FROM registry_work w"
        " JOIN registry_operationitem oi ON oi.item_id = w.item_id JOIN registry_item i ON i.id = w.item_id"
        " WHERE w.digest > %s AND oi.state <> 'undone' GROUP BY w.digest HAVING count(*) > 1 ORDER BY w.digest LIMIT %s",
        [after, limit],
    )
    return dicts(cursor)


def of_work(digest: str, *, after: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """The items of the operation at which one content stands, by key."""
    cursor = current().cursor
    cursor.execute(
        f"SELECT oi.item_id FROM {_HERE} JOIN registry_work w ON w.item_id = i.id"
        " WHERE w.digest = %s AND i.key > %s AND oi.state <> 'undone' ORDER BY i.key LIMIT %s",
        [digest, after, limit],
    )
    return _in_order([row[0] for row in cursor.fetchall()])


def spread(digest: str) -> list[dict[str, Any]]:
    """On which platforms one content stands, and how its items stand: platform, state, how many."""
    cursor = current().cursor
    cursor.execute(
        f"SELECT i.platform, oi.state, count(*) AS items FROM {_HERE} JOIN registry_work w ON w.item_id = i.id"
        " WHERE w.digest = %s AND oi.state <> 'undone' GROUP BY 1, 2 ORDER BY 1, 2",
        [digest],
    )
    return dicts(cursor)


def contents(item: UUID) -> list[str]:
    """Digests of the contents known at an item."""
    cursor = current().cursor
    cursor.execute("SELECT digest FROM registry_work WHERE item_id = %s ORDER BY digest", [item])
    return [row[0] for row in cursor.fetchall()]


def names(item: UUID) -> list[dict[str, Any]]:
    """Other keys that lead to an item, each with the hops that were seen on the way."""
    cursor = current().cursor
    cursor.execute(
        "SELECT key, hops, resolved_at FROM registry_alias WHERE item_id = %s ORDER BY resolved_at, key",
        [item],
    )
    return dicts(cursor)


def markings(item: UUID) -> dict[str, Any]:
    """Which units brought an item, and every marking on it; never words, never who said which."""
    cursor = current().cursor
    cursor.execute("SELECT units, tlps, paps, restricted FROM iru.markings(%s)", [[item]])
    found = dicts(cursor)
    return found[0] if found else {"units": [], "tlps": [], "paps": [], "restricted": False}


def beside(item: UUID, account: str) -> list[dict[str, Any]]:
    """Other items of the operation of the same content or the same account, same content first; ``same`` says which."""
    cursor = current().cursor
    cursor.execute(
        "SELECT s.id, min(s.rank) FROM ("
        "SELECT w2.item_id AS id, 0 AS rank FROM registry_work w JOIN registry_work w2 ON w2.digest = w.digest"
        "  WHERE w.item_id = %s"
        f" UNION ALL SELECT * FROM (SELECT i.id, 1 FROM {_HERE} WHERE i.account_key = %s AND %s <> ''"
        "  AND oi.state <> 'undone' ORDER BY i.key LIMIT %s) a) s"
        " JOIN registry_operationitem o ON o.item_id = s.id WHERE s.id <> %s AND o.state <> 'undone'"
        " GROUP BY s.id ORDER BY 2, 1 LIMIT %s",
        [item, account, account, BESIDE + 1, item, BESIDE],
    )
    ranks: dict[UUID, int] = dict(cursor.fetchall())
    return [row | {"same": "account" if ranks[row["id"]] else "content"} for row in _in_order(list(ranks))]
