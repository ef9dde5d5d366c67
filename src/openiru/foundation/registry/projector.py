"""The projector: what the log says, as rows with half-open intervals of log sizes, so that figures can be asked as of any size.

Standings follow the payload conventions of foundation/ledger/record.py (``item``, ``state``, ``milestones``; ``language`` and
``organisation`` where an event changes them); they also bear the time of the referral, who is credited with how many
contributions, and the content at the item, in whichever operation a leaf up to there tied it (of several the least). Marks
follow the table below, and spells.py. Both are written by the sequencer in its own transaction and can be thrown away and
made again from the log.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.database.bulk import as_json
from openiru.foundation.ledger.sequencer import LOCK
from openiru.foundation.registry.spells import SPELLS

E = EventType
SLICE = 50_000
#: Stands where a mark belongs to no operation.
HOUSE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Rule:
    """An event of ``type`` begins (``opens``) or ends a mark ``what`` of its subject; a mark that begins again ends before.

    ``house``: it belongs to the instance, whatever operation it was done in; the mark bears the operation :data:`HOUSE`.
    ``of_item``: it is of the item that the event tells of, one in each operation, whatever the subject of the event.
    """

    type: EventType
    what: str
    opens: bool = True
    house: bool = False
    of_item: bool = False


#: What is counted beside items. A mark bears unit and label of the payload of the event that began it.
RULES: Final[tuple[Rule, ...]] = (
    Rule(E.PLATFORM_ADDED, "platform", house=True),
    Rule(E.PARTICIPANT_JOINED, "participant"),
    Rule(E.IMPORTED, "import"),
    Rule(E.IMPORT_UNDONE, "import", opens=False),
    Rule(E.CONTRIBUTED, "contribution"),
    Rule(E.CONTRIBUTION_CARRIED, "contribution"),
    Rule(E.CONTRIBUTION_UNDONE, "contribution", opens=False),
    Rule(E.ITEM_RESOLVED, "resolved", of_item=True),
    Rule(E.HOLD_PLACED, "hold"),
    Rule(E.HOLD_RELEASED, "hold", opens=False),
    Rule(E.HOLD_EXPIRED, "hold", opens=False),
    Rule(E.HOLD_OVERRIDDEN, "override"),
    Rule(E.ROUND_OPENED, "round"),
    Rule(E.ROUND_ANSWERED, "round_answer"),
    Rule(E.ASSESSED, "assessment"),
    Rule(E.ASSESSMENT_VOIDED, "assessment", opens=False),
    Rule(E.REJECTED, "rejection", of_item=True),
    Rule(E.WIDE_PROPOSED, "wide"),
    Rule(E.OVERSEER_TOLD, "overseer_told"),
    Rule(E.REFERRAL_PREPARED, "prepared"),
    Rule(E.SENT, "referral"),
    Rule(E.LINE_REFERRED, "line"),
    Rule(E.WITHDRAWN, "line", opens=False),
    Rule(E.TRANSCRIBED, "transcribed"),
    Rule(E.DELIVERY_UNKNOWN, "delivery_unknown"),
    Rule(E.DELIVERY_SETTLED, "delivery_unknown", opens=False),
    Rule(E.BOUNCED, "bounce"),
    Rule(E.ANSWERED, "answer", of_item=True),
    Rule(E.REINSTATED, "answer", of_item=True),
    Rule(E.ANSWER_REFUSED, "stray_answer"),
    Rule(E.TRANSFERRED, "transfer"),
    Rule(E.CHECKED, "check"),
    Rule(E.CONFIRMED_GONE, "removal"),
    Rule(E.RETURNED, "return"),
    Rule(E.REPORTED, "report"),
)

# A payload is taken as it is only where it has the right shape: an event with a strange one must not stop the log.
_UUID = "CASE WHEN {value} ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN ({value})::uuid END"
_NAMES = ("language", "organisation")
_VERSION = "state, milestones, platform, kind, language, organisation, work, referred_at, credits"
#: What an event does to the credit of its unit: more, less, or nothing is left (its contributions stand for another place).
_CHANGES: Final = {
    E.CONTRIBUTED: "1",
    E.CONTRIBUTION_CARRIED: "1",
    E.CONTRIBUTION_UNDONE: "-1",
    E.ITEM_RESOLVED: "0",
}

#: Two tables of the session, empty between transactions: with their true sizes known to the planner no batch becomes quadratic.
_ROOM = (
    (
        "CREATE TEMP TABLE IF NOT EXISTS projecting_event (index bigint, type text, subject_id uuid, operation_id uuid,"
        " item_id uuid, said_operation uuid, said_item uuid, unit_id uuid, label text, state text, milestones integer,"
        " language text, organisation text, work text, referred_at timestamptz, change integer)"
        " ON COMMIT DELETE ROWS"
    ),
    (
        "CREATE TEMP TABLE IF NOT EXISTS projecting_version (index bigint, until bigint, number bigint, operation_id uuid,"
        " item_id uuid, state text, milestones integer, platform text, kind text, language text, organisation text,"
        " work text, referred_at timestamptz, credits text) ON COMMIT DELETE ROWS"
    ),
    "DELETE FROM projecting_event",
    "DELETE FROM projecting_version",
)

_EVENTS = f"""
INSERT INTO projecting_event
SELECT p.index, l.type, o.subject_id, o.operation_id, o.item_id,
       {_UUID.format(value="o.payload->>'operation'")}, {_UUID.format(value="o.payload->>'item'")},
       {_UUID.format(value="o.payload->>'unit'")}, coalesce(o.payload->>'label', ''),
       o.payload->>'state',
       CASE WHEN jsonb_typeof(o.payload->'milestones') = 'number' THEN (o.payload->'milestones')::integer END,
       {", ".join(f"o.payload->>'{name}'" for name in _NAMES)}, k.work,
       CASE WHEN jsonb_typeof(o.payload->'milestones') = 'number'
             AND (o.payload->'milestones')::integer & {int(Milestone.REFERRED)} <> 0
            THEN (l.body::json->>'occurred_at')::timestamptz END,
       CASE l.type {" ".join(f"WHEN '{each}' THEN {change}" for each, change in _CHANGES.items())} END
FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq JOIN ledger_opening o ON o.id = l.id
LEFT JOIN iru.works_told(%(first)s, %(last)s) k ON k.index = p.index AND k.item_id::text = o.payload->>'item'
WHERE p.index >= %(first)s AND p.index < %(last)s
"""


def _carried(name: str) -> str:
    """The last value of a payload member up to here.

    It is the greatest of (index, value), since window functions do not skip null in PostgreSQL.
    """
    return (
        f"substr((max(to_char(e.index, 'FM00000000000000000000') || e.{name}::text COLLATE \"C\") OVER w)"
        f' COLLATE "default", 21) AS {name}'
    )


_VERSIONS = f"""
INSERT INTO projecting_version
WITH carried AS (
  SELECT e.index, e.operation_id, e.said_item AS item_id, {", ".join(map(_carried, ("state", "milestones", *_NAMES)))},
         min(e.work) OVER (PARTITION BY e.said_item ORDER BY e.index) AS work,
         e.referred_at, e.milestones & {int(Milestone.REFERRED)} <> 0 AS referred, e.unit_id, e.change
  FROM projecting_event e
  WHERE e.said_item IS NOT NULL AND e.operation_id IS NOT NULL
    AND (e.change IS NOT NULL OR e.state IS NOT NULL AND e.milestones IS NOT NULL)
  WINDOW w AS (PARTITION BY e.operation_id, e.said_item ORDER BY e.index)
), version AS (
  SELECT c.index, c.operation_id, c.item_id, coalesce(c.state, b.state) AS state,
         coalesce(c.milestones::integer, b.milestones) AS milestones,
         coalesce(d.platform, b.platform, '') AS platform, coalesce(d.kind, b.kind, '') AS kind,
         {", ".join(f"coalesce(c.{name}, b.{name}, d.{name}, '') AS {name}" for name in _NAMES)},
         coalesce(least(c.work, t.work), '') AS work,
         nullif(iru.since(b.referred_at, c.referred_at, c.referred) OVER w, '-infinity') AS referred_at,
         (iru.credit(coalesce(b.credits, '{{}}')::jsonb, c.unit_id, c.change) OVER w)::text AS credits,
         ({", ".join(f"b.{name}" for name in _VERSION.split(", "))}) AS stood
  FROM carried c LEFT JOIN iru.dimensions(%(first)s, %(last)s) d USING (operation_id, item_id)
  LEFT JOIN registry_standing b
    ON b.operation_id = c.operation_id AND b.item_id = c.item_id AND b.to_index IS NULL
  CROSS JOIN LATERAL (SELECT min(s.work) AS work FROM registry_standing s
    WHERE s.item_id = c.item_id AND s.to_index IS NULL AND s.work <> '') t
  WINDOW w AS (PARTITION BY c.operation_id, c.item_id ORDER BY c.index)
), changed AS (
  SELECT v.*, coalesce(lag(({_VERSION})) OVER w, v.stood) IS DISTINCT FROM ({_VERSION}) AS differs
  FROM version v WHERE v.state IS NOT NULL AND v.milestones IS NOT NULL
  WINDOW w AS (PARTITION BY v.operation_id, v.item_id ORDER BY v.index)
)
SELECT c.index, lead(c.index) OVER w, row_number() OVER w, c.operation_id, c.item_id,
       {", ".join(f"c.{name}" for name in _VERSION.split(", "))}
