"""Reads of impact: every count of a report, as of any size of the log, from the projections of the registry alone.

As of size n the leaves 0 to n - 1 count, so a row holds when n - 1 lies in [from_index, to_index). Everything is read by the login
that may read figures and nothing else, in one snapshot. Names come from the log too where they can change (which provider a
platform had), otherwise from columns that nobody may change (codes of units, slugs of operations), so that one as-of gives the
same bytes for ever.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connections, transaction

from openiru.core.errors import NotFoundError, UsageError
from openiru.core.impact import tally
from openiru.core.impact.report import AsOf
from openiru.core.lifecycle import Milestone, State
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.ledger import queries as log
from openiru.foundation.registry.projector import HOUSE
from openiru.foundation.registry.spells import STEP_S

#: A referral is old enough for a rate after this time (measurement.md M1).
MATURITY: Final = timedelta(hours=24)
STATS: Final = "stats"
#: Marks of what can go wrong and is told of in a report.
TROUBLES: Final = ("stray_answer", "bounce", "delivery_unknown", "override")
M = Milestone


def holds(alias: str = "") -> str:
    """Whether a row of a projection holds as of ``size``."""
    return f"({alias}to_index IS NULL OR {alias}to_index >= %(size)s) AND {alias}from_index < %(size)s"


def here(alias: str = "") -> str:
    """The same, in ``operations``."""
    return f"{holds(alias)} AND {alias}operation_id = ANY(%(operations)s::uuid[])"


def _moved(milestone: Milestone, bit: int) -> str:
    """The bit of a milestone as another bit of the code: a shift is quicker than a question, a million times."""
    return f"((milestones & {int(milestone)}) << {bit.bit_length() - int(milestone).bit_length()})"


def code_of(mature: str) -> str:
    """The code of core/impact/tally.py; ``mature``: a condition. What is said of a state matters only until the referral."""
    return f"""CASE
  WHEN milestones & {int(M.REFERRED | M.ALREADY_GONE)} = {int(M.REFERRED)} THEN
    milestones | {tally.EFFECT} | {_moved(M.GONE, tally.EFFECT_GONE)}
    | CASE WHEN {mature} THEN {tally.MATURE} | {_moved(M.GONE, tally.MATURE_GONE)}
        | {_moved(M.INCONCLUSIVE, tally.MATURE_INCONCLUSIVE)} | {_moved(M.RESTRICTED, tally.MATURE_RESTRICTED)} ELSE 0 END
  WHEN milestones & {int(M.REFERRED)} <> 0 THEN milestones
  ELSE milestones | CASE state WHEN '{State.IN_ASSESSMENT}' THEN {tally.IN_ASSESSMENT}
    WHEN '{State.PARKED}' THEN {tally.PARKED} WHEN '{State.PREPARED}' THEN {tally.PREPARED} ELSE 0 END
