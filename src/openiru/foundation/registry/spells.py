"""Spells: how long an item stayed after its referral, as marks ``spell`` with the label "L|R" (measurement.md M2).

L and R are whole quarters of an hour since the referral, widened outwards; "L|" while it is still there. A spell begins with the
referral, a look that saw the content moves L, a confirmed removal ends it for good: a return later opens no new one. A removal
that is not after the referral makes it "-"; a bounce takes the spell back. Looks and removals say seconds since the referral in
the label of their events. The statement reads what the projector put aside of the leaves in hand (see projector.py).
"""

from __future__ import annotations

from typing import Final

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone

#: Seconds of one step of a label.
STEP_S: Final = 900

_FIRST, _SECOND = "split_part(e.label, '|', 1)", "split_part(e.label, '|', 2)"
_SEEN = f"e.type = '{EventType.CHECKED}' AND e.label ~ '^(live|moved)[|][0-9]{{1,9}}$'"
_REMOVED = f"e.type = '{EventType.CONFIRMED_GONE}' AND e.label ~ '^[0-9]{{1,9}}[|][0-9]{{1,9}}$'"
_REFERRED = f"e.milestones & {int(Milestone.REFERRED)} <> 0"
_LOST = f"e.type = '{EventType.BOUNCED}' AND e.milestones & {int(Milestone.REFERRED)} = 0"

#: Ends open spells and begins those that follow, in one statement, since what begins depends on what was open.
SPELLS: Final = f"""
WITH told AS (
  SELECT e.index, e.operation_id, e.said_item AS item_id,
         CASE WHEN {_SEEN} THEN 'seen' WHEN {_REMOVED} THEN 'removed' WHEN {_LOST} THEN 'lost' ELSE 'referred' END AS said,
         CASE WHEN {_SEEN} THEN {_SECOND}::integer WHEN {_REMOVED} THEN {_FIRST}::integer END AS low,
         CASE WHEN {_REMOVED} THEN {_SECOND}::integer END AS high
  FROM projecting_event e
  WHERE e.operation_id IS NOT NULL AND e.said_item IS NOT NULL AND ({_SEEN} OR {_REMOVED} OR {_LOST} OR {_REFERRED})
), version AS (
  SELECT t.index, t.operation_id, t.item_id, coalesce(m.label, '') AS stood,
         iru.spell(m.label, t.said, t.low, t.high) OVER w AS label
  FROM told t LEFT JOIN registry_mark m
    ON m.what = 'spell' AND m.subject_id = t.item_id AND m.operation_id = t.operation_id AND m.to_index IS NULL
  WINDOW w AS (PARTITION BY t.operation_id, t.item_id ORDER BY t.index)
), changed AS (
  SELECT v.*, coalesce(lag(v.label) OVER w, v.stood) <> v.label AS differs
  FROM version v WINDOW w AS (PARTITION BY v.operation_id, v.item_id ORDER BY v.index)
), kept AS MATERIALIZED (
  SELECT c.*, lead(c.index) OVER w AS until, row_number() OVER w AS number
  FROM changed c WHERE c.differs WINDOW w AS (PARTITION BY c.operation_id, c.item_id ORDER BY c.index)
), closed AS (
  UPDATE registry_mark m SET to_index = k.index FROM kept k
  WHERE k.number = 1 AND m.what = 'spell' AND m.subject_id = k.item_id AND m.operation_id = k.operation_id
    AND m.to_index IS NULL
)
INSERT INTO registry_mark (operation_id, what, subject_id, item_id, unit_id, label, from_index, to_index)
SELECT k.operation_id, 'spell', k.item_id, k.item_id, NULL, k.label, k.index, k.until
FROM kept k WHERE k.label <> '' ORDER BY k.index
"""