FROM changed c WHERE c.differs WINDOW w AS (PARTITION BY c.operation_id, c.item_id ORDER BY c.index)
"""

_CLOSE_VERSIONS = """
UPDATE registry_standing s SET to_index = k.index FROM projecting_version k
WHERE k.number = 1 AND s.operation_id = k.operation_id AND s.item_id = k.item_id AND s.to_index IS NULL
"""

_OPEN_VERSIONS = f"""
INSERT INTO registry_standing (operation_id, item_id, from_index, to_index, {_VERSION})
SELECT operation_id, item_id, index, until, {_VERSION} FROM projecting_version ORDER BY index
"""

_RULED = f"""
WITH rule AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rules)s::json) AS r(type text, what text, opens boolean, house boolean, of_item boolean)
), told AS (
  SELECT e.index, r.what, r.opens, r.of_item,
         CASE WHEN r.of_item THEN coalesce(e.item_id, e.said_item) ELSE e.subject_id END AS subject_id,
         CASE WHEN r.house THEN '{HOUSE}'::uuid ELSE coalesce(e.operation_id, e.said_operation) END AS operation_id,
         coalesce(e.item_id, e.said_item) AS item_id, e.unit_id, e.label
  FROM projecting_event e JOIN rule r ON r.type = e.type
), ruled AS MATERIALIZED (
  SELECT t.*, lead(t.index) OVER w AS until, row_number() OVER w AS number
  FROM told t WHERE t.subject_id IS NOT NULL
  WINDOW w AS (PARTITION BY t.what, t.subject_id, CASE WHEN t.of_item THEN t.operation_id END ORDER BY t.index)
)
"""
_CLOSE_MARKS = f"""{_RULED}
UPDATE registry_mark m SET to_index = e.index FROM ruled e
WHERE e.number = 1 AND m.what = e.what AND m.subject_id = e.subject_id AND m.to_index IS NULL
  AND (m.operation_id = e.operation_id OR NOT e.of_item)
"""
_OPEN_MARKS = f"""{_RULED}
INSERT INTO registry_mark (operation_id, what, subject_id, item_id, unit_id, label, from_index, to_index)
SELECT operation_id, what, subject_id, item_id, unit_id, label, index, until
FROM ruled WHERE opens AND operation_id IS NOT NULL ORDER BY index
"""


def project(cursor: Any, first: int, last: int) -> None:
    """Bring the projections up to the leaves [first, last), which must follow those that are projected already."""
    span = {"first": first, "last": last}
    rules = {"rules": as_json([asdict(rule) for rule in RULES])}
    for statement in _ROOM:
        cursor.execute(statement)
    # By index even where a table is small still: it is not when the statement ends.
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute(_EVENTS, span)
    cursor.execute("ANALYZE projecting_event")
    cursor.execute(_VERSIONS, span)
    cursor.execute("ANALYZE projecting_version")
    cursor.execute(_CLOSE_VERSIONS)
    cursor.execute(_OPEN_VERSIONS)
    cursor.execute(_CLOSE_MARKS, rules)
    cursor.execute(_OPEN_MARKS, rules)
    cursor.execute(SPELLS)
    cursor.execute("SET LOCAL enable_seqscan = on")


def rebuild() -> int:
    """Throw the projections away and make them again from the log; the number of leaves read. One transaction."""
    with acting(SERVICE) as now:
        now.cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for table in ("registry_standing", "registry_mark"):
            now.cursor.execute(f"DELETE FROM {table}")
        now.cursor.execute("SELECT count(*) FROM ledger_position")
        size = int(now.cursor.fetchone()[0])
        for first in range(0, size, SLICE):
            project(now.cursor, first, min(first + SLICE, size))
        return size