END"""


_ITEMS: Final = f"FROM registry_standing WHERE {here()} AND milestones & {int(M.SEEN)} <> 0"
MATURE: Final = "referred_at <= %(mature)s"
_NAMES: Final = "platform, kind, language, organisation, credits"
#: Of one operation: items by all that is asked of them at once, which PostgreSQL counts on several cores; some thousand rows are left.
CELLS: Final = f"""SELECT {_NAMES}, {code_of("mature")} AS code, items FROM (
  SELECT {_NAMES}, milestones, state, {MATURE} AS mature, count(*) AS items {_ITEMS}
  GROUP BY {_NAMES}, milestones, state, {MATURE}) cell"""
#: In several operations one item counts once: what was done in one of them was done.
_SEVERAL: Final = f"""SELECT {_NAMES}, code, count(*) AS items FROM (
  SELECT min(platform) AS platform, min(kind) AS kind, coalesce(min(nullif(language, '')), '') AS language,
         coalesce(min(nullif(organisation, '')), '') AS organisation, string_agg(credits, chr(10)) AS credits,
         bit_or({code_of(MATURE)}) AS code {_ITEMS} GROUP BY item_id) item
  GROUP BY {_NAMES}, code"""
#: All tables of those rows. Dimensions with few names go by two.
_TABLES: Final = """SELECT GROUPING(platform, language, credits), coalesce(platform, language, credits),
  coalesce(kind, organisation, ''), code, sum(items)::bigint FROM ({cells}) cell
  GROUP BY GROUPING SETS ((platform, kind, code), (language, organisation, code), (credits, code))"""
#: What GROUPING says of each set: one bit for every column that is not in it, the first of the greatest value.
_PLATFORM_AND_KIND, _LANGUAGE_AND_GROUP = 0b011, 0b101
#: Why items that stand as not referred, and are decided nowhere, were not referred.
_REASONS: Final = f"""SELECT label, count(*) FROM (
  SELECT bit_or(s.milestones) AS milestones,
         min(m.label) FILTER (WHERE s.operation_id = m.operation_id AND s.milestones & {int(M.NOT_REFERRED)} <> 0) AS label
  FROM registry_mark m JOIN registry_standing s ON s.item_id = m.item_id
  WHERE m.what = 'rejection' AND {here("m.")} AND {here("s.")} AND s.milestones & {int(M.SEEN)} <> 0 GROUP BY m.item_id
) item WHERE milestones & {int(M.NOT_REFERRED | M.DECIDED)} = {int(M.NOT_REFERRED)} AND label IS NOT NULL GROUP BY label"""
_MARKS: Final = f"FROM registry_mark WHERE what = %(what)s AND {here()}"
_LABELS: Final = f"SELECT label, count(*) {_MARKS} GROUP BY label"
#: In several operations the mark that says most of an item: a removal before a stay, else the last.
_LABELS_OF_ITEMS: Final = f"""SELECT label, count(*) FROM (
  SELECT DISTINCT ON (item_id) label {_MARKS} ORDER BY item_id, label ~ '[|]$', from_index DESC) item GROUP BY label"""
_WORKS: Final = f"SELECT count(DISTINCT work) {_ITEMS} AND work <> '' AND milestones & {int(M.REFERRED)} <> 0"
_TROUBLES: Final = (
    "SELECT what, count(*) FROM registry_mark WHERE operation_id = ANY(%(operations)s::uuid[]) AND what = ANY(%(whats)s)"
    " AND from_index < %(size)s GROUP BY what"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database tells of one as-of: items by code in each table, and the rest in words of the projections."""

    codes: Counter[int]
    tables: dict[str, dict[str, Counter[int]]]  # dimension -> name ("" not stated) -> code -> items
    contributed: int
    works: int
    reasons: dict[str, int]
    answers: dict[str, int]
    spells: list[tuple[float, float, int]]  # (L, R] in hours, R = inf for still there; items
    troubles: dict[str, int]


