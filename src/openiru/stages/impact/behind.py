"""The items behind a number: a figure, a loss, a cell of a table, a row of what waits, as of the size of the log it was counted at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from openiru.core.impact.report import AsOf
from openiru.core.lifecycle import Milestone
from openiru.foundation.database.bulk import dicts
from openiru.stages.impact.queries import CELLS, MATURE, MATURITY, code_of, here

#: Since which leaf an item stands as it does: the end of the last row in which it stood otherwise.
SINCE: Final = """coalesce(
  (SELECT max(b.to_index) FROM registry_standing b WHERE b.item_id = s.item_id AND b.operation_id = s.operation_id
     AND b.to_index <= s.from_index AND b.state <> s.state),
  (SELECT min(b.from_index) FROM registry_standing b WHERE b.item_id = s.item_id AND b.operation_id = s.operation_id))"""
#: Items of the operation that stand behind a contribution; the table is ``s``.
ITEMS: Final = f"registry_standing s WHERE {here('s.')} AND s.milestones & {int(Milestone.SEEN)} <> 0"

#: The items behind a number. What assessors said of one is its mark of a rejection.
_BEHIND: Final = f"""SELECT item_id AS id, contributions, since FROM (
  SELECT s.item_id, {code_of(MATURE)} AS code, {SINCE} AS since,
    greatest(1, (SELECT coalesce(sum(value::int), 0) FROM json_each_text(s.credits::json))) AS contributions
  FROM {ITEMS}
    AND (%(after)s::uuid IS NULL OR s.item_id > %(after)s::uuid)
    AND (%(platform)s::text IS NULL OR s.platform = %(platform)s) AND (%(language)s::text IS NULL OR s.language = %(language)s)
    AND (%(kind)s::text IS NULL OR s.kind = %(kind)s) AND (%(state)s::text IS NULL OR s.state = %(state)s)
    AND (%(unit)s::text IS NULL OR EXISTS (SELECT FROM json_object_keys(s.credits::json) k JOIN people_unit u ON u.id::text = k
      WHERE u.code = %(unit)s))
    AND (%(reason)s::text IS NULL OR %(reason)s = coalesce((SELECT m.label FROM registry_mark m WHERE m.what = 'rejection'
      AND m.subject_id = s.item_id AND {here("m.")} LIMIT 1), ''))
) item WHERE code = ANY(%(codes)s) AND (%(before)s::bigint IS NULL OR since < %(before)s) AND (NOT %(twice)s OR contributions > 1)
ORDER BY item_id LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which items of an operation are asked for. ``codes``: those that count; None for a name: any. ``reason``: of a rejection."""

    codes: Sequence[int]
    platform: str | None = None
    language: str | None = None
    kind: str | None = None
    unit: str | None = None  # its code
    state: str | None = None
    before: int | None = None  # it has stood so since a leaf below this index
    reason: str | None = None  # as assessors said; "" none
    twice: bool = False  # named by more than one contribution


def codes_at(cursor: Any, operation: UUID, at: AsOf) -> list[int]:
    """Every code that an item of the operation has."""
    asked = {"operations": [operation], "size": at.size, "mature": at.time - MATURITY}
    cursor.execute(f"SELECT DISTINCT code FROM ({CELLS}) cell", asked)
    return [row[0] for row in cursor.fetchall()]


def rows(
    cursor: Any, operation: UUID, at: AsOf, wanted: Behind, *, after: UUID | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The items behind a number by id: id, how many contributions stand behind each, and since which leaf it stands as it does.

    ``after``: the id at which a page ended.
    """
    asked: dict[str, Any] = {
        "operations": [operation],
        "size": at.size,
        "mature": at.time - MATURITY,
        "after": after,
        "limit": limit,
    }
    asked |= {name: getattr(wanted, name) for name in Behind.__slots__}
    cursor.execute(_BEHIND, asked | {"codes": list(wanted.codes)})
    return dicts(cursor)
