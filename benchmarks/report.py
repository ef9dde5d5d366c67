"""How fast a report over a million items is, beside counting the rows of the same table in the same run.

python -m benchmarks.report [--items 1000000]

It makes an instance of its own on a private server of its own and removes both. Standings (three versions an item) and marks are put
in by SQL; the report is the real one, from asking who acts to the last byte of the text.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.ledger import instance
from benchmarks.machine import write

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
CODES = ("RS", "HR", "MK")
#: State and milestones of an item, version by version: seen; assessed and decided; referred; answered and acted; gone.
STATES = ("seen", "decided", "referred", "answered", "gone")
MILESTONES = (1, 7, 23, 119, 375)
ROUNDS = 5

_ITEMS = """
CREATE TEMP TABLE bench_item AS
SELECT n, gen_random_uuid() AS id, 'platform-' || n * 7 %% 27 AS platform, 'row-' || n AS row,
       (ARRAY['post','video','page','channel','document'])[1 + n %% 5] AS kind,
       (ARRAY['sq','bs','hr','mk','sr','sl','ar','en',''])[1 + (n / 3) %% 9] AS language, 'group ' || (n / 7) %% 12 AS organisation,
       (n %% 5) AS last,
       CASE WHEN n %% 10 < 7 THEN '{"' || (%(units)s::text[])[1 + n %% 3] || '": 1}'
            ELSE '{"' || (%(units)s::text[])[1 + n %% 3] || '": 1, "' || (%(units)s::text[])[1 + (n + 1) %% 3] || '": 1}' END AS credits
FROM generate_series(1, %(items)s) n
"""
_STANDINGS = """
INSERT INTO registry_standing (operation_id, item_id, from_index, to_index, state, milestones, platform, kind, language,
  organisation, work, referred_at, credits)
SELECT %(operation)s, i.id, v * %(items)s + i.n, CASE WHEN v < i.last THEN (v + 1) * %(items)s + i.n END,
       (%(states)s::text[])[v + 1], (%(milestones)s::int[])[v + 1], i.platform, i.kind, i.language, i.organisation,
       CASE WHEN i.n %% 10 = 3 THEN 'sha256:' || i.n ELSE '' END, CASE WHEN v >= 2 THEN %(noon)s::timestamptz END, i.credits
FROM generate_series(0, 4) v, bench_item i WHERE v <= i.last
"""
_MARKS = """
INSERT INTO registry_mark (operation_id, what, subject_id, item_id, unit_id, label, from_index, to_index)
SELECT %(operation)s, 'contribution', gen_random_uuid(), i.id, NULL::uuid, '', i.n, NULL::bigint FROM bench_item i
UNION ALL
SELECT %(operation)s, 'check', gen_random_uuid(), i.id, NULL::uuid, 'live|3600', 2 * %(items)s + i.n, NULL::bigint
FROM bench_item i WHERE i.last >= 2
UNION ALL
SELECT %(operation)s, 'spell', i.id, i.id, NULL::uuid,
       CASE WHEN i.last = 4 THEN i.n %% 300 || '|' || i.n %% 300 + 4 ELSE i.n %% 300 || '|' END,
       2 * %(items)s + i.n, NULL::bigint
FROM bench_item i WHERE i.last >= 2
UNION ALL
SELECT %(operation)s, 'answer', i.id, i.id, NULL::uuid, 'host|DECISION_VISIBILITY_CONTENT_REMOVED', 3 * %(items)s + i.n, NULL::bigint
FROM bench_item i WHERE i.last >= 3
"""
_LOG = """
INSERT INTO ledger_checkpoint (size, root, at, note, frontier)
SELECT size, ''::bytea, at, '', ''::bytea FROM (VALUES (%(half)s, %(noon)s::timestamptz), (%(size)s, %(later)s)) v(size, at)
"""


def fill(items: int) -> dict[str, Any]:
    """A confirmed day with ``items`` items; what is needed to ask for its report."""
    from tests.people import action_day  # noqa: PLC0415 - the settings are read when Django is set up

    from openiru.foundation.database.prepare import admin_connection  # noqa: PLC0415
    from openiru.settings import CONFIG  # noqa: PLC0415

    world = action_day()
    values: dict[str, Any] = {
        "operation": world.operation,
        "items": items,
        "units": [str(world.units[code]) for code in CODES],
        "states": list(STATES),
        "milestones": list(MILESTONES),
        "noon": NOON,
        "later": NOON + timedelta(days=2),
        "half": 2 * items,
        "size": 5 * items + 1,
    }
    with admin_connection(CONFIG, CONFIG.database_name) as database:
        for text in (_ITEMS, _STANDINGS, _MARKS, _LOG):
            database.execute(text, values)
        database.execute("VACUUM ANALYZE")
    return values | {"by": world.by("AG/coordinator")}


def best(work: Callable[[], object]) -> float:
    """Wall seconds of the quickest of some runs: the others shared the machine."""
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def measure(values: dict[str, Any]) -> dict[str, object]:
    """Seconds for the count beside the report as of now and as of the middle of the log."""
    from openiru.stages.impact.commands import report  # noqa: PLC0415 - Django is set up by now
    from openiru.stages.impact.queries import snapshot  # noqa: PLC0415
    from openiru.stages.impact.rendering import render  # noqa: PLC0415

    rows = 0

    def count() -> None:
        nonlocal rows
        with snapshot() as cursor:
            cursor.execute("SELECT count(*) FROM registry_standing")
            rows = cursor.fetchone()[0]

    def text(size: int) -> bytes:
        return render(report(by=values["by"], as_of=size), "text")

    same = text(values["half"]) == text(values["half"])
    bare, now, middle = best(count), best(lambda: text(values["size"])), best(lambda: text(values["half"]))
    return {
        "items": values["items"],
        "standings (versions of items)": rows,
        "bare count of the standings, seconds": round(bare, 3),
        "text report as of now, seconds": round(now, 2),
        "text report as of the middle of the log, seconds": round(middle, 2),
        "report as of now to bare count": round(now / bare, 1),
        "the same as-of twice gives the same bytes": same,
    }


def main() -> None:
    """Measure and write benchmarks/results/report.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    items: int = parser.parse_args().items
    with instance():
        write("report", measure(fill(items)))


if __name__ == "__main__":
    main()