@dataclass(slots=True)
class _Tables:
    codes: Counter[int] = field(default_factory=Counter)
    tables: dict[str, dict[str, Counter[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    contributed: int = 0


@contextmanager
def snapshot() -> Iterator[Any]:
    """A cursor of the login of figures, in one read-only snapshot."""
    with transaction.atomic(using=STATS), connections[STATS].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        yield cursor


def as_of(cursor: Any, wanted: int | datetime | None) -> AsOf:
    """The size that is meant, and the time of the first checkpoint that covers it.

    A time means the last checkpoint at or before it; None means all that is sequenced. UsageError for a size that the log does
    not have, and for a time before its first checkpoint.
    """
    whole = log.size(cursor)
    size = (
        _size_before(cursor, wanted) if isinstance(wanted, datetime) else whole if wanted is None else wanted
    )
    if not 0 <= size <= whole:
        raise UsageError(
            f"the log has {whole} leaves, not {size}",
            where="as-of",
            hint="openiru ledger status tells its size.",
        )
    cursor.execute("SELECT at FROM ledger_checkpoint WHERE size >= %s ORDER BY size LIMIT 1", [size])
    row = cursor.fetchone()
    if row is None:
        raise UsageError("the log is empty: there is nothing to report", where="as-of")
    return AsOf(size, row[0])


def _size_before(cursor: Any, moment: datetime) -> int:
    size = log.size_at(moment, cursor)
    if size == 0:
        cursor.execute("SELECT min(at) FROM ledger_checkpoint")
        (first,) = cursor.fetchone()
        raise UsageError(
            f"the log has no checkpoint before {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            where="as-of",
            hint=f"Its first is of {first.astimezone(UTC):%Y-%m-%d %H:%M} UTC." if first else "It is empty.",
        )
    return size


def operations(cursor: Any, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Slug and title of operations, by slug; NotFoundError when there is none of an id."""
    cursor.execute(
        "SELECT id, slug, title FROM operations_operation WHERE id = ANY(%s) ORDER BY slug", [list(ids)]
    )
    found = [{"id": row[0], "slug": row[1], "title": row[2]} for row in cursor.fetchall()]
    if len(found) != len(set(ids)):
        raise NotFoundError("no such operation", hint="openiru operation list shows them.")
    return found


def statements(*, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """What was published in the name of the acting operation, oldest first: the as-of, and the digest of the figures."""
    cursor = current().cursor
    cursor.execute(
        "SELECT id, operations, as_of, digest, made_at FROM impact_statement"
        " WHERE %s::uuid IS NULL OR id > %s::uuid ORDER BY id LIMIT %s",
        [after, after, limit],
    )
    return dicts(cursor)


def joined(cursor: Any, size: int, unit: UUID | None) -> list[UUID]:
    """The operations that ``unit`` (None: anybody) took part in as of ``size``."""
    cursor.execute(
        "SELECT DISTINCT operation_id FROM registry_mark WHERE what = 'participant'"
        f" AND (%(unit)s::uuid IS NULL OR unit_id = %(unit)s::uuid) AND {holds()} ORDER BY operation_id",
        {"unit": unit, "size": size},
    )
    return [row[0] for row in cursor.fetchall()]


def counted(cursor: Any, ids: Sequence[UUID], at: AsOf) -> Counted:
    """Every count of the operations ``ids`` as of ``at``."""
    asked: dict[str, Any] = {"operations": list(ids), "size": at.size, "mature": at.time - MATURITY}
    several = len(ids) > 1
    cursor.execute(_TABLES.format(cells=_SEVERAL if several else CELLS), asked)
    found = _tables(cursor, cursor.fetchall(), at.size)
    cursor.execute(_WORKS, asked)
    works = cursor.fetchone()[0]
    cursor.execute(_REASONS, asked)
    reasons = dict(cursor.fetchall())
    labels = _LABELS_OF_ITEMS if several else _LABELS
    cursor.execute(labels, asked | {"what": "answer"})
    answers: Counter[str] = Counter()
    for label, items in cursor.fetchall():
        answers[label.rpartition("|")[2]] += items
    cursor.execute(labels, asked | {"what": "spell"})
    spells = [(*_hours(label), items) for label, items in cursor.fetchall() if "|" in label]
    cursor.execute(_TROUBLES, asked | {"whats": list(TROUBLES)})
    return Counted(
        codes=found.codes,
        tables={name: dict(table) for name, table in found.tables.items()},
        contributed=found.contributed,
        works=works,
        reasons=reasons,
        answers=dict(answers),
        spells=sorted(spells),
        troubles=dict(cursor.fetchall()),
    )


def _tables(cursor: Any, cells: Sequence[tuple[int, str, str, int, int]], size: int) -> _Tables:
    """The cells of the one pass, by dimension; platforms also by provider, credits by unit."""
    providers, units = _providers(cursor, size), _units(cursor)
    found = _Tables()
    for grouping, first, second, code, items in cells:
        named: tuple[tuple[str, str], ...] = ()
        if grouping == _PLATFORM_AND_KIND:
            found.codes[code] += items
            named = (("platform", first), ("kind", second), ("provider", providers.get(first, "")))
        elif grouping == _LANGUAGE_AND_GROUP:
            named = (("language", first), ("group", second))
        else:
            _credit(found, first, code, items, units)
        for dimension, name in named:
            found.tables[dimension][name][code] += items
    return found


def _credit(found: _Tables, value: str, code: int, items: int, units: dict[str, str]) -> None:
    """An item counts for every unit that is credited with it; it keeps one contribution as long as it counts."""
    credited: Counter[str] = Counter()
    for line in value.splitlines():
        credited.update(json.loads(line))
    found.contributed += items * max(1, credited.total())
    for unit in credited:
        found.tables["unit"][units.get(unit, unit)][code] += items


def cross(cursor: Any, operation: UUID, at: AsOf) -> dict[str, dict[str, Counter[int]]]:
    """Unit -> platform -> code -> items of one operation; an item counts for every unit that is credited with it."""
    asked = {"operations": [operation], "size": at.size, "mature": at.time - MATURITY}
    cursor.execute(
        f"SELECT platform, credits, code, sum(items)::bigint FROM ({CELLS}) cell GROUP BY platform, credits, code",
        asked,
    )
    cells = cursor.fetchall()
    units = _units(cursor)
    found: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for platform, value, code, items in cells:
        for unit in json.loads(value):
            found[units.get(unit, unit)][platform][code] += items
    return {unit: dict(platforms) for unit, platforms in found.items()}


def _providers(cursor: Any, size: int) -> dict[str, str]:
    """Platform -> provider, both slugs, as of ``size``."""
    cursor.execute(
        f"SELECT label FROM registry_mark WHERE operation_id = %(house)s AND what = 'platform' AND {holds()}",
        {"house": HOUSE, "size": size},
    )
    pairs = (row[0].partition("|") for row in cursor.fetchall())
    return {platform: provider for platform, _, provider in pairs}


def _units(cursor: Any) -> dict[str, str]:
    cursor.execute("SELECT id::text, code FROM people_unit")
    return dict(cursor.fetchall())


def _hours(label: str) -> tuple[float, float]:
    low, _, high = label.partition("|")
    hour = 3600 / STEP_S
    return int(low) / hour, int(high) / hour if high else float("inf")
