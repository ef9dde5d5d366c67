"""``python -m examples.action_day.make``: writes what seven units and an agency hand in, and the truth about it.

The same seed gives the same bytes. ``--items N`` makes the same shape at any scale; from 5,000 items on, five
more units take part, as in November 2019.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from examples.action_day import chats, people, tables
from examples.action_day.items import HELD_CHANNEL, Sizes, make_items
from examples.action_day.model import FURTHER, NOTICE, SOURCES, Entry, Item, Source
from examples.action_day.spread import counted, spread
from examples.places import catalogue

LARGE: Final = 5000
HOLD_COLUMNS: Final = ("kind", "scope", "value", "unit", "authority", "reason", "contact", "expires_at")


def render(source: Source, entries: list[Entry]) -> tuple[bytes, dict[str, int]]:
    """The bytes of one file, and the numbers of the rows that must be refused."""
    if source.form in CHATS:
        return CHATS[source.form](source, entries), {}
    return TABLES[source.form](source, entries)


TABLES: Final[Mapping[str, Callable[[Source, list[Entry]], tuple[bytes, dict[str, int]]]]] = {
    "csv": tables.comma_separated,
    "xlsx": tables.spreadsheet,
    "jsonl": tables.json_lines,
    "tcap": tables.tcap,
}
CHATS: Final[Mapping[str, Callable[[Source, list[Entry]], bytes]]] = {
    "telegram": chats.telegram,
    "4cat_ndjson": chats.fourcat,
    "text": chats.mail,
}


def holds(items: list[Item]) -> bytes:
    """Two holds: a unit's on a channel, a judicial one on a single key."""
    one = next(item for item in items if item.held == "judicial")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HOLD_COLUMNS)
    pattern = f"telegram:post:{HELD_CHANNEL}/*"
    contact = "desk@unit-{}.example"
    unit = ("RS", "", "invented inquiry", contact.format("rs"), "2026-12-16T08:00:00Z")
    judge = ("SI", "Invented investigating judge", "invented case", contact.format("si"), "")
    writer.writerow(("unit", "pattern", pattern, *unit))
    writer.writerow(("judicial", "key", f"youtube:video:{one.ident}", *judge))
    return out.getvalue().encode()


def plan(items: list[Item]) -> dict[str, dict[str, Any]]:
    """Address → what the played assessors decide, and who contributed it."""
    kept = ("platform", "provider", "kind", "extent", "language", "held", "verdict", "ground", "exception")
    more = ("group", "brand", "assessors", "contributors")
    return {item.address: {name: getattr(item, name) for name in (*kept, *more)} for item in items}


def truth(
    items: list[Item], rows: dict[str, list[Entry]], refused: dict[str, dict[str, int]], seed: int
) -> dict[str, Any]:
    """Everything that a test needs to know: expected.json."""
    entries = [entry for handed in rows.values() for entry in handed]
    taken = [entry for entry in entries if entry.item]
    return {
        "notice": NOTICE,
        "seed": seed,
        "rows": len(entries),
        "taken": len(taken),
        "distinct": len(items),
        "duplicates": len(taken) - len(items),
        "files": {
            path: {"rows": len(r), "taken": sum(e.item is not None for e in r)} for path, r in rows.items()
        },
        "refused": [
            {"file": path, "row": row, "why": why}
            for path, numbers in refused.items()
            for why, row in sorted(numbers.items(), key=lambda pair: pair[1])
        ],
        "counts": counted(items),
        "holds": [item.address for item in items if item.held],
        "plan": plan(items),
        "spellings": {e.address: e.item.address for e in taken if e.item and e.address != e.item.address},
    }


def as_json(data: dict[str, Any]) -> bytes:
    """Readable, one entry of every long table a line."""
    blocks = []
    for name, value in data.items():
        if isinstance(value, dict | list) and len(value) > 0:
            pairs = value.items() if isinstance(value, dict) else ((None, v) for v in value)
            lines = ",\n  ".join(
                (f"{json.dumps(k, ensure_ascii=False)}: " if k is not None else "")
                + json.dumps(v, ensure_ascii=False)
                for k, v in pairs
            )
            opening, closing = "{}" if isinstance(value, dict) else "[]"
            blocks.append(f"{json.dumps(name)}: {opening}\n  {lines}\n {closing}")
        else:
            blocks.append(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return ("{\n " + ",\n ".join(blocks) + "\n}\n").encode()


def make(seed: int, count: int) -> dict[str, bytes]:
    """Path → bytes of every file."""
    dice = random.Random(seed)  # noqa: S311 (a game, not a secret)
    world = catalogue()
    sizes = Sizes.of(count)
    sources = SOURCES + FURTHER if count >= LARGE else SOURCES
    items = make_items(world, sizes, dice)
    rows = spread(items, sources, sizes, dice)
    files: dict[str, bytes] = {}
    refused: dict[str, dict[str, int]] = {}
    for source in sources:
        files[source.path], refused[source.path] = render(source, rows[source.path])
    files[f"ba/{chats.MEDIA}"] = chats.picture()
    files["holds.csv"] = holds(items)
    files["directory.json"] = as_json(people.directory(world))
    files["units.json"] = as_json(people.units(sources))
    files["operation.json"] = as_json(people.operation(world, sources))
    files["probes.toml"] = people.probes(world)
    files["expected.json"] = as_json(truth(items, rows, refused, seed))
    return files


def main(argv: list[str]) -> int:
    """The program."""
    parser = argparse.ArgumentParser(prog="python -m examples.action_day.make", description=__doc__)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--items", type=int, default=902, help="distinct places; 902 is the action day")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    if args.items < 400:  # noqa: PLR2004 (32 special addresses and 27 platforms need room)
        parser.error("--items must be 400 or more, so that every platform has some")
    for name, data in make(args.seed, args.items).items():
        path = args.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"Wrote invented data for {args.items} places to {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
